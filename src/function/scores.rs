//! Attention's scores: what must hold of them, and their `f64` reference.

use super::line::{Line, largest};
use crate::error::{Error, Result};
use crate::tensor::Extent;

/// Fails for a window beyond the rows.
pub(crate) fn check_scores(function: &'static str, values: &[f32], extent: Extent) -> Result<()> {
    let beyond = |window: &&f32| window.is_finite() && **window as u64 > extent.channels;
    match values.get(5).filter(beyond) {
        None => Ok(()),
        Some(window) => {
            let keys = extent.channels;
            let reason = format!("{function}: a window of {window} is beyond rows of {keys} keys: leave it out (inf)");
            Err(Error::Extent { reason })
        }
    }
}

/// A row of scores, as a query sees it.
pub(crate) struct Scores {
    /// Logits; none where a key is not seen.
    logits: Vec<Option<f64>>,
    /// What is subtracted from them all.
    most: f64,
    sink: f64,
    /// How large what rounds them is: capped scores, and what is added to them.
    rounded: Vec<f64>,
}

impl Line<'_> {
    /// The scores of a row of `attention_softmax`.
    pub(crate) fn scores(&self) -> Scores {
        let param = |k: usize, default: f64| self.params.get(k).copied().unwrap_or(default);
        let (cap, slope, sink) = (param(1, f64::INFINITY), param(2, 0.0), param(3, f64::NEG_INFINITY));
        let (offset, window) = (param(4, f64::INFINITY), param(5, f64::INFINITY));
        let (keys, queries) = (self.x.len() as f64, param(6, 0.0));
        let queries = if queries < 1.0 { keys } else { queries };
        let query = self.number as f64 % queries;
        let place = query + if offset.is_finite() { offset } else { keys - queries };
        let mask = |i: usize| self.mask.get(i).copied().unwrap_or(0.0);
        let seen = |i: usize| {
            let key = i as f64;
            key <= query + offset && (place - key).abs() < window && mask(i) != f64::NEG_INFINITY
        };
        let capped = |x: f64| if cap.is_finite() { cap * (self.scale() * x / cap).tanh() } else { self.scale() * x };
        let added = |i: usize| if slope == 0.0 { mask(i) } else { mask(i) - slope * (place - i as f64).abs() };
        let shown = |of: &dyn Fn(usize) -> f64| -> Vec<Option<f64>> {
            (0..self.x.len()).map(|i| seen(i).then(|| of(i))).collect()
        };
        let plain = shown(&|i| capped(self.x[i]) + added(i));
        let most = largest(&plain.iter().flatten().copied().collect::<Vec<_>>());
        let rounded = (0..self.x.len())
            .map(|i| {
                let cap = if cap.is_finite() { capped(self.x[i]).abs() } else { 0.0 };
                cap + if slope == 0.0 { 0.0 } else { (added(i) - mask(i)).abs().max(added(i).abs()) }
            })
            .collect();
        // Relative to the largest, where that is finite: beside large numbers even `f64` loses masks.
        let first = plain.iter().position(|z| *z == Some(most) && most.is_finite());
        let Some(k) = first.filter(|_| !cap.is_finite()) else { return Scores { logits: plain, most, sink, rounded } };
        let logits = shown(&|i| self.scale() * (self.x[i] - self.x[k]) + (added(i) - added(k)));
        Scores { logits, most: 0.0, sink: sink - most, rounded }
    }
}

impl Scores {
    /// exp(z) / (exp(sink) + sum(exp(z))); 0 where nothing is seen.
    pub(crate) fn weights(&self) -> Vec<f64> {
        let m = self.largest();
        if m.is_nan() || m == f64::INFINITY {
            return vec![f64::NAN; self.logits.len()];
        }
        if m == f64::NEG_INFINITY {
            return vec![0.0; self.logits.len()];
        }
        let of = |z: &Option<f64>| z.map_or(0.0, |z| (z - m).exp());
        let sum = self.logits.iter().map(of).sum::<f64>() + (self.sink - m).exp();
        self.logits.iter().map(|z| of(z) / sum).collect()
    }

    /// How far each logit lies below the largest, and so many ULP of what it rounds and of what the largest does.
    pub(crate) fn slack(&self, ulps: f64) -> Vec<f64> {
        let m = self.largest();
        let finite = |d: f64| if d.is_finite() { d } else { 0.0 };
        let largest = self.logits.iter().zip(&self.rounded).filter(|(z, _)| **z == Some(m));
        let of_largest = largest.map(|(_, r)| finite(*r)).fold(0.0, f64::max);
        let each = self.logits.iter().zip(&self.rounded);
        each.map(|(z, r)| z.map_or(0.0, |z| finite(m - z) + ulps * (finite(*r) + of_largest))).collect()
    }

    fn largest(&self) -> f64 {
        let shown: Vec<f64> = self.logits.iter().flatten().copied().collect();
        let m = largest(&shown);
        if m.is_nan() || self.most.is_nan() { f64::NAN } else { m.max(self.sink) }
    }
}
