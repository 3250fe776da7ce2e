//! Kernel texts as naga sees them.

use naga::back::hlsl::{self, ShaderModel};
use naga::back::{glsl, msl, spv};
use naga::valid::{Capabilities, ModuleInfo, ValidationFlags, Validator};
use naga::{Module, ShaderStage, Statement};

pub fn parse(what: &str, text: &str) -> Module {
    naga::front::wgsl::parse_str(text).unwrap_or_else(|e| panic!("{what}: {}\n{text}", e.emit_to_string(text)))
}

/// The module, if it is valid on a device without any optional feature.
pub fn valid(what: &str, text: &str) -> (Module, ModuleInfo) {
    let module = parse(what, text);
    let info = validate(what, text, &module);
    (module, info)
}

/// What the validator knows of a text's module, if that is valid on a device without any optional feature.
pub fn validate(what: &str, text: &str, module: &Module) -> ModuleInfo {
    let validated = Validator::new(ValidationFlags::all(), Capabilities::SHADER_FLOAT16_IN_FLOAT32).validate(module);
    validated.unwrap_or_else(|e| panic!("{what}: {}\n{text}", e.emit_to_string(text)))
}

/// Fails unless the module translates to what every backend takes.
pub fn translate(what: &str, module: &Module, info: &ModuleInfo) {
    let entry = || "main".to_owned();
    let options = spv::PipelineOptions { shader_stage: ShaderStage::Compute, entry_point: entry() };
    let words = spv::write_vec(module, info, &spv::Options::default(), Some(&options));
    let words = words.unwrap_or_else(|e| panic!("{what}: SPIR-V: {e}"));
    assert_eq!(words[0], 0x0723_0203, "{what}: SPIR-V's magic number");

    let options =
        msl::PipelineOptions { entry_point: Some((ShaderStage::Compute, entry())), ..msl::PipelineOptions::default() };
    // macOS 10.12 and iOS 10 have it, systems older than those that wgpu runs on.
    let faked = msl::Options { lang_version: (1, 2), fake_missing_bindings: true, ..msl::Options::default() };
    let (metal, _) = msl::write_string(module, info, &faked, &options).unwrap_or_else(|e| panic!("{what}: MSL: {e}"));
    assert!(metal.contains("kernel void"), "{what}: no kernel in MSL");

    let text = hlsl(what, module, info, ShaderModel::V5_1);
    let threads = format!("[numthreads({}, 1, 1)]", module.entry_points[0].workgroup_size[0]);
    assert!(text.contains(&threads), "{what}: no kernel in HLSL");
    assert_eq!(defined_twice(&text), None, "{what}: HLSL");

    let mut text = String::new();
    let version = glsl::Version::Embedded { version: 310, is_webgl: false };
    let map = module.global_variables.iter().filter_map(|(_, v)| v.binding);
    let binding_map = map.map(|b| (b, b.binding as u8)).collect();
    let options = glsl::Options { version, binding_map, ..glsl::Options::default() };
    let pipeline = glsl::PipelineOptions { shader_stage: ShaderStage::Compute, entry_point: entry(), multiview: None };
    glsl::Writer::new(&mut text, module, info, &options, &pipeline, Default::default())
        .and_then(|mut writer| writer.write())
        .unwrap_or_else(|e| panic!("{what}: GLSL ES 3.10: {e}"));
    assert!(text.starts_with("#version 310 es"), "{what}: GLSL's version");
}

/// The kernel in HLSL, as wgpu has it written.
pub fn hlsl(what: &str, module: &Module, info: &ModuleInfo, shader_model: ShaderModel) -> String {
    let mut text = String::new();
    let options = hlsl::PipelineOptions { entry_point: Some((ShaderStage::Compute, "main".to_owned())) };
    hlsl::Writer::new(
        &mut text,
        // The library asks wgpu not to clear workgroups' memory.
        &hlsl::Options {
            shader_model,
            zero_initialize_workgroup_memory: false,
            fake_missing_bindings: true,
            ..Default::default()
        },
        &options,
    )
    .write(module, info, None)
    .unwrap_or_else(|e| panic!("{what}: HLSL: {e}"));
    text
}

