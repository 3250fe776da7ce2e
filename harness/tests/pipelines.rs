//! Losses, routers and numbers of 8 bits whatever a conformant driver does.

use rayon::prelude::*;
use wgpu_activations::activation::{GELU, SILU};
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::loss::CROSS_ENTROPY;
use wgpu_activations::row::Line;
use wgpu_activations::{Extent, Groups, LaunchPlan, Limits, Reduction, RowFunction, Spec, Tuning, router};
use wgpu_activations_harness::check::Runner;
use wgpu_activations_harness::model::{Driver, Model};

/// Numbers from -scale to scale that look random.
fn noise(seed: u32, count: usize, scale: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_769).wrapping_add(1);
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * scale
    };
    (0..count).map(next).collect()
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|&v| f64::from(v)).collect()
}

/// The buffers of a plan after it ran, by name.
fn run(
    driver: Driver,
    plan: &LaunchPlan,
    params: &[f32],
    tensors: &[(&str, Vec<u32>)],
) -> Vec<(&'static str, Vec<u32>)> {
    let given = |name| tensors.iter().find(|(known, _)| *known == name).map_or(Vec::new(), |(_, words)| words.clone());
    let buffers = plan.buffers.iter().map(|buffer| given(buffer.name)).collect();
    let words = Model::new(driver).run(plan, params, buffers).unwrap();
    plan.buffers.iter().map(|buffer| buffer.name).zip(words).collect()
}

fn floats(results: &[(&str, Vec<u32>)], name: &str) -> Vec<f64> {
    let found = results.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("no buffer {name}"));
    found.1.iter().map(|&word| f64::from(f32::from_bits(word))).collect()
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|v| v.to_bits()).collect()
}

/// Rows by a thread each, and by workgroups.
fn limits() -> [Limits; 2] {
    [Tuning::SOFTWARE, Tuning::DISCRETE].map(|tuning| Limits { tuning, ..Limits::default() })
}

/// Runs a case on every driver and says which of them fail.
fn on_all(case: impl Fn(Driver, &Limits) -> Result<(), String> + Sync) {
    let each = |driver: &Driver| {
        let fails = limits().iter().filter_map(|limits| case(*driver, limits).err()).collect::<Vec<_>>();
        fails.into_iter().map(|error| format!("on {:?}: {error}", driver.name)).collect::<Vec<_>>()
    };
    let failures: Vec<String> = Driver::ALL.par_iter().flat_map(each).collect();
    assert!(failures.is_empty(), "{}:\n{}", failures.len(), failures.join("\n"));
}

fn near(what: &str, got: f64, wanted: f64, room: f64) -> Result<(), String> {
    let fits = (got - wanted).abs() <= room || got == wanted || got.is_nan() && wanted.is_nan();
    if fits { Ok(()) } else { Err(format!("{what} is {got:e}, not {wanted:e} within {room:e}")) }
}

#[test]
fn losses_keep_their_tolerance() {
    let (rows, classes) = (7, 45);
    let mut x = noise(1, rows * classes, 8.0);
    // A row of which one class alone is possible, one that dominates, one without finite logits.
    x[..classes].fill(f32::NEG_INFINITY);
    x[3] = 2.0;
    x[classes + 5] = 90.0;
    x[2 * classes..3 * classes].fill(f32::NEG_INFINITY);
    let targets = [3i32, 5, 0, -100, 7, 44, 45];
    let extent = Extent::along(&[rows, classes], -1).unwrap();
    let plain = [0.0, f32::INFINITY, 0.0, 1.0, -100.0];
    for params in [plain, [0.1, f32::INFINITY, 1e-3, 4.0, -100.0], [0.0, 5.0, 0.0, 1.0, -100.0]] {
        // Smoothing and caps of infinite logits are NaN, and told so.
        let x: Vec<f32> = if params == plain { x.clone() } else { x.iter().map(|v| v.max(-20.0)).collect() };
        let spec = Spec::both(&CROSS_ENTROPY).reduction(Reduction::Sum);
        let spec = if params[1].is_finite() { spec.softcap() } else { spec };
        on_all(|driver, limits| {
            let plan = spec.plan(extent, limits).unwrap();
            let of_targets = targets.iter().map(|&t| t as u32).collect();
            let results = run(driver, &plan, &params, &[("x", bits(&x)), ("targets", of_targets)]);
            let [losses, dx] = [floats(&results, "losses"), floats(&results, "dx")];
            for (row, &target) in targets.iter().enumerate() {
                let z = wide(&x[row * classes..][..classes]);
                let line = Line { x: &z, mask: &[], params: &wide(&params), number: u64::from(target as u32) };
                let wanted = (CROSS_ENTROPY.value)(&line)[0];
                let room = 3e-6 * wanted.abs() + if params == plain { 2e-9 } else { 2e-5 };
                near(&format!("{params:?}: loss {row}"), losses[row], wanted, room)?;
                for (c, wanted) in (CROSS_ENTROPY.dx)(&line, &[1.0]).into_iter().enumerate() {
                    let room = 6e-6 * wanted.abs() + 2e-6 * f64::from(params[3]);
                    near(&format!("{params:?}: dx[{row}, {c}]"), dx[row * classes + c], wanted, room)?;
                }
            }
            Ok(())
        });
    }
}

