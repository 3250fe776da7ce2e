//! A transformer's feed-forward block in 16 bits: all tensors in one buffer, the gate takes both biases, the last kernel adds bias
//! and residual stream. Products are the caller's own.

pub(crate) mod common;

use common::{Own, Result, noise, read, run, upload};
use wgpu_activations::activation::IDENTITY;
use wgpu_activations::gate::SWIGLU;
use wgpu_activations::half::f16;
use wgpu_activations::{Buffers, Extent, Gpu, Halves, Kernels, Spec, Storage};

pub(crate) const TOKENS: usize = 24;
pub(crate) const WIDTH: usize = 64;
pub(crate) const HIDDEN: usize = 160;

/// The tensors of the block, in the order in which they lie: x, weights and biases up and down, and what is between.
pub(crate) const LENGTHS: [usize; 8] = [
    TOKENS * WIDTH,
    WIDTH * 2 * HIDDEN,
    2 * HIDDEN,
    HIDDEN * WIDTH,
    WIDTH,
    TOKENS * 2 * HIDDEN,
    TOKENS * HIDDEN,
    TOKENS * WIDTH,
];

pub(crate) fn values() -> Vec<Vec<f16>> {
    let of = |(k, &len): (usize, &usize)| {
        let scale = if k < 5 { [1.0, 0.2, 0.5, 0.2, 0.5][k] } else { 0.0 };
        noise(len, k as u32 + 1).into_iter().map(|v| f16::from_f32(v * scale)).collect()
    };
    LENGTHS.iter().enumerate().map(of).collect()
}

/// c = a b of numbers of 16 bits in one buffer, two columns to a thread; places count elements.
fn product(gpu: &Gpu, arena: &wgpu_activations::wgpu::Buffer, sizes: [usize; 3], places: [usize; 3]) -> Own {
    let words = sizes.into_iter().chain(places).map(|n| n as u32).chain([0, 0]).collect::<Vec<u32>>();
    let text = "
@group(0) @binding(0) var<uniform> size: array<vec4<u32>, 2>;
@group(0) @binding(1) var<storage, read_write> arena: array<u32>;

fn element(i: u32) -> f32 {
    return unpack2x16float(arena[i >> 1u])[i & 1u];
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    let inner = size[0].y;
    let columns = size[0].z;
    let row = 2u * id.x / columns;
    let column = 2u * id.x % columns;
    if row >= size[0].x {
        return;
    }
    var sum = vec2<f32>(0.0);
    for (var k = 0u; k < inner; k += 1u) {
        let b = unpack2x16float(arena[(size[1].x + k * columns + column) >> 1u]);
        sum += element(size[0].w + row * inner + k) * b;
    }
    arena[(size[1].y + row * columns + column) >> 1u] = pack2x16float(sum);
}
";
    let pairs = (sizes[0] * sizes[2] / 2) as u32;
    Own::new(gpu, text, &[&upload(gpu, bytemuck::cast_slice(&words)), arena], [pairs.div_ceil(64), 1])
}

/// y = x + down(swiglu(up(x) + b)) + c
pub(crate) fn block(gpu: &Gpu) -> Result<Vec<f16>> {
    // An arena: tensors one behind the other, each on 16 bytes, where kernels are fastest.
    let mut arena: Vec<f16> = Vec::new();
    let mut places = Vec::new();
    for tensor in values() {
        places.push(arena.len());
        arena.extend(tensor);
        arena.resize(arena.len().next_multiple_of(8), f16::ZERO);
    }
    let arena = upload(gpu, bytemuck::cast_slice(&arena));
    let of = |k: usize| arena.slice(2 * places[k] as u64..2 * (places[k] + LENGTHS[k]) as u64);

    let up = product(gpu, &arena, [TOKENS, WIDTH, 2 * HIDDEN], [places[0], places[1], places[5]]);
    let down = product(gpu, &arena, [TOKENS, HIDDEN, WIDTH], [places[6], places[3], places[7]]);
    let kernels = Kernels::new(gpu.device())?;
    let spec = Spec::forward(&SWIGLU).halves(Halves::Split).bias().storage(Storage::F16);
    let gate = kernels
        .get(spec)?
        .bind(Buffers::forward(of(5), of(6)).bias(of(2)), Extent::along(&[TOKENS, 2 * HIDDEN], -1)?)?;
    let spec = Spec::forward(&IDENTITY).bias().residual().in_place().storage(Storage::F16);
    let rows = Extent::along(&[TOKENS, WIDTH], -1)?;
    let last = kernels.get(spec)?.bind(Buffers::new().x(of(7)).bias(of(4)).residual(of(0)), rows)?;
    run(gpu, |pass| {
        up.record(pass);
        gate.record(pass);
        down.record(pass);
        last.record(pass);
    })?;
    let bytes = read(gpu, &arena)?;
    let all: Vec<f16> = bytemuck::pod_collect_to_vec(&bytes);
    Ok(all[places[7]..places[7] + LENGTHS[7]].to_vec())
}

#[allow(dead_code)] // where it is tested
fn main() -> Result<()> {
    let gpu = Gpu::new()?;
    let y = block(&gpu)?;
    println!("{TOKENS} tokens of {WIDTH}, {HIDDEN} hidden, on {}: 4 dispatches", gpu.info().name);
    println!("the first token's: {:?} ...", &y[..4]);
    Ok(())
}
