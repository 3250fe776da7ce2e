//! Kernels write their workgroups' memory before they read it, whatever it holds.

use std::collections::BTreeSet;

use wgpu_activations::activation::{PRELU, RELU};
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::row::{self, ATTENTION_SOFTMAX};
use wgpu_activations::{Extent, Groups, Mask, Op, Scale, Spec, Tuning, loss, router};

use super::{launch, limits};
use crate::common::Noise;
use crate::common::rig::Rig;

/// As a float a NaN, which sums keep; as a word of an order a large one, which is the largest.
const JUNK: u32 = 0x7fc0_de00;

/// The type that an alias stands for.
fn meant<'a>(text: &'a str, name: &'a str) -> &'a str {
    let start = format!("alias {name} = ");
    match text.lines().find_map(|line| line.strip_prefix(&start)) {
        Some(of) => meant(text, of.trim_end_matches(';')),
        None => name,
    }
}

/// A value of a type, of such bits; not a constant, as WGSL has no constant NaN.
fn value(of: &str) -> String {
    match of {
        "u32" => "junk".into(),
        "f32" => "bitcast<f32>(junk)".into(),
        "mat2x4<f32>" => format!("{of}({0}, {0})", value("vec4<f32>")),
        _ if of.starts_with("vec") => {
            let part = of.split(['<', '>']).nth(1).expect("a vector has a type");
            format!("{of}({})", value(part))
        }
        _ => panic!("{of} is new here"),
    }
}

/// A text that fills its workgroup's memory with junk first, if it has any.
fn filled(text: &str) -> Option<String> {
    let memory =
        text.lines().filter_map(|line| line.strip_prefix("var<workgroup> ")?.strip_suffix(';')?.split_once(": "));
    let between = |start: &str, end: [char; 2]| text.split_once(start)?.1.split(end).next();
    let (lane, threads) = (between("local_invocation_index) ", [',', ':'])?, between("@workgroup_size(", [',', ')'])?);
    let fill = memory.map(|(name, of)| match of.strip_prefix("array<").and_then(|of| of.strip_suffix('>')) {
        Some(array) => {
            let (of, count) = array.rsplit_once(", ").expect("arrays have lengths");
            format!(
                "for (var at = {lane}; at < {count}; at += {threads}) {{ {name}[at] = {}; }}\n",
                value(meant(text, of))
            )
        }
        None => format!("{name} = {};\n", value(meant(text, of))),
    });
    let fill: String = fill.collect();
    let (before, main) = text.split_once("fn main(")?;
    let (head, body) = main.split_once("{\n")?;
    let first = format!("{{\nvar junk = {JUNK}u;\n{fill}workgroupBarrier();\n");
    (!fill.is_empty()).then(|| format!("{before}fn main({head}{first}{body}"))
}

/// Kernels whose threads join what they found: of rows, of sums, of scales of groups.
fn specs() -> Vec<Spec> {
    let losses = loss::ALL.iter().map(|&row| Op::from(row));
    let rows = row::ALL.iter().map(|&row| Op::from(row)).chain(losses);
    let mut all: Vec<Spec> = rows.flat_map(|of| [Spec::forward(of), Spec::backward(of)]).collect();
    all.extend(router::ALL.iter().map(|&row| Spec::forward(row).top(2)));
    all.extend(loss::ALL.iter().map(|&row| Spec::both(row)));
    let attention = Spec::forward(&ATTENTION_SOFTMAX).heads(3).sinks().slopes().mask(Mask::added());
    all.extend([attention, Spec::backward(&ATTENTION_SOFTMAX).heads(3).sink_gradient()]);
    let sums = Spec::param_gradient(&PRELU, "weight").unwrap();
    let biases = [Spec::backward(&RELU), Spec::backward(&SWIGLU)].map(|spec| spec.bias().bias_gradient());
    let scales = biases.map(|spec| spec.scale(Scale::Rows).scale_gradient());
    all.extend([sums, sums.per_channel()].into_iter().chain(biases).chain(scales));
    all.extend([Groups::Rows, Groups::Of32].map(|groups| Spec::forward(&RELU).quantized(groups)));
    all.retain(|spec| spec.check().is_ok());
    all
}

#[test]
fn workgroups_need_no_clean_memory() {
    let Some(rig) = Rig::webgpu() else { return };
    let shapes = [
        ([100, 64, 1], Tuning::DISCRETE),
        ([70, 36, 3], Tuning::SOFTWARE),
        ([6, 300, 1], Tuning::INTEGRATED),
        ([3, 9002, 1], Tuning::DISCRETE),
    ];
    let mut texts = BTreeSet::new();
    let ways = specs().into_iter().flat_map(|spec| shapes.map(|(extent, tuning)| (spec, extent, tuning)));
    for (spec, [outer, channels, inner], tuning) in ways {
        // Not every function takes every shape.
        let Ok(plan) = spec.plan(Extent { outer, channels, inner }, &limits(tuning)) else { continue };
        let mut other = plan.clone();
        let mut new = false;
        for launch in &mut other.launches {
            if let Some(text) = filled(&launch.text) {
                new |= texts.insert(std::mem::replace(&mut launch.text, text));
            }
        }
        if !new {
            continue;
        }
        let contents: Vec<Vec<f32>> =
            (1..).zip(&plan.buffers).map(|(seed, buffer)| Noise(seed).vec(buffer.bytes as usize / 4, 3.0)).collect();
        let [expected, got] = [&plan, &other].map(|plan| -> Vec<Vec<u32>> {
            let after = launch(&rig, plan, &contents);
            after.into_iter().map(|values| values.into_iter().map(f32::to_bits).collect()).collect()
        });
        assert!(got == expected, "{spec:?} of {outer}, {channels}, {inner}: what a workgroup's memory held shows");
    }
    assert!(texts.len() > 100, "only {} texts", texts.len());
}
