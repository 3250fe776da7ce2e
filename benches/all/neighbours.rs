//! What stands around a function in one kernel, beside the same in kernels of its own, by turns: 16M elements in rows of 4096.

use wgpu_activations::activation::{GELU, IDENTITY, LINEAR, SILU};
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::wgpu::{Buffer, BufferDescriptor, BufferUsages};
use wgpu_activations::{Activation, Bound, Buffers, Error, Extent, Gpu, Scale, Spec, Storage};

use super::places::ratio;

const ROWS: u64 = 4096;
const CHANNELS: u64 = 4096;

/// The buffers of all calls.
struct Tensors {
    x: Buffer,
    dy: Buffer,
    y: Buffer,
    between: Buffer,
    more: Buffer,
    /// Of a bias, of two numbers for each channel, of one for each row.
    few: Buffer,
    sums: Buffer,
    of_rows: Buffer,
}

/// One call, and the calls that do the same.
type Case = Result<(String, Vec<Bound>, Vec<Bound>), Error>;

pub(crate) fn all(gpu: &Gpu) {
    let buffer = |elements: u64| {
        let (label, usage) = (Some("neighbours"), BufferUsages::STORAGE);
        gpu.device().create_buffer(&BufferDescriptor { label, size: 4 * elements, usage, mapped_at_creation: false })
    };
    let [x, dy, y, between, more] = [(); 5].map(|()| buffer(ROWS * CHANNELS));
    let [few, sums] = [(); 2].map(|()| buffer(2 * ROWS.max(CHANNELS)));
    let tensors = Tensors { x, dy, y, between, more, few, sums, of_rows: buffer(ROWS) };
    for storage in [Storage::F32, Storage::F16] {
        for of in [&SILU, &GELU] {
            report(gpu, forward(gpu, &tensors, of, storage));
            report(gpu, backward(gpu, &tensors, of, storage));
        }
        report(gpu, gate(gpu, &tensors, storage));
        report(gpu, gate_backward(gpu, &tensors, storage));
        report(gpu, gate_and_rows(gpu, &tensors, storage));
    }
}

fn report(gpu: &Gpu, case: Case) {
    match case {
        Ok((what, fused, apart)) => _ = ratio(gpu, &format!("neighbours/{what}"), &fused, &apart),
        Err(error) => println!("neighbours: {error}"),
    }
}

fn bind(gpu: &Gpu, spec: Spec, buffers: Buffers<'_>) -> Result<Bound, Error> {
    gpu.kernels().get(spec)?.bind(buffers, Extent { outer: ROWS, channels: CHANNELS, inner: 1 })
}

/// y = s f(x + b) + r
fn forward(gpu: &Gpu, t: &Tensors, of: &'static Activation, storage: Storage) -> Case {
    let spec = |of| Spec::forward(of).storage(storage);
    let (x, y, r, few) = (t.x.slice(..), t.y.slice(..), t.dy.slice(..), t.few.slice(..));
    let plain = Buffers::forward(x, y);
    let whole = spec(of).bias().scale(Scale::Rows).residual();
    let fused = bind(gpu, whole, plain.bias(few).scale(few).residual(r))?;
    let apart = vec![
        bind(gpu, spec(&IDENTITY).bias(), plain.bias(few))?,
        bind(gpu, spec(of).in_place(), Buffers::new().x(y))?,
        bind(gpu, spec(&IDENTITY).scale(Scale::Rows).in_place(), Buffers::new().x(y).scale(few))?,
        bind(gpu, spec(&IDENTITY).residual().in_place(), Buffers::new().x(y).residual(r))?,
    ];
    Ok((format!("s {}(x + b) + r, {storage}", of.name), vec![fused], apart))
}

