//! The ends of the real line, and where intermediate results over- or underflow. The limits themselves are golden values.

use wgpu_activations::activation::ALL;

use super::golden::{read, results};
use super::parameter_sets;

const INF: f64 = f64::INFINITY;

/// A function may have no value somewhere (the root of -1) or no limit (sines) only where its golden values say so.
#[test]
fn nothing_is_nan() {
    let magnitudes = [0.0, f64::from(f32::MIN_POSITIVE), 1e-20, 1.0, 700.0, 1e5, 1e20, f64::from(f32::MAX), INF];
    for a in ALL {
        let golden = read(a);
        let partial = golden.iter().any(|row| row.x.is_finite() && row.exact[0].is_nan());
        let swings = !partial && golden.iter().any(|row| row.x.is_infinite() && row.exact.iter().any(|v| v.is_nan()));
        for params in &parameter_sets(a) {
            for x in magnitudes.into_iter().flat_map(|m| [-m, m]) {
                if swings && x.is_infinite() {
                    continue;
                }
                let y = (a.value)(x, params);
                let none = partial && y.is_nan();
                for (_, name, f) in results(a) {
                    assert_eq!(f(x, params).is_nan(), none, "{}{params:?}: {name} at {x:e}", a.name);
                }
                if let Some(from_y) = a.dx_from_y {
                    assert_eq!(from_y(y, params).is_nan(), none, "{}{params:?} from its output at {x:e}", a.name);
                }
            }
        }
    }
}

/// What is not larger than x next to the ends of `f32` is not larger at the ends.
#[test]
fn what_is_finite_stays_finite() {
    let huge = f64::from(f32::MAX);
    let mut checked = 0;
    for a in ALL {
        for row in read(a).iter().filter(|row| row.has_defaults(a) && (3e38..INF).contains(&row.x.abs())) {
            let end = huge.copysign(row.x);
            for ((_, name, f), _) in results(a).iter().zip(&row.exact).filter(|(_, v)| v.abs() <= row.x.abs()) {
                let v = f(end, &row.params);
                assert!(v.abs() <= huge, "{}: {name}({end:e}) is {v:e}", a.name);
                checked += 1;
            }
        }
    }
    assert!(checked > 3 * ALL.len(), "{checked} values prove little");
}