/// What is called without arguments, or is a number beyond the largest f32: Tint refuses such numbers; and where one type has
/// two names, naga's HLSL defines the zero of `T()` twice.
pub fn refused(text: &str) -> Option<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or_default();
        for (at, _) in code.match_indices("()") {
            let before = &code[..at];
            let start = match before.ends_with('>') {
                true => before
                    .rfind('<')
                    .map_or(0, |open| open - before[..open].len() + before[..open].trim_end_matches(word).len()),
                false => before.trim_end_matches(word).len(),
            };
            let name = &before[start..];
            let type_ = name.ends_with('>') || name.starts_with(|c: char| c.is_ascii_uppercase());
            if type_ || ["f32", "u32", "i32", "bool", "f16"].contains(&name) || name.starts_with("vec") {
                return Some(format!("{name}()"));
            }
        }
        let tokens = code.split(|c: char| !word(c) && !".+-".contains(c)).flat_map(|token| {
            let exponent = token.find(['e', 'E']).filter(|_| token.starts_with(|c: char| c.is_ascii_digit()));
            // A sign belongs to a number behind its exponent only.
            match exponent {
                Some(e) if token[e + 1..].starts_with(['+', '-']) => vec![token],
                _ => token.split(['+', '-']).collect(),
            }
        });
        for token in tokens.filter(|t| t.starts_with(|c: char| c.is_ascii_digit()) && !t.starts_with("0x")) {
            if token.parse::<f64>().is_ok_and(|v| v > f64::from(f32::MAX)) {
                return Some(token.to_owned());
            }
        }
    }
    None
}

/// The head of a function that a text in HLSL defines twice.
pub fn defined_twice(hlsl: &str) -> Option<&str> {
    let mut seen = std::collections::BTreeSet::new();
    let heads =
        hlsl.lines().filter(|line| line.ends_with('{') && line.contains('(') && !line.starts_with([' ', '[', '}']));
    heads.into_iter().find(|head| !seen.insert(*head))
}

/// Statements with the number of conditions and loops that each stands in.
pub fn walk<'a>(block: &'a naga::Block, ifs: u32, loops: u32, visit: &mut dyn FnMut(&'a Statement, u32, u32)) {
    for statement in block.iter() {
        visit(statement, ifs, loops);
        match statement {
            Statement::Block(inner) => walk(inner, ifs, loops, visit),
            Statement::If { accept, reject, .. } => {
                [accept, reject].into_iter().for_each(|b| walk(b, ifs + 1, loops, visit));
            }
            Statement::Switch { cases, .. } => cases.iter().for_each(|c| walk(&c.body, ifs + 1, loops, visit)),
            Statement::Loop { body, continuing, .. } => {
                [body, continuing].into_iter().for_each(|b| walk(b, ifs, loops + 1, visit));
            }
            _ => {}
        }
    }
}

fn barrier(statement: &Statement) -> bool {
    matches!(statement, Statement::ControlBarrier(_) | Statement::WorkGroupUniformLoad { .. })
}

/// How many barriers there are. Fails where some threads of a workgroup may not reach one: that hangs or crashes drivers.
pub fn barriers(what: &str, module: &Module) -> usize {
    // Callees come first.
    let mut of = Vec::new();
    for (_, function) in module.functions.iter() {
        of.push(barriers_of(what, function, &of));
    }
    barriers_of(what, &module.entry_points[0].function, &of)
}

/// The same in a function, of whose callees the numbers are known.
fn barriers_of(what: &str, function: &naga::Function, callees: &[usize]) -> usize {
    let (mut count, mut early) = (0, false);
    walk(&function.body, 0, 0, &mut |s, ifs, loops| {
        let here = match s {
            Statement::Call { function, .. } => callees[function.index()],
            _ => usize::from(barrier(s)),
        };
        assert!(here == 0 || ifs == 0 && loops < 3 && !early, "{what}: a barrier that not every thread may reach");
        count += here;
        early |= matches!(s, Statement::Return { .. }) && ifs + loops > 0;
    });
    count
}