#[test]
fn routers_choose_and_weigh_alike() {
    let (rows, experts, top) = (5, 37, 4);
    let mut x = noise(2, rows * experts, 6.0);
    x.iter_mut().step_by(3).for_each(|v| *v = v.round());
    let (biases, dy) = (noise(3, experts, 0.2), noise(4, rows * top, 1.0));
    let extent = Extent::along(&[rows, experts], -1).unwrap();
    let cases = router::ALL.iter().flat_map(|&of| [(of, false), (of, true)]).collect::<Vec<(&RowFunction, bool)>>();
    for (of, whole) in cases {
        let kind = |spec: Spec| if whole { spec.top(top as u32).renormalized().bias() } else { spec.top(top as u32) };
        let of_row = |row: usize| wide(&x[row * experts..][..experts]);
        let bias = if whole { wide(&biases) } else { Vec::new() };
        on_all(|driver, limits| {
            let plan = kind(Spec::forward(of)).plan(extent, limits).unwrap();
            let results = run(driver, &plan, &[2.5], &[("x", bits(&x)), ("bias", bits(&biases))]);
            let weights = floats(&results, "y");
            let chosen = &results.iter().find(|(name, _)| *name == "indices").unwrap().1;
            let back = Spec::backward(of).top(top as u32);
            let back = if whole { back.renormalized() } else { back };
            let plan = back.plan(extent, limits).unwrap();
            let given = [("x", bits(&x)), ("indices", chosen.clone()), ("dy", bits(&dy))];
            let slopes = floats(&run(driver, &plan, &[2.5], &given), "dx");
            for row in 0..rows {
                let z = of_row(row);
                let wanted = router::choose(of, &z, &bias, top, whole, 2.5);
                let indices: Vec<usize> = chosen[row * top..][..top].iter().map(|&i| i as usize).collect();
                let scores = (of.value)(&Line { x: &z, mask: &[], params: &[], number: 0 });
                let choice = |i: usize| scores[i] + bias.get(i).copied().unwrap_or(0.0);
                for (j, (&i, (index, weight))) in indices.iter().zip(&wanted).enumerate() {
                    // Choices nearer than rounding may change places.
                    near(&format!("{} choice {j} of row {row}", of.name), choice(i), choice(*index), 2e-6)?;
                    near(&format!("{} weight {j} of row {row}", of.name), weights[row * top + j], *weight, 1e-5)?;
                }
                let wanted = router::gradient(of, &z, &indices, &wide(&dy[row * top..][..top]), whole, 2.5);
                for (i, wanted) in wanted.into_iter().enumerate() {
                    near(&format!("{} dx[{row}, {i}]", of.name), slopes[row * experts + i], wanted, 1.5e-5)?;
                }
            }
            Ok(())
        });
    }
}

#[test]
fn numbers_of_8_bits_are_the_nearest() {
    let (rows, row) = (3, 64);
    let [a, b] = [5, 6].map(|seed| noise(seed, rows * row, 4.0));
    let extent = Extent::along(&[rows, row], -1).unwrap();
    let of =
        |f: &wgpu_activations::Activation, x: &[f32]| x.iter().map(|&x| (f.value)(x.into(), &[])).collect::<Vec<f64>>();
    let gated: Vec<f64> = of(&SILU, &a).iter().zip(&b).map(|(a, &b)| a * f64::from(b)).collect();
    for (spec, y) in [(Spec::forward(&GELU), of(&GELU, &a)), (Spec::forward(&SWIGLU), gated)] {
        for groups in [Groups::Rows, Groups::Of32] {
            let each = if groups == Groups::Rows { row } else { 32 };
            on_all(|driver, limits| {
                let plan = spec.quantized(groups).plan(extent, limits).unwrap();
                let results = run(driver, &plan, &[], &[("x", bits(&a)), ("a", bits(&a)), ("b", bits(&b))]);
                let scales = floats(&results, "scales");
                let words = &results.iter().find(|(name, _)| *name == "y").unwrap().1;
                let numbers: Vec<i8> =
                    words.iter().flat_map(|word| word.to_le_bytes()).map(|byte| byte as i8).collect();
                for (group, (y, numbers)) in y.chunks(each).zip(numbers.chunks(each)).enumerate() {
                    let most = y.iter().fold(0.0f64, |most, v| most.max(v.abs()));
                    near(&format!("{spec} scale {group}"), scales[group] * 127.0, most, 4e-6 * most)?;
                    for (k, (y, &q)) in y.iter().zip(numbers).enumerate() {
                        near(&format!("{spec} number {k} of {group}"), q.into(), y * 127.0 / most, 0.501)?;
                    }
                    if !numbers.iter().any(|q| q.unsigned_abs() == 127) {
                        return Err(format!("{spec}: group {group} is not filled"));
                    }
                }
                Ok(())
            });
        }
    }
}
