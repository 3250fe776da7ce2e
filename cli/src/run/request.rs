//! What `run` is to compute, with all arguments resolved and checked.

use std::borrow::Cow;

use anyhow::{Context, Result, bail, ensure};
use wgpu_activations::activation::Kinks;
use wgpu_activations::{Halves, Op, Pass, Spec};

use super::args::RunArgs;
use super::shapes::Shapes;
use crate::array::{Number, Outputs, Reader, Scalar, Writing, tuple};
use crate::catalogue;
use crate::params::{Params, Piece, Setting, once};
use crate::text::{self, counted};

/// Bytes of each array that are in memory at a time, where arrays are processed in pieces.
const PIECE: usize = 8 << 20;

/// Open inputs and writable outputs whose shapes fit; nothing is computed yet.
pub(super) struct Request<T> {
    /// x, or a and b of a gate, or x and its mask.
    pub(super) inputs: Vec<Reader<T>>,
    /// The upstream gradient, if this is a backward pass.
    pub(super) dy: Option<Reader<T>>,
    /// The results of a backward pass, in their files' order; the result of a forward pass is y alone.
    pub(super) gradients: Vec<Gradient>,
    pub(super) params: Params,
    pub(super) shapes: Shapes,
    pub(super) halves: Halves,
    pub(super) kinks: Kinks,
    pub(super) files: Writing,
}

/// What a gradient is taken along.
#[derive(Clone, Copy)]
pub(super) enum Gradient {
    Input(usize),
    Param(usize),
}

/// One piece of every array.
pub(super) struct Step<'a, T: Clone> {
    pub(super) piece: &'a Piece<'a>,
    pub(super) inputs: Vec<Cow<'a, [T]>>,
    pub(super) dy: Option<Cow<'a, [T]>>,
    pub(super) gradients: &'a [Gradient],
    pub(super) files: &'a mut Writing,
}

impl<T: Number> Request<T> {
    pub(super) fn resolve(args: &RunArgs, of: Op) -> Result<Self> {
        check(args, of)?;
        let (outputs, gradients) = outputs(args, of, T::DTYPE)?;
        let inputs = args.input.iter().map(Reader::<T>::open).collect::<Result<Vec<_>>>()?;
        let group = group(args, of);
        let x = inputs[0].shape();
        let shapes = match of {
            Op::Gate(_) if inputs.len() == 2 => Shapes::two(x, inputs[1].shape())?,
            Op::Gate(gate) => Shapes::halves(gate.name, x, args.axis)?,
            Op::Doubling(_) => Shapes::doubled(x, args.axis)?,
            Op::RowFunction(row) => {
                let size = group.map(|setting| setting.number(T::DTYPE)).transpose()?;
                let shapes = Shapes::rows(row, x, args.axis, size)?;
                inputs.get(1).map(|mask| shapes.mask(mask.shape())).transpose()?;
                shapes
            }
            _ => Shapes::elementwise(x),
        };
        let params = params(args, of, &shapes, T::DTYPE)?;
        let dy = args.grad.as_ref().map(Reader::<T>::open).transpose()?;
        if let Some(dy) = &dy {
            let (dy, y) = (tuple(dy.shape()), tuple(&shapes.y));
            ensure!(dy == y, "dy has shape {dy}, y has shape {y}");
        }
        let shape = |gradient: &Gradient| match *gradient {
            Gradient::Input(_) => shapes.x.clone(),
            Gradient::Param(index) => params.shape(index).to_vec(),
        };
        let results = if args.backward { gradients.iter().map(shape).collect() } else { vec![shapes.y.clone()] };
        let files = outputs.begin(&results)?;
        Ok(Self { inputs, dy, gradients, params, shapes, halves: args.halves(), kinks: args.kinks, files })
    }

