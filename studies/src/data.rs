//! Data to learn from.

use rand::Rng;
use rand::seq::SliceRandom;
use rand_distr::StandardNormal;

use crate::error::{Error, Result};

/// Rows of numbers, and the class of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Numbers in a row.
    pub(crate) features: usize,
    /// Classes, numbered from 0.
    pub(crate) classes: usize,
    /// The rows, one after the other.
    pub(crate) inputs: Vec<f32>,
    /// The classes of the rows.
    pub(crate) labels: Vec<u32>,
}

/// 8 x 8 pixels and the digit.
const DIGIT_BYTES: usize = 65;

impl Table {
    /// These rows and their classes.
    ///
    /// # Errors
    /// [`Error::Data`] for fewer than two rows, a number that is not finite, a single class, or lengths that do not fit.
    pub fn new(features: usize, inputs: Vec<f32>, labels: Vec<u32>) -> Result<Self> {
        let error = |reason: String| Err(Error::Data { reason });
        let rows = labels.len();
        if rows < 2 || features == 0 {
            return error(format!("the data have {rows} rows of {features} numbers: there is nothing to learn"));
        }
        if inputs.len() != rows * features {
            return error(format!("{rows} labels want {} numbers, not {}", rows * features, inputs.len()));
        }
        if let Some(at) = inputs.iter().position(|v| !v.is_finite()) {
            return error(format!("row {} of the data holds {}", at / features, inputs[at]));
        }
        let classes = labels.iter().max().map_or(0, |&most| most as usize + 1);
        if !(2..=10_000).contains(&classes) {
            return error(format!("the largest label is {}: labels are classes from 0 on, at least two", classes - 1));
        }
        Ok(Self { features, classes, inputs, labels })
    }

    /// 1,797 handwritten digits of 8 x 8 pixels, from 0 to 1 (Alpaydin and Kaynak, "Optical Recognition of Handwritten Digits",
    /// UCI Machine Learning Repository, 1998; CC BY 4.0).
    pub fn digits() -> Self {
        let digits = include_bytes!("../data/digits.u8").chunks_exact(DIGIT_BYTES);
        let inputs = digits.clone().flat_map(|d| &d[..DIGIT_BYTES - 1]).map(|&v| f32::from(v) / 16.0).collect();
        let labels = digits.map(|digit| u32::from(digit[DIGIT_BYTES - 1])).collect();
        Self { features: DIGIT_BYTES - 1, classes: 10, inputs, labels }
    }

    /// The four points of exclusive or, each 64 times.
    pub fn xor() -> Self {
        let points = [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]];
        let all = || (0..256).map(|k| k % 4);
        let label = |k: usize| u32::from(k == 1 || k == 2);
        Self {
            features: 2,
            classes: 2,
            inputs: all().flat_map(|k| points[k]).collect(),
            labels: all().map(label).collect(),
        }
    }

    /// The number of rows.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// Rows to learn from and a fifth of them to test with, drawn at random, both with the first's mean of 0 and variance of 1.
    pub(crate) fn split(&self, rng: &mut impl Rng) -> [Self; 2] {
        let mut order: Vec<usize> = (0..self.rows()).collect();
        order.shuffle(rng);
        let tests = (self.rows() / 5).max(1).min(self.rows() - 1);
        let (test, train) = order.split_at(tests);
        let mut parts = [self.part(train), self.part(test)];
        let count = parts[0].inputs.len() as f64;
        let mean = parts[0].inputs.iter().map(|&v| f64::from(v)).sum::<f64>() / count;
        let variance = parts[0].inputs.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / count;
        let deviation = variance.sqrt().max(f64::MIN_POSITIVE);
        for value in parts.iter_mut().flat_map(|part| &mut part.inputs) {
            *value = ((f64::from(*value) - mean) / deviation) as f32;
        }
        parts
    }

    /// These rows.
    pub(crate) fn part(&self, rows: &[usize]) -> Self {
        let row = |&row: &usize| self.inputs[row * self.features..(row + 1) * self.features].iter().copied();
        Self {
            inputs: rows.iter().flat_map(row).collect(),
            labels: rows.iter().map(|&row| self.labels[row]).collect(),
            ..*self
        }
    }

    /// Adds noise of this standard deviation.
    pub(crate) fn disturb(&mut self, noise: f64, rng: &mut impl Rng) {
        if noise > 0.0 {
            self.inputs.iter_mut().for_each(|value| *value += (noise * rng.sample::<f64, _>(StandardNormal)) as f32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn digits_are_whole() {
        let digits = Table::digits();
        assert_eq!((digits.rows(), digits.inputs.len()), (1797, 1797 * 64));
        let count = |class| digits.labels.iter().filter(|&&label| label == class).count();
        assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map(count), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
        assert!(digits.inputs.iter().all(|v| (0.0..=1.0).contains(v)));
        let [train, test] = digits.split(&mut rand_chacha::ChaCha8Rng::seed_from_u64(7));
        assert_eq!([train.rows(), test.rows()], [1438, 359]);
    }

    #[test]
    fn data_that_teach_nothing_are_refused() {
        for (features, inputs, labels, named) in [
            (2, vec![], vec![], "nothing"),
            (2, vec![1.0; 2], vec![1], "nothing"),
            (2, vec![1.0; 3], vec![0, 1], "4 numbers, not 3"),
            (1, vec![1.0, f32::NAN], vec![0, 1], "row 1"),
            (1, vec![1.0, 2.0], vec![0, 0], "two"),
        ] {
            let error = Table::new(features, inputs, labels).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }
}
