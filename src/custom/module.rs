//! The second look at a user's text: what it means, by the parser and validator that compile it later.

use naga::front::wgsl::ParseError;
use naga::valid::{Capabilities, ValidationFlags, Validator};
use naga::{Block, Expression, Module, Span, Statement, TypeInner};

use super::Fault;
use crate::wgsl;

/// Expressions of a declared function with all that it calls, each call anew, as drivers inline them.
const SIZE: usize = 1 << 14;

/// A function that a text declares or might declare: its name, and its first argument.
pub(super) type Wanted = (String, &'static str);

/// Which of the wanted functions a valid text declares.
pub(super) fn check(text: &str, wanted: &[Wanted], params: &[&str]) -> Result<Vec<bool>, Fault> {
    let required: Vec<&str> = wgsl::requirements(text).collect();
    // The user's text comes first, so that lines are its own.
    let whole = format!("{text}\n{}", wgsl::concatenate(&required, wgsl::Form::default()));
    let line = |span: Span| span.is_defined().then(|| span.location(&whole).line_number as usize);
    let fault = |span, reason: &str| Fault { line: line(span), reason: reason.to_owned() };

    let module = naga::front::wgsl::parse_str(&whole).map_err(|e| syntax(&e, &whole))?;
    let valid = Validator::new(ValidationFlags::all(), Capabilities::empty()).validate(&module);
    valid.map_err(|e| {
        let at = e.location(&whole).map(|l| l.line_number as usize);
        Fault { line: at, reason: causes(e.as_inner()) }
    })?;

    // The scan has seen to most of this; here it is certain.
    let plain = module.entry_points.is_empty() && module.global_variables.is_empty() && module.overrides.is_empty();
    if !plain {
        return Err(fault(Span::default(), "only functions and constants"));
    }
    for (handle, ty) in module.types.iter() {
        let number = match ty.inner {
            TypeInner::Scalar(_) | TypeInner::Vector { .. } | TypeInner::Matrix { .. } => true,
            // `math/turn` has one; the scan finds those of users.
            TypeInner::Array { size: naga::ArraySize::Constant(n), .. } => n.get() <= 16,
            _ => false,
        };
        if !number && !module.special_types.predeclared_types.values().any(|&t| t == handle) {
            let takes = |(_, f): &(_, &naga::Function)| f.arguments.iter().any(|a| a.ty == handle);
            let span =
                module.functions.iter().find(takes).map_or(Span::UNDEFINED, |(f, _)| module.functions.get_span(f));
            return Err(fault(span, "only numbers, vectors and matrices"));
        }
    }
    let mut sizes: Vec<usize> = Vec::new();
    for (handle, function) in module.functions.iter() {
        let mut size = function.expressions.len();
        // Callees come first.
        statements(&function.body, &mut |statement, span| match statement {
            Statement::Call { function, .. } => {
                size = size.saturating_add(sizes.get(function.index()).copied().unwrap_or(SIZE));
                Ok(())
            }
            _ if harmless(statement) => Ok(()),
            _ => Err(fault(*span, "only calculations, branches and calls")),
        })?;
        let strange = function.expressions.iter().find(|(_, e)| !calculates(e));
        if let Some((expression, _)) = strange {
            return Err(fault(function.expressions.get_span(expression), "only calculations, branches and calls"));
        }
        if size > SIZE {
            return Err(fault(module.functions.get_span(handle), "too large with all that it calls"));
        }
        sizes.push(size);
    }
    wanted.iter().map(|w| declares(&module, w, params).map_err(|(span, reason)| fault(span, &reason))).collect()
}

/// Whether a valid text has a form for packs, which is valid for each kind of packs.
pub(super) fn has_lanes(text: &str) -> bool {
    let required: Vec<&str> = wgsl::requirements(text).collect();
    let Some(form) = wgsl::lanes(text).filter(|_| required.iter().all(|path| wgsl::has_lanes(path))) else {
        return false;
    };
    ["storage/f32x4", "storage/f32x2"].iter().all(|storage| {
        let parts: Vec<&str> = required.iter().chain([storage, &"storage/lanes"]).copied().collect();
        let module = naga::front::wgsl::parse_str(
            &(wgsl::concatenate(&parts, wgsl::Form { packed: true, short: false }) + &form),
        );
        let mut validator = Validator::new(ValidationFlags::all(), Capabilities::empty());
        module.is_ok_and(|module| validator.validate(&module).is_ok())
    })
}

/// Whether the module has the function, with the wanted signature.
fn declares(module: &Module, (name, first): &Wanted, params: &[&str]) -> Result<bool, (Span, String)> {
    let Some((handle, function)) = module.functions.iter().find(|(_, f)| f.name.as_ref() == Some(name)) else {
        return Ok(false);
    };
    let number = |ty| matches!(module.types[ty].inner, TypeInner::Scalar(naga::Scalar::F32));
    let names = function.arguments.iter().map(|a| a.name.as_deref().unwrap_or_default());
    let right = names.eq([*first].into_iter().chain(params.iter().copied()))
        && function.arguments.iter().all(|a| number(a.ty))
        && function.result.as_ref().is_some_and(|r| number(r.ty));
    match right {
        true => Ok(true),
        false => Err((module.functions.get_span(handle), format!("it must be {}", signature(name, first, params)))),
    }
}

/// How a function is to be declared.
pub(super) fn signature(name: &str, first: &str, params: &[&str]) -> String {
    let params: String = params.iter().map(|p| format!(", {p}: f32")).collect();
    format!("fn {name}({first}: f32{params}) -> f32")
}

fn statements(block: &Block, visit: &mut impl FnMut(&Statement, &Span) -> Result<(), Fault>) -> Result<(), Fault> {
    for (statement, span) in block.span_iter() {
        visit(statement, span)?;
        match statement {
            Statement::Block(inner) => statements(inner, visit)?,
            Statement::If { accept, reject, .. } => {
                statements(accept, visit)?;
                statements(reject, visit)?;
            }
            Statement::Switch { cases, .. } => cases.iter().try_for_each(|case| statements(&case.body, visit))?,
            _ => {}
        }
    }
    Ok(())
}

/// Statements that end, and change nothing but locals.
fn harmless(statement: &Statement) -> bool {
    use Statement as S;
    matches!(
        statement,
        S::Emit(_) | S::Block(_) | S::If { .. } | S::Switch { .. } | S::Break | S::Return { .. } | S::Store { .. }
    )
}

/// Expressions of numbers alone.
fn calculates(expression: &Expression) -> bool {
    use Expression as E;
    matches!(
        expression,
        E::Literal(_)
            | E::Constant(_)
            | E::ZeroValue(_)
            | E::Compose { .. }
            | E::Access { .. }
            | E::AccessIndex { .. }
            | E::Splat { .. }
            | E::Swizzle { .. }
            | E::FunctionArgument(_)
            | E::LocalVariable(_)
            | E::Load { .. }
            | E::Unary { .. }
            | E::Binary { .. }
            | E::Select { .. }
            | E::Relational { .. }
            | E::Math { .. }
            | E::As { .. }
            | E::CallResult(_)
    )
}

/// A parser's message.
fn syntax(error: &ParseError, whole: &str) -> Fault {
    Fault { line: error.location(whole).map(|l| l.line_number as usize), reason: error.message().to_owned() }
}

/// A validator's message, from the outermost to the innermost cause.
fn causes(error: &dyn std::error::Error) -> String {
    let rest = std::iter::successors(error.source(), |e| e.source());
    rest.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