    /// Computes one piece after another.
    pub(super) fn in_pieces(&mut self, mut compute: impl FnMut(Step<'_, T>) -> Result<()>) -> Result<()> {
        let count = self.inputs[0].count();
        let bar = text::progress(count);
        bar.set_message("elements");
        for piece in self.params.pieces(count, PIECE / T::DTYPE.size()) {
            let range = &piece.range;
            let inputs = self.inputs.iter_mut().map(|input| input.read(range.clone()));
            compute(Step {
                piece: &piece,
                inputs: inputs.collect::<Result<_>>()?,
                dy: self.dy.as_mut().map(|dy| dy.read(range.clone())).transpose()?,
                gradients: &self.gradients,
                files: &mut self.files,
            })?;
            bar.inc(range.len() as u64);
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// Gives all results their names.
    pub(super) fn finish(self) -> Result<()> {
        let Self { inputs, dy, files, .. } = self;
        drop((inputs, dy)); // Not every system replaces a file that is open.
        files.commit()
    }
}

/// Fails for options that mean nothing for the function, and for a wrong number of inputs.
fn check(args: &RunArgs, of: Op) -> Result<()> {
    let (name, given) = (of.name(), args.input.len());
    once("parameter", args.params.iter().map(Setting::name))?;
    once("the gradient of", args.param_grad.iter().map(|target| &*target.name))?;
    once("gradient", args.only.iter().map(|name| &**name))?;
    let inputs = args.input.iter().chain(&args.grad).chain(args.params.iter().filter_map(Setting::path));
    ensure!(inputs.filter(|path| path.is_stdio()).count() < 2, "standard input (-) holds one array, not several");
    let (least, most) = match of {
        Op::Gate(_) => (1, 2),
        Op::RowFunction(row) if row.masked => (2, 2),
        _ => (1, 1),
    };
    let takes = if least == most { counted(most, "input") } else { format!("{least} or {}", counted(most, "input")) };
    ensure!((least..=most).contains(&given), "{name} takes {takes}, not {given}");
    let what = match of {
        Op::Gate(_) if given == 2 => Some("a gate of two inputs"),
        Op::Gate(_) => None,
        _ => Some(name),
    };
    for (set, option) in [(args.interleaved, "--interleaved"), (args.value_first, "--value-first")] {
        if let (true, Some(what)) = (set, what) {
            bail!("{option} is for the halves of one input, and {what} has no halves");
        }
    }
    let kinks = args.kinks == Kinks::Torch || matches!(of, Op::Activation(_));
    ensure!(kinks, "--kinks is for elementwise functions, and {name} is none");
    if args.backward && !of.passes().contains(&Pass::Backward) {
        Spec::backward(of).check()?;
    }
    Ok(())
}

/// The outputs, which can be written, and the gradients that they are of.
fn outputs(args: &RunArgs, of: Op, dtype: Scalar) -> Result<(Outputs, Vec<Gradient>)> {
    let name = of.name();
    let names: &[&str] = match of {
        _ if !args.backward => &["y"],
        Op::Gate(_) if args.input.len() == 2 => &["da", "db"],
        _ => &["dx"],
    };
    ensure!(
        args.only.is_empty() || names.len() > 1,
        "{name} has one gradient here, so there is nothing to select with --only"
    );
    let index = |only: &String| {
        let known = names.iter().position(|name| name == only);
        known.with_context(|| format!("{name} has no gradient {only:?}, only {}", names.join(" and ")))
    };
    let wanted = match args.only.is_empty() {
        true => (0..names.len()).collect(),
        false => args.only.iter().map(index).collect::<Result<Vec<_>>>()?,
    };
    let (given, most) = (args.output.len(), wanted.len());
    ensure!(given <= most, "{} for {}", counted(given, "output"), counted(most, "result"));
    if let (Some(&lost), false) = (wanted.get(given), names.len() == 1) {
        let (all, kept, lost) = (names.join(" and "), names[0], names[lost]);
        bail!(
            "{name} has the gradients {all}, and there is no output for {lost}: give a -o for each, or --only {kept}"
        );
    }
    let (mut outputs, mut gradients) = (Outputs::new(args.force), Vec::new());
    for (path, &which) in args.output.iter().zip(&wanted) {
        outputs.add(path, names[which], dtype)?;
        gradients.push(Gradient::Input(which));
    }
    for target in &args.param_grad {
        let index = of.param_index(&target.name)?;
        let param = of.params()[index].name;
        if !of.passes().contains(&Pass::ParamGradient(index)) {
            bail!("{name} has no gradient along {param}");
        }
        // Gradients of parameters are sums, which are f32 for every storage type.
        outputs.add(&target.path, param, Scalar::F32)?;
        gradients.push(Gradient::Param(index));
    }
    Ok((outputs, gradients))
}

/// The setting of `k`, which is not a parameter: what reduces rows may reduce groups of that many elements instead.
fn group(args: &RunArgs, of: Op) -> Option<&Setting> {
    let reduces = matches!(of, Op::RowFunction(row) if row.reduces);
    args.params.iter().find(|setting| reduces && setting.name() == "k")
}

fn params(args: &RunArgs, of: Op, shapes: &Shapes, dtype: Scalar) -> Result<Params> {
    let Op::RowFunction(row) = of else {
        let axis = match of {
            // The values of channels lie along the axis of the halves.
            Op::Gate(_) if args.input.len() == 1 => {
                args.params.iter().any(|setting| setting.path().is_some()).then_some(shapes.axis as isize)
            }
            Op::Doubling(_) => None,
            _ => args.axis,
        };
        return Params::resolve(of, &args.params, &shapes.y, axis, dtype);
    };
    let rows = catalogue::row_count(row).filter(|_| shapes.axis > 0);
    let rows = rows.map(|name| Setting::of_number(name, shapes.x[shapes.axis - 1] as f32));
    let group = group(args, of).map(Setting::name);
    let given = args.params.iter().filter(|setting| Some(setting.name()) != group);
    Params::numbers(of, rows.iter().chain(given), dtype)
}
