//! Images of values.

use anyhow::{Context, Result};
use base64::Engine;
use tiny_skia::{Pixmap, PremultipliedColorU8};

/// A rectangle of values as colours, from dark for the least to bright for the largest.
#[derive(Clone, Debug)]
pub(crate) struct Raster {
    width: usize,
    /// From 0 to 1, line by line from below; NaN has no colour.
    values: Vec<f32>,
}

/// Colours of equal steps of lightness, from the least value to the largest.
const RAMP: [[f32; 3]; 5] =
    [[68.0, 1.0, 84.0], [59.0, 82.0, 139.0], [33.0, 145.0, 140.0], [94.0, 201.0, 98.0], [253.0, 231.0, 37.0]];

impl Raster {
    /// Of lines of this many values, from below.
    pub(crate) fn of(width: usize, values: &[f32]) -> Self {
        let finite = || values.iter().copied().filter(|v| v.is_finite());
        let (low, high) = (finite().fold(f32::INFINITY, f32::min), finite().fold(f32::NEG_INFINITY, f32::max));
        let span = (high - low).max(f32::MIN_POSITIVE);
        Self { width: width.max(1), values: values.iter().map(|v| ((v - low) / span).clamp(0.0, 1.0)).collect() }
    }

    /// Whether its values are so few that each is to be seen.
    pub(super) fn is_coarse(&self) -> bool {
        self.values.len() < 20_000
    }

    pub(super) fn pixels(&self) -> Result<Pixmap> {
        let [width, height] = [self.width, self.values.len() / self.width].map(|side| side as u32);
        let mut pixels =
            Pixmap::new(width, height).with_context(|| format!("{width} x {height} pixels are no image"))?;
        let lines = self.values.chunks(self.width).rev().flatten();
        for (pixel, &value) in pixels.pixels_mut().iter_mut().zip(lines) {
            let [red, green, blue] = colour(value);
            *pixel = PremultipliedColorU8::from_rgba(red, green, blue, 255).unwrap_or(*pixel);
        }
        Ok(pixels)
    }

    /// An address that is the image itself.
    pub(super) fn address(&self) -> Result<String> {
        let png = self.pixels()?.encode_png().context("cannot encode an image")?;
        Ok(format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(png)))
    }
}

fn colour(value: f32) -> [u8; 3] {
    if value.is_nan() {
        return [255; 3];
    }
    let place = value * (RAMP.len() - 1) as f32;
    let below = (place as usize).min(RAMP.len() - 2);
    let share = place - below as f32;
    std::array::from_fn(|k| (RAMP[below][k] * (1.0 - share) + RAMP[below + 1][k] * share).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_colours_from_below() {
        let raster = Raster::of(2, &[-3.0, 1.0, f32::NAN, 5.0]);
        let pixels = raster.pixels().unwrap();
        let found: Vec<_> = pixels.pixels().iter().map(|p| [p.red(), p.green(), p.blue()]).collect();
        assert_eq!(found, [[255; 3], [253, 231, 37], [68, 1, 84], [33, 145, 140]]);
        assert!(raster.address().unwrap().starts_with("data:image/png;base64,iVBOR"));
        assert_eq!(Raster::of(1, &[2.0]).values, [0.0]);
    }
}
