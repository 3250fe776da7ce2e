//! The parameters of `run`: numbers, or values from files, one per channel or broadcast.

mod setting;

use std::borrow::Cow;
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use wgpu_activations::{Extent, Op, With};

use crate::array::{self, Array, Scalar, axis_of, broadcast, tuple};
use setting::Value;
pub(crate) use setting::{Setting, Target, once};

/// The parameters of one call.
pub(crate) struct Params {
    /// The value of each parameter. Those with values per channel have theirs in `channels`.
    numbers: Vec<f32>,
    /// The shape in which each parameter was given, which its gradient has as well.
    shapes: Vec<Vec<usize>>,
    channels: Option<Channels>,
}

struct Channels {
    /// One value per channel, parameter after parameter.
    values: Vec<f32>,
    /// The shape of one parameter's values, and the aligned shapes that were broadcast to it.
    whole: Vec<usize>,
    aligned: Vec<Vec<usize>>,
    extent: Extent,
}

impl Params {
    /// Reads the settings for an array of `shape`. Where a file has more than one value, all parameters have values per
    /// channel, and the others repeat theirs. Files are read as a command in `dtype` reads them.
    pub(crate) fn resolve(
        of: Op,
        settings: &[Setting],
        shape: &[usize],
        axis: Option<isize>,
        dtype: Scalar,
    ) -> Result<Self> {
        let mut numbers = defaults(of);
        let mut files: Vec<Option<Array>> = numbers.iter().map(|_| None).collect();
        for Setting { name, value } in settings {
            let index = of.param_index(name)?;
            match value {
                Value::Number(number) => numbers[index] = *number,
                Value::File(path) => {
                    let file: Array = array::read(path, dtype)?;
                    if let [value] = file.data[..] {
                        numbers[index] = value;
                    }
                    files[index] = Some(file);
                }
            }
        }
        if let Some(axis) = axis {
            let given = files.iter().any(Option::is_some);
            ensure!(given, "{} uses --axis only for parameters from files (-p NAME=@FILE)", of.name());
            axis_of(shape, axis)?;
        }
        let shapes = files.iter().map(|file| file.as_ref().map_or(vec![1], |file| file.shape.clone())).collect();
        let ones = vec![1; shape.len()];
        let mut aligned = Vec::with_capacity(files.len());
        for (file, param) in files.iter().zip(of.params()) {
            aligned.push(match file.as_ref().filter(|file| file.data.len() != 1) {
                None => ones.clone(),
                Some(file) => align(file, shape, axis).with_context(|| format!("parameter {}", param.name))?,
            });
        }
        // Nothing is expanded for an empty array.
        if shape.contains(&0) || aligned.iter().all(|shape| *shape == ones) {
            return Ok(Self { numbers, shapes, channels: None });
        }
        let whole = hull(&aligned, shape);
        let extent = Extent::broadcast(&whole, shape)?;
        let mut values = Vec::new();
        for ((file, number), aligned) in files.iter().zip(&numbers).zip(&aligned) {
            let data = file.as_ref().map_or(std::slice::from_ref(number), |file| &file.data);
            values.extend(broadcast(aligned, &whole).map(|index| data[index]));
        }
        Ok(Self { numbers, shapes, channels: Some(Channels { values, whole, aligned, extent }) })
    }