/// dx and db of y = f(x + b)
fn backward(gpu: &Gpu, t: &Tensors, of: &'static Activation, storage: Storage) -> Case {
    let (x, dy, dx, few) = (t.x.slice(..), t.dy.slice(..), t.y.slice(..), t.few.slice(..));
    let gradients = Buffers::new().x(x).dy(dy).dx(dx);
    let whole = Spec::backward(of).bias().bias_gradient().storage(storage);
    let sums = t.sums.slice(..4 * CHANNELS);
    let fused = bind(gpu, whole, gradients.bias(few).dbias(sums))?;
    let sum = Spec::param_gradient(&LINEAR, "bias")?.per_channel().storage(storage);
    let apart = vec![
        bind(gpu, Spec::backward(of).bias().storage(storage), gradients.bias(few))?,
        bind(gpu, sum, Buffers::new().x(x).dy(dx).weights(few).sums(sums))?,
    ];
    Ok((format!("{}'(x + b) and its bias, {storage}", of.name), vec![fused], apart))
}

/// y = silu(a + b1) (b + b2) + r
fn gate(gpu: &Gpu, t: &Tensors, storage: Storage) -> Case {
    let (a, b, y, moved, few) = (t.x.slice(..), t.dy.slice(..), t.y.slice(..), t.between.slice(..), t.few.slice(..));
    let spec = |of| Spec::forward(of).storage(storage);
    let add = spec(&IDENTITY).bias();
    let gate = Buffers::new().a(a).b(b).y(y);
    let fused = bind(gpu, Spec::forward(&SWIGLU).bias().storage(storage), gate.bias(few))?;
    let apart = vec![
        bind(gpu, add, Buffers::forward(a, moved).bias(few))?,
        bind(gpu, add.in_place(), Buffers::new().x(b).bias(few))?,
        bind(gpu, Spec::forward(&SWIGLU).storage(storage), Buffers::new().a(moved).b(b).y(y))?,
    ];
    Ok((format!("swiglu(a + b1, b + b2), {storage}"), vec![fused], apart))
}

/// da, db and the gradients of both biases of the same.
fn gate_backward(gpu: &Gpu, t: &Tensors, storage: Storage) -> Case {
    let (a, b, dy, few) = (t.x.slice(..), t.between.slice(..), t.dy.slice(..), t.few.slice(..));
    let (da, db) = (t.y.slice(..), t.more.slice(..));
    let gradients = Buffers::new().a(a).b(b).dy(dy).da(da).db(db).bias(few);
    let whole = Spec::backward(&SWIGLU).bias().bias_gradient().storage(storage);
    let fused = bind(gpu, whole, gradients.dbias(t.sums.slice(..)))?;
    let sum = Spec::param_gradient(&LINEAR, "bias")?.per_channel().storage(storage);
    let sums = [t.sums.slice(..4 * CHANNELS), t.sums.slice(4 * CHANNELS..8 * CHANNELS)];
    let apart = vec![
        bind(gpu, Spec::backward(&SWIGLU).bias().storage(storage), gradients)?,
        bind(gpu, sum, Buffers::new().x(a).dy(da).weights(few).sums(sums[0]))?,
        bind(gpu, sum, Buffers::new().x(a).dy(db).weights(few).sums(sums[1]))?,
    ];
    Ok((format!("swiglu's gradients and its biases', {storage}"), vec![fused], apart))
}

/// The gradients of biases and of rows' scales in one pass, beside a pass for each.
fn gate_and_rows(gpu: &Gpu, t: &Tensors, storage: Storage) -> Case {
    let (a, b, dy, few) = (t.x.slice(..), t.between.slice(..), t.dy.slice(..), t.few.slice(..));
    let (da, db) = (t.y.slice(..), t.more.slice(..));
    let gradients = Buffers::new().a(a).b(b).dy(dy).da(da).db(db).bias(few).scale(few);
    let plain = Spec::backward(&SWIGLU).bias().scale(Scale::Rows).storage(storage);
    let (of_biases, scale) = (gradients.dbias(t.sums.slice(..)), t.of_rows.slice(..));
    let fused = bind(gpu, plain.bias_gradient().scale_gradient(), of_biases.dscale(scale))?;
    let apart =
        vec![bind(gpu, plain.bias_gradient(), of_biases)?, bind(gpu, plain.scale_gradient(), gradients.dscale(scale))?];
    Ok((format!("swiglu's gradients, its biases' and its scales', {storage}"), vec![fused], apart))
}
