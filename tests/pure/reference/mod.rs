//! The `f64` reference against witnesses of its own: numeric derivatives, golden values from outside, limits.

mod gates;
mod golden;
mod limits;
mod rows;
mod slices;

use wgpu_activations::activation::{ALL, Kind, SOFT_EXPONENTIAL, Scalar};
use wgpu_activations::{Activation, Pass};

/// The first step of the numeric derivatives; three halvings follow.
const STEP: f64 = 1.0 / 256.0;
const LEVELS: usize = 4;

/// Default parameters and variants as a kernel gets them: numbers of 32 bits.
fn parameter_sets(a: &Activation) -> Vec<Vec<f64>> {
    let defaults = a.params.iter().map(|p| p.default).collect::<Vec<f64>>();
    let sets = std::iter::once(defaults.as_slice()).chain(a.variants.iter().copied());
    sets.map(|set| set.iter().map(|&v| f64::from(v as f32)).collect()).collect()
}

/// 200 points in [-30, 30], the denser the nearer to 0, none of them 0, at some distance from all kinks.
fn points(a: &Activation, params: &[f64]) -> Vec<f64> {
    let kinks = (a.kinks)(params);
    let curve = |k: i32| {
        let t = f64::from(k) / 100.0 + 0.005;
        30.0 * t * t.abs()
    };
    let far = |x: &f64| kinks.iter().all(|kink| (x - kink).abs() > 4.0 * step(*x));
    (-100..100).map(curve).filter(far).collect()
}

/// A step that does not reach over 0, where second derivatives may jump (softsign).
fn step(at: f64) -> f64 {
    if at == 0.0 { STEP } else { STEP.min(at.abs() / 5.0) }
}

/// Richardson's extrapolation of central differences, and the error that the rounding of `f` may have brought in.
fn derivative(f: impl Fn(f64) -> f64, at: f64) -> (f64, f64) {
    // Exponentials of exponentials are steep: a step over which the value grows by more than a factor of e is too long.
    let steep = |h: &f64| (f(at + h) / f(at - h)).ln().abs() > 1.0;
    let mut steps = (0..4).map(|k| step(at) / f64::from(1 << (2 * k)));
    let h = steps.find(|h| !steep(h)).unwrap_or(step(at) / 64.0);
    let central = |h: f64| (f(at + h) - f(at - h)) / ((at + h) - (at - h));
    let mut row: Vec<f64> = (0..LEVELS).map(|k| central(h / f64::from(1 << k))).collect();
    for level in 1..LEVELS {
        let weight = f64::from(1 << (2 * level));
        row = row.windows(2).map(|pair| (weight * pair[1] - pair[0]) / (weight - 1.0)).collect();
    }
    let smallest = h / f64::from(1 << (LEVELS - 1));
    (row[0], 16.0 * f64::EPSILON * f(at - h).abs().max(f(at + h).abs()) / smallest)
}

/// Whether a derivative is what differences say: 9 digits, as far as those can tell; where there is no value, none.
fn agrees(given: f64, (numeric, rounding): (f64, f64)) -> bool {
    given.is_nan() && numeric.is_nan() || (given - numeric).abs() <= 1e-9 * given.abs() + rounding + 1e-170
}

#[test]
fn derivatives_are_those_of_the_values() {
    for a in ALL {
        for params in &parameter_sets(a) {
            let points = points(a, params);
            assert!(points.len() > 180, "{}{params:?}: only {} points", a.name, points.len());
            let differing = points.iter().find(|&&x| {
                let numeric = derivative(|x| (a.value)(x, params), x);
                !agrees((a.dx)(x, params), numeric)
            });
            match (differing, a.surrogate) {
                (None, Some(_)) => panic!("{}{params:?}: no surrogate, the derivative is the true one", a.name),
                (Some(&x), None) => panic!(
                    "{}{params:?}: dx({x}) is {:e}, differences give {:?}",
                    a.name,
                    (a.dx)(x, params),
                    derivative(|x| (a.value)(x, params), x)
                ),
                _ => {}
            }
        }
    }
}

