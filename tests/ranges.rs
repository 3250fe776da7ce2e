//! Parameters hold their bounds all over their ranges, ends included, and are refused beyond them.

mod common;

use common::{Noise, gpu};
use wgpu_activations::check::ulps;
use wgpu_activations::{Activation, Extent, Function, Gpu, Pass, activation};

/// Magnitudes that are tried of every parameter whose range has them, besides the range's ends.
const PROBES: [f64; 14] = [0.0, 1e-30, 1e-18, 1e-10, 1e-5, 1e-3, 0.1, 0.7, 3.0, 20.0, 1e3, 1e6, 1e12, 1e25];

/// The values of a parameter that are tried.
fn values(param: &activation::Param) -> Vec<f32> {
    let ends = param.range.intervals.iter().flatten().copied();
    let all = ends.chain(PROBES.into_iter().flat_map(|v| [v, -v])).map(|v| v as f32);
    all.filter(|&v| param.range.contains(v)).collect()
}

/// Sets of values: each parameter's, beside the others' defaults, and all that the ends make.
fn sets(a: &Activation) -> Vec<Vec<f32>> {
    let defaults: Vec<f32> = a.params.iter().map(|p| p.default as f32).collect();
    let mut sets = Vec::new();
    for (k, param) in a.params.iter().enumerate() {
        for value in values(param) {
            let mut set = defaults.clone();
            set[k] = value;
            sets.push(set);
        }
    }
    let ends = |p: &activation::Param| p.range.intervals.iter().flatten().map(|&v| v as f32).collect::<Vec<_>>();
    let mut corners = vec![Vec::new()];
    for param in a.params {
        let longer =
            |set: &Vec<f32>| ends(param).into_iter().map(|end| [set.clone(), vec![end]].concat()).collect::<Vec<_>>();
        corners = corners.iter().flat_map(longer).collect();
    }
    sets.extend(corners);
    sets
}

/// Some numbers of each binade, where activations live, and round about kinks.
fn points(a: &Activation, params: &[f64]) -> Vec<f32> {
    let mut noise = Noise(23);
    let mut x = noise.vec(600, 20.0);
    for exponent in 0..255u32 {
        let bits = exponent << 23 | noise.next().to_bits() & 0x7f_ffff;
        x.extend([f32::from_bits(bits), -f32::from_bits(bits)]);
    }
    x.extend([0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, 1.0, -1.0, 0.5, -0.5]);
    let roots = a.roots.as_ref().map_or(Vec::new(), |roots| (roots.near)(params));
    for special in (a.kinks)(params).into_iter().chain(roots) {
        let k = special as f32;
        x.extend([k, k.next_up(), k.next_down(), k * 1.0001, k * 0.999, k * 1.01, k * 0.9]);
    }
    // Where products with parameters are moderate.
    x.extend(
        params
            .iter()
            .flat_map(|&p| [-1.0, 1.0].map(|power| p.powf(power)))
            .flat_map(|scale| noise.vec(100, 120.0 * scale as f32)),
    );
    x
}

/// What is wrong with a pass.
fn errors(gpu: &Gpu, f: &Function<'static>, pass: Pass) -> Option<String> {
    let a = f.activation();
    let params: Vec<f64> = f.params().iter().map(|&p| f64::from(p)).collect();
    let mut x = points(a, &params);
    if pass == Pass::BackwardFromOutput {
        x.iter_mut().filter(|v| !v.is_nan()).for_each(|v| *v = (a.value)(f64::from(*v), &params) as f32);
    }
    let ones = vec![1.0; x.len()];
    let (got, scalar) = match pass {
        Pass::Forward => (gpu.forward(f, &x), a.value),
        Pass::Backward => (gpu.backward(f, &x, &ones), a.dx),
        Pass::BackwardFromOutput => (gpu.backward_from_output(f, &x, &ones), a.dx_from_y?),
        Pass::ParamGradient(k) => {
            let values: Vec<f32> = f.params().iter().flat_map(|&v| vec![v; x.len()]).collect();
            let extent = Extent { outer: 1, channels: x.len() as u64, inner: 1 };
            let per_channel = f.clone().per_channel(&values, extent);
            (gpu.param_gradient(per_channel, a.params[k].name, &x, &ones), a.params[k].gradient?)
        }
        _ => return None,
    };
    let got = match got {
        Ok(got) => got,
        Err(error) => return Some(format!("{} {pass:?} {params:?}: {error}", a.name)),
    };
    let error = |(&x, &got): (&f32, &f32)| {
        let expected = if x.is_nan() { f64::NAN } else { scalar(f64::from(x), &params) };
        (ulps(got, expected, a.largest_term(pass, f64::from(x), &params)), x, got, expected)
    };
    let worst = x.iter().zip(&got).map(error).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (ulp, x, got, expected) = worst;
    (ulp > a.bound(pass)).then(|| {
        format!("{} {pass:?} {params:?} at {x:e}: {got:e}, not {expected:e}: {ulp} ULP of {}", a.name, a.bound(pass))
    })
}

#[test]
fn bounds_hold_all_over_the_ranges() {
    let Some(gpu) = gpu() else { return };
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut wrong = Vec::new();
    for a in activation::ALL.iter().filter(|a| !a.params.is_empty() && (only.is_empty() || a.name == only)) {
        for set in sets(a) {
            let f = a.with(set.as_slice());
            for pass in a.passes() {
                let outside = |(p, v): (&activation::Param, &f32)| !p.from_output.contains(*v);
                if pass == Pass::BackwardFromOutput && a.params.iter().zip(&set).any(outside) {
                    continue;
                }
                wrong.extend(errors(gpu, &f, pass));
            }
        }
    }
    assert!(wrong.is_empty(), "{} fail\n{}", wrong.len(), wrong.join("\n"));
}
