//! The `f64` reference: one row at a time, by the evidently right formulas.

/// One row of a tensor, as the reference sees it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The row: the input or, for gradients from the output, the output.
    pub x: &'a [f64],
    /// What is added to the row, or nothing.
    pub mask: &'a [f64],
    /// The parameter values.
    pub params: &'a [f64],
    /// The number of the row in the tensor.
    pub number: u64,
}

impl Line<'_> {
    /// scale x + mask, for the functions that have them; relative to the largest where that is finite, since beside large
    /// numbers even `f64` loses masks.
    pub(crate) fn logits(&self) -> Vec<f64> {
        let scale = self.scale();
        let mask = |i: usize| self.mask.get(i).copied().unwrap_or(0.0);
        let plain: Vec<f64> = self.x.iter().enumerate().map(|(i, &x)| scale * x + mask(i)).collect();
        let m = largest(&plain);
        match plain.iter().position(|&z| z == m && z.is_finite()) {
            None => plain,
            Some(k) => (0..plain.len()).map(|i| scale * (self.x[i] - self.x[k]) + (mask(i) - mask(k))).collect(),
        }
    }

    /// The first parameter, which scales gradients.
    pub(crate) fn scale(&self) -> f64 {
        self.params.first().copied().unwrap_or(1.0)
    }

    /// How many elements of the row are seen where later ones are hidden.
    pub(crate) fn seen(&self) -> usize {
        let queries = self.params.get(1).copied().unwrap_or(0.0) as u64;
        (self.number % if queries < 1 { self.x.len() as u64 } else { queries }) as usize + 1
    }
}

/// The largest element; NaN where there is one.
pub(crate) fn largest(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::NEG_INFINITY, |m, v| if v.is_nan() || v > m { v } else { m })
}

/// exp(z - m) / sum(exp(z - m)) beside `more` logits of 0; all NaN where m is not finite.
pub(crate) fn softmax(z: &[f64], more: Option<f64>) -> Vec<f64> {
    let m = largest(z).max(more.unwrap_or(f64::NEG_INFINITY));
    if !m.is_finite() || z.iter().any(|v| v.is_nan()) {
        return vec![f64::NAN; z.len()];
    }
    let rest = more.map_or(0.0, |v| (v - m).exp());
    let sum: f64 = z.iter().map(|v| (v - m).exp()).sum::<f64>() + rest;
    z.iter().map(|v| (v - m).exp() / sum).collect()
}

/// y (dy - sum(y dy))
pub(crate) fn softmax_dx(y: &[f64], dy: &[f64]) -> Vec<f64> {
    let dot: f64 = y.iter().zip(dy).map(|(y, d)| y * d).sum();
    y.iter().zip(dy).map(|(y, d)| y * (d - dot)).collect()
}

/// The distances of logits from the largest, as far as they are finite.
fn distances(z: impl Iterator<Item = f64>, m: f64) -> Vec<f64> {
    z.map(|z| (m - z).abs()).map(|d| if d.is_finite() { d } else { 0.0 }).collect()
}

/// The distance of each element's logit from the row's largest.
pub(crate) fn distance(line: &Line<'_>) -> Vec<f64> {
    let z = line.logits();
    let m = largest(&z);
    distances(z.into_iter(), m)
}

/// The same where logits are -x.
pub(crate) fn distance_below(line: &Line<'_>) -> Vec<f64> {
    let negated: Vec<f64> = line.x.iter().map(|v| -v).collect();
    distances(negated.iter().copied(), largest(&negated))
}

/// The same where there is one more logit of 0.
pub(crate) fn distance_or_zero(line: &Line<'_>) -> Vec<f64> {
    distances(line.x.iter().copied(), largest(line.x).max(0.0))
}

/// The largest magnitude; 0 where there is none.
pub(crate) fn most(terms: impl Iterator<Item = f64>) -> f64 {
    terms.fold(0.0, |m, t| m.max(t.abs()))
}

/// The larger of y_i dy_i and y_i sum(|y dy|): the magnitude of what adds up to y_i (dy_i - sum(y dy)).
pub(crate) fn largest_of_softmax(line: &Line<'_>, dy: &[f64]) -> Vec<f64> {
    let term: f64 = line.x.iter().zip(dy).map(|(y, d)| (y * d).abs()).sum();
    line.x.iter().zip(dy).map(|(y, d)| (y * d.abs().max(term) * line.scale()).abs()).collect()
}