#[test]
fn parameter_gradients_are_those_of_the_values() {
    for a in ALL {
        for (k, param) in a.params.iter().enumerate() {
            let Some(gradient) = param.gradient else { continue };
            for params in &parameter_sets(a) {
                if a.name == "soft_exponential" && params[k] == 0.0 {
                    continue; // Differences across 0 see two curvatures; the next test looks at either side.
                }
                // A kink may move with the parameter; differences must not reach over it.
                let kinks = (a.kinks)(params);
                for x in points(a, params)
                    .into_iter()
                    .filter(|x| kinks.iter().all(|k| (k - x).abs() > 0.1 || *k == 0.0 && a.name != "srelu"))
                {
                    let along = |v: f64| {
                        let mut params = params.clone();
                        params[k] = v;
                        (a.value)(x, &params)
                    };
                    let (given, numeric) = (gradient(x, params), derivative(along, params[k]));
                    let what = format!("{}{params:?}: d{}({x})", a.name, param.name);
                    assert!(agrees(given, numeric), "{what} is {given:e}, differences give {numeric:?}");
                }
            }
        }
    }
}

/// Exponential, line and logarithm meet at alpha = 0, with one slope along alpha.
#[test]
fn soft_exponential_is_smooth_at_zero() {
    let alpha = SOFT_EXPONENTIAL.params[0].gradient.expect("it is trained");
    for x in points(&SOFT_EXPONENTIAL, &[0.0]) {
        let near = 3e-5 * (1.0 + x.abs().powi(3));
        for step in [1e-5, -1e-5] {
            let slope = ((SOFT_EXPONENTIAL.value)(x, &[step]) - x) / step;
            assert!((alpha(x, &[0.0]) - slope).abs() < near, "at {x}, alpha {step}: {slope:e}");
            assert!((alpha(x, &[0.0]) - alpha(x, &[step])).abs() < near, "at {x}, alpha {step}");
        }
    }
}

#[test]
fn gradients_from_the_output_are_those_from_the_input() {
    for a in ALL {
        let Some(from_y) = a.dx_from_y else { continue };
        // Other parameters may fold the function over (leaky_relu with a negative slope).
        let params = a.params.iter().map(|p| p.default).collect::<Vec<f64>>();
        for x in points(a, &params).into_iter().filter(|x| x.abs() <= 5.0) {
            let (y, wanted) = ((a.value)(x, &params), (a.dx)(x, &params));
            let got = from_y(y, &params);
            assert!(
                got.is_nan() && wanted.is_nan() || (got - wanted).abs() <= 1e-10 * wanted.abs(),
                "{}: {got:e} from y, {wanted:e} at {x}",
                a.name
            );
        }
    }
}

/// Functions whose derivative keeps its digits next to roots, so that nothing there needs to be forgiven.
const EXACT: &[&str] =
    &["phish", "square", "cosh", "logcosh", "gaussian", "lisht", "hard_mish", "d_silu", "acon_c", "aptx", "xielu"];

/// Errors near roots are forgiven, so what is called a root must be one, and none may be missing.
#[test]
fn roots_are_where_derivatives_vanish() {
    // Sines have no end of roots; what is forgiven there is `Activation::largest`.
    for a in ALL.iter().filter(|a| a.kind != Kind::Periodic) {
        for params in &parameter_sets(a) {
            let dx = |x: f64| (a.dx)(x, params);
            let roots = a.roots.as_ref().map_or(Vec::new(), |r| (r.near)(params));
            for &root in &roots {
                let largest: Scalar = a.roots.as_ref().map_or(a.value, |r| r.largest);
                let rest = dx(root).abs() / largest(root, params);
                assert!(rest < 1e-9, "{}{params:?}: dx({root}) is {rest:e} of its largest term", a.name);
                assert!(dx(root - 0.1) * dx(root + 0.1) < 0.0, "{}{params:?}: no crossing at {root}", a.name);
            }
            let known = |pair: &[f64]| {
                let within = |x: &f64| (pair[0]..=pair[1]).contains(x);
                let terms_cancel = (a.largest)(Pass::Backward, pair[0], params) > 0.0;
                terms_cancel || roots.iter().any(within) || (a.kinks)(params).iter().any(within)
            };
            let points = points(a, params);
            let missing = points.windows(2).find(|pair| dx(pair[0]) * dx(pair[1]) < 0.0 && !known(pair));
            assert!(
                missing.is_none() || EXACT.contains(&a.name),
                "{}{params:?}: a root in {missing:?} is not listed",
                a.name
            );
        }
    }
}
