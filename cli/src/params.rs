//! The parameters of `run`: numbers, or values from a file, one per channel or broadcast.

mod setting;

use std::borrow::Cow;
use std::ops::Range;

use anyhow::{Context, Result, ensure};
use wgpu_activations::gate::Gated;
use wgpu_activations::{Activation, Extent, Function, Gate, Op};

use crate::array::{self, Array, Scalar, axis_of, tuple};
use setting::Value;
pub(crate) use setting::{Setting, Target, once};

/// The parameters of one call.
pub(crate) struct Params {
    /// A value for each parameter; where it has one for each channel, that does not matter.
    numbers: Vec<f32>,
    /// The shape in which each parameter was given, and is to be answered.
    shapes: Vec<Vec<usize>>,
    channels: Option<Channels>,
}

struct Channels {
    /// Parameter after parameter, one value per channel each.
    values: Vec<f32>,
    /// The shape that the values of one parameter have, and the shapes that were broadcast to it.
    whole: Vec<usize>,
    spans: Vec<Vec<usize>>,
    extent: Extent,
}

impl Params {
    /// Reads the settings for an array of `shape`. Where a file gives more than one value, every
    /// parameter is passed per channel and the others repeat theirs.
    pub(crate) fn resolve(
        of: Op,
        settings: &[Setting],
        shape: &[usize],
        axis: Option<isize>,
        command: Scalar,
    ) -> Result<Self> {
        let mut numbers: Vec<f32> = of.params().iter().map(|param| param.default as f32).collect();
        let mut files: Vec<Option<Array>> = numbers.iter().map(|_| None).collect();
        for Setting { name, value } in settings {
            let index = of.param_index(name)?;
            match value {
                Value::Number(number) => numbers[index] = *number,
                Value::File(place) => {
                    let file: Array = array::read(place, command)?;
                    if let [value] = file.data[..] {
                        numbers[index] = value;
                    }
                    files[index] = Some(file);
                }
            }
        }
        if let Some(axis) = axis {
            let file = files.iter().any(Option::is_some);
            ensure!(file, "{} has an axis only for parameters from files (-p NAME=@FILE)", of.name());
            axis_of(shape, axis)?;
        }
        let shapes = files.iter().map(|file| file.as_ref().map_or(vec![1], |file| file.shape.clone())).collect();
        let ones = vec![1; shape.len()];
        let mut spans = Vec::with_capacity(files.len());
        for (file, param) in files.iter().zip(of.params()) {
            spans.push(match file.as_ref().filter(|file| file.data.len() != 1) {
                None => ones.clone(),
                Some(file) => span(file, shape, axis).with_context(|| format!("parameter {}", param.name))?,
            });
        }
        // An empty array is no reason to expand anything.
        if shape.contains(&0) || spans.iter().all(|span| *span == ones) {
            return Ok(Self { numbers, shapes, channels: None });
        }
        let whole = hull(&spans, shape);
        let extent = Extent::broadcast(&whole, shape)?;
        let mut values = Vec::new();
        for ((file, scalar), span) in files.iter().zip(&numbers).zip(&spans) {
            let data = file.as_ref().map_or(std::slice::from_ref(scalar), |file| &file.data);
            values.extend(broadcast(span, &whole).map(|place| data[place]));
        }
        Ok(Self { numbers, shapes, channels: Some(Channels { values, whole, spans, extent }) })
    }

    /// An array of `count` elements in pieces of at most `most`: of whole rows of channels if they are that short, or else
    /// of whole channels, or of parts of one.
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

    /// The gate for an array that goes through at once.
    pub(crate) fn gate(&self, gate: &'static Gate) -> Gated {
        match &self.channels {
            None => gate.with(&self.numbers[..]),
            Some(channels) => gate.function().per_channel(&channels.values, channels.extent),
        }
    }

    /// As many zeros as there are channels: the sums that a gradient begins with.
    pub(crate) fn zeros(&self) -> Vec<f64> {
        vec![0.0; self.channels.as_ref().map_or(1, |channels| channels.extent.channels as usize)]
    }

    /// The shape in which the gradient of parameter `index` is answered.
    pub(crate) fn shape(&self, index: usize) -> &[usize] {
        &self.shapes[index]
    }

    /// The gradient of parameter `index` in the shape the parameter was given in, from a value per
    /// channel.
    pub(crate) fn gradient(&self, index: usize, per_channel: &[f64]) -> Vec<f32> {
        let count = self.shapes[index].iter().product();
        let mut sums = vec![0.0; count];
        match &self.channels {
            // One value; an empty array has none, whose sum is 0.
            None => sums.iter_mut().zip(per_channel).for_each(|(sum, value)| *sum = *value),
            Some(Channels { whole, spans, .. }) => {
                for (place, value) in broadcast(&spans[index], whole).zip(per_channel) {
                    sums[place] += value;
                }
            }
        }
        sums.into_iter().map(|sum| sum as f32).collect()
    }
}

/// A part of an array, and of the channels.
pub(crate) struct Piece<'a> {
    pub(crate) range: Range<usize>,
    pub(crate) channels: Range<usize>,
    numbers: &'a [f32],
    values: Option<Cow<'a, [f32]>>,
    extent: Extent,
}

impl Piece<'_> {
    /// The function for these elements.
    pub(crate) fn function(&self, activation: &'static Activation) -> Function<'_> {
        match &self.values {
            None => activation.with(self.numbers),
            Some(values) => activation.function().per_channel(values, self.extent),
        }
    }

    /// The gate for these elements.
    pub(crate) fn gate(&self, gate: &'static Gate) -> Gated {
        match &self.values {
            None => gate.with(self.numbers),
            Some(values) => gate.function().per_channel(values, self.extent),
        }
    }
}

/// The shape of a parameter's file beside an array of `shape`: one value per channel, or else what
/// broadcasts as in ONNX.
fn span(file: &Array, shape: &[usize], axis: Option<isize>) -> Result<Vec<usize>> {
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
    let span = added.map(|added| [vec![1; added], file.shape.clone()].concat());
    let fits = |span: &Vec<usize>| span.iter().zip(shape).all(|(&w, &x)| w == 1 || w == x);
    span.filter(fits).with_context(|| {
        format!("its shape {given} neither counts the {channels} channels of shape {wanted} nor broadcasts to that")
    })
}

/// The smallest shape that all spans broadcast to and whose axes of more than 1 are neighbours.
fn hull(spans: &[Vec<usize>], shape: &[usize]) -> Vec<usize> {
    let varies = |axis: &usize| spans.iter().any(|span| span[*axis] != 1);
    let (first, last) = ((0..shape.len()).find(varies), (0..shape.len()).rfind(varies));
    let inside = |axis| first.is_some_and(|first| first <= axis) && last.is_some_and(|last| axis <= last);
    shape.iter().enumerate().map(|(axis, &size)| if inside(axis) { size } else { 1 }).collect()
}

/// For each element of an array of shape `whole`, the place that broadcasts to it in one of shape
/// `span`.
pub(crate) fn broadcast(span: &[usize], whole: &[usize]) -> impl Iterator<Item = usize> {
    (0..whole.iter().product()).map(move |mut element| {
        let (mut place, mut stride) = (0, 1);
        for (&size, &all) in span.iter().zip(whole).rev() {
            place += element % all % size * stride;
            element /= all;
            stride *= size;
        }
        place
    })
}

#[cfg(test)]
mod tests;