    /// Reads settings of one number each, for a function that takes no values per channel.
    pub(crate) fn numbers<'a>(of: Op, settings: impl IntoIterator<Item = &'a Setting>, dtype: Scalar) -> Result<Self> {
        let mut numbers = defaults(of);
        for setting in settings {
            numbers[of.param_index(&setting.name)?] = setting.number(dtype)?;
        }
        Ok(Self { shapes: vec![vec![1]; numbers.len()], numbers, channels: None })
    }

    /// The value of each parameter, where none has values per channel.
    pub(crate) fn values(&self) -> &[f32] {
        &self.numbers
    }

    /// Cuts an array of `count` elements into pieces of at most `most`: several outer indices, or else several channels of one,
    /// or else a part of one channel.
    pub(crate) fn pieces(&self, count: usize, most: usize) -> impl Iterator<Item = Piece<'_>> {
        let all = Extent { outer: count as u64, channels: 1, inner: 1 };
        let extent = self.channels.as_ref().map_or(all, |channels| channels.extent);
        let [outer, channels, inner] = [extent.outer, extent.channels, extent.inner].map(|size| size as usize);
        let most_of = |whole: bool, size: usize| if whole { (most / size.max(1)).max(1) } else { 1 };
        let inners = inner.clamp(1, most);
        let channel = most_of(inners >= inner, inner).min(channels.max(1));
        let outers = most_of(channel >= channels, channels * inner);
        let starts = move |size: usize, step: usize| (0..size).step_by(step).map(move |i| i..size.min(i + step));
        starts(outer, outers).flat_map(move |o| {
            starts(channels, channel).flat_map(move |c| {
                let o = o.clone();
                starts(inner, inners).map(move |i| {
                    let start = (o.start * channels + c.start) * inner + i.start;
                    let extent = [&o, &c, &i].map(|range| range.len() as u64);
                    self.piece(start, c.clone(), Extent { outer: extent[0], channels: extent[1], inner: extent[2] })
                })
            })
        })
    }

    fn piece(&self, start: usize, channels: Range<usize>, extent: Extent) -> Piece<'_> {
        let values = self.channels.as_ref().map(|all| match all.extent.channels as usize {
            whole if whole == channels.len() => Cow::Borrowed(&all.values[..]),
            whole => {
                let of_param = |values: &[f32]| values[channels.clone()].to_vec();
                all.values.chunks(whole).flat_map(of_param).collect()
            }
        });
        let len = (extent.outer * extent.channels * extent.inner) as usize;
        Piece { range: start..start + len, channels, numbers: &self.numbers, values, extent }
    }

    /// The function for a whole array.
    pub(crate) fn function(&self, of: impl Into<Op>) -> With<'_> {
        match &self.channels {
            None => of.into().with(&self.numbers[..]),
            Some(channels) => With::from(of.into()).per_channel(&channels.values[..], channels.extent),
        }
    }

    /// The sums that a parameter's gradient begins with: zero for each channel.
    pub(crate) fn zeros(&self) -> Vec<f64> {
        vec![0.0; self.channels.as_ref().map_or(1, |channels| channels.extent.channels as usize)]
    }

    /// The shape of the gradient of parameter `index`.
    pub(crate) fn shape(&self, index: usize) -> &[usize] {
        &self.shapes[index]
    }

    /// The gradient of parameter `index` in the shape that it was given in, from one value per channel.
    pub(crate) fn gradient(&self, index: usize, per_channel: &[f64]) -> Vec<f32> {
        let count = self.shapes[index].iter().product();
        let mut sums = vec![0.0; count];
        match &self.channels {
            // One value, or none of an empty array, whose sum is 0.
            None => sums.iter_mut().zip(per_channel).for_each(|(sum, value)| *sum = *value),
            Some(Channels { whole, aligned, .. }) => {
                for (element, value) in broadcast(&aligned[index], whole).zip(per_channel) {
                    sums[element] += value;
                }
            }
        }
        sums.into_iter().map(|sum| sum as f32).collect()
    }
}

fn defaults(of: Op) -> Vec<f32> {
    of.params().iter().map(|param| param.default as f32).collect()
}

/// A contiguous part of an array, with the channels that it touches.
pub(crate) struct Piece<'a> {
    pub(crate) range: Range<usize>,
    pub(crate) channels: Range<usize>,
    numbers: &'a [f32],
    values: Option<Cow<'a, [f32]>>,
    extent: Extent,
}

impl Piece<'_> {
    /// The function for these elements.
    pub(crate) fn function(&self, of: impl Into<Op>) -> With<'_> {
        match &self.values {
            None => of.into().with(self.numbers),
            Some(values) => With::from(of.into()).per_channel(&values[..], self.extent),
        }
    }
}

/// The shape of a parameter's file, aligned with the axes of an array of `shape`: one value per channel, or else what broadcasts
/// as in ONNX.
fn align(file: &Array, shape: &[usize], axis: Option<isize>) -> Result<Vec<usize>> {
    let rank = shape.len();
    let channel_axis = match axis {
        Some(axis) => axis.checked_add_unsigned(if axis < 0 { rank } else { 0 }).unwrap_or(axis) as usize,
        None => usize::from(rank >= 2),
    };
    let channels = shape.get(channel_axis).copied().unwrap_or(1);
    let count = file.data.len();
    if count == channels && (axis.is_some() || file.shape.len() == 1) {
        return Ok((0..rank).map(|i| if i == channel_axis { channels } else { 1 }).collect());
    }
    let (given, wanted) = (tuple(&file.shape), tuple(shape));
    ensure!(axis.is_none(), "it has {count} values for {channels} channels of shape {wanted}");
    let added = rank.checked_sub(file.shape.len());
    let aligned = added.map(|added| [vec![1; added], file.shape.clone()].concat());
    let fits = |aligned: &Vec<usize>| aligned.iter().zip(shape).all(|(&w, &x)| w == 1 || w == x);
    aligned.filter(fits).with_context(|| {
        format!("its shape {given} neither matches the {channels} channels of shape {wanted} nor broadcasts to it")
    })
}

/// The smallest shape that all aligned shapes broadcast to and whose axes longer than 1 are adjacent.
fn hull(aligned: &[Vec<usize>], shape: &[usize]) -> Vec<usize> {
    let varies = |axis: &usize| aligned.iter().any(|aligned| aligned[*axis] != 1);
    let (first, last) = ((0..shape.len()).find(varies), (0..shape.len()).rfind(varies));
    let inside = |axis| first.is_some_and(|first| first <= axis) && last.is_some_and(|last| axis <= last);
    shape.iter().enumerate().map(|(axis, &size)| if inside(axis) { size } else { 1 }).collect()
}

#[cfg(test)]
mod tests;
