// What holds on any device: results beside the f64 reference, and what is said of wrong calls. Node and a browser run the same.
import { Activations, ActivationError } from '../activations.js';
import { check } from '../run.js';

const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;

/** Numbers that are the same everywhere. */
function noise(length, size = 4, seed = 1) {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * size;
  });
}

/** As f16 holds a number, and back. */
const halves = {
  bits(v) {
    const [word] = new Uint32Array(Float32Array.of(v).buffer);
    const [sign, size] = [(word >>> 16) & 0x8000, word & 0x7fffffff];
    if (size < 0x38800000) return sign | Math.round(Math.abs(v) * 2 ** 24);
    return sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  },
  value(bits) {
    const [exponent, digits] = [(bits >>> 10) & 31, bits & 1023];
    const size = exponent ? (1 + digits / 1024) * 2 ** (exponent - 15) : digits * 2 ** -24;
    return bits & 0x8000 ? -size : size;
  },
};

export async function all(device, act, report) {
  const buffer = (values, usage = 0) => {
    const bytes = values instanceof Uint16Array || values instanceof Float32Array ? values : Float32Array.from(values);
    const made = device.createBuffer({ size: Math.ceil(bytes.byteLength / 4) * 4, usage: STORAGE | COPY_SRC | COPY_DST | usage });
    device.queue.writeBuffer(made, 0, bytes.byteLength % 4 ? Uint16Array.of(...bytes, 0) : bytes);
    return made;
  };
  const read = async (from, type = Float32Array) => {
    const to = device.createBuffer({ size: from.size, usage: MAP_READ | COPY_DST });
    const commands = device.createCommandEncoder();
    commands.copyBufferToBuffer(from, 0, to, 0, from.size);
    device.queue.submit([commands.finish()]);
    await to.mapAsync(GPUMapMode.READ);
    return new type(to.getMappedRange().slice(0));
  };
  const near = (what, got, wanted, relative = 1e-6) => {
    if (got.length < wanted.length) throw new Error(`${what}: ${got.length} results, not ${wanted.length}`);
    wanted.forEach((w, i) => {
      if (!(Math.abs(got[i] - w) <= relative * (1 + Math.abs(w)))) throw new Error(`${what}: ${got[i]}, not ${w}, at ${i}`);
    });
    report(`${what}: ${wanted.length} results`);
  };
  const test = async (what, body) => {
    device.pushErrorScope('validation');
    await body();
    const error = await device.popErrorScope();
    if (error) throw new Error(`${what}: ${error.message}`);
  };
  const fails = (what, word, body) => {
    let told = null;
    try {
      body();
    } catch (error) {
      told = error;
    }
    if (!(told instanceof ActivationError && told.message.includes(word) && !told.message.includes('\n'))) {
      throw new Error(`${what}: ${told ?? 'nothing was thrown'}`);
    }
    report(`${what}: ${told.message}`);
  };
  const empty = length => buffer(new Float32Array(length));

  const length = 1003;
  const [x, dy, b] = [noise(length), noise(length, 1, 2), noise(length, 2, 3)];

  await test('silu', async () => {
    const y = empty(length);
    const silu = act.bind(device, 'silu', { pass: 'forward', x: buffer(x), y, length });
    const commands = device.createCommandEncoder();
    const pass = commands.beginComputePass();
    silu.record(pass);
    pass.end();
    device.queue.submit([commands.finish()]);
    near('silu forward', await read(y), act.reference('silu', {}, x));
    silu.destroy();
  });
  await test('f16', async () => {
    const stored = Uint16Array.from(x, halves.bits);
    const y = buffer(new Uint16Array(length));
    act.bind(device, 'gelu', { dtype: 'f16', x: buffer(stored), y, length }).run();
    const wanted = act.reference('gelu', {}, Float32Array.from(stored, halves.value));
    near('gelu forward f16', Array.from(await read(y, Uint16Array), halves.value), wanted, 6e-4);
  });
  await test('parameters', async () => {
    const y = empty(length);
    const leaky = act.bind(device, 'leaky_relu', { x: buffer(x), y, length, params: { negative_slope: 0.25 } });
    leaky.run();
    near('leaky_relu 0.25', await read(y), act.reference('leaky_relu', { params: { negative_slope: 0.25 } }, x));
    leaky.setParams({ negative_slope: 0.5 });
    leaky.run();
    near('leaky_relu 0.5', await read(y), act.reference('leaky_relu', { params: { negative_slope: 0.5 } }, x));
    fails('a parameter', 'negative_slope', () => leaky.setParams({ slope: 1 }));
  });
  await test('in place', async () => {
    const dx = buffer(dy);
    act.bind(device, 'tanh', { pass: 'backward', with: 'in_place', x: buffer(x), dy: dx, length }).run();
    near('tanh backward in place', await read(dx), act.reference('tanh', { pass: 'backward' }, x, dy));
  });
  await test('a gate', async () => {
    const [da, db] = [empty(length), empty(length)];
    const tensors = { a: buffer(x), b: buffer(b), dy: buffer(dy), da, db };
    act.bind(device, 'swiglu', { pass: 'backward', ...tensors, length }).run();
    const wanted = act.reference('swiglu', { pass: 'backward' }, x, b, dy);
    near('swiglu backward', [...await read(da), ...await read(db)], wanted);
  });
  await test('one tensor twice', async () => {
    const [both, y] = [buffer(x), empty(length)];
    act.bind(device, 'bilinear', { a: both, b: both, y, length }).run();
    near('bilinear of x and x', await read(y), act.reference('bilinear', {}, x, x));
  });
  await test('neighbours', async () => {
    const [rows, channels] = [17, 59];
    const [bias, scale] = [noise(channels, 1, 4), noise(rows, 2, 5)];
    const y = empty(length);
    const around = { bias: buffer(bias), scale: buffer(scale), residual: buffer(b), with: 'scale:rows' };
    act.bind(device, 'mish', { x: buffer(x), y, ...around, shape: [rows, channels] }).run();
    const moved = x.map((v, i) => v + bias[i % channels]);
    const wanted = act.reference('mish', {}, moved).map((v, i) => v * scale[Math.floor(i / channels)] + b[i]);
    near('scale * mish(x + bias) + residual', await read(y), wanted);

    const [dx, dbias, dscale] = [empty(length), empty(channels), empty(rows)];
    const gradients = { x: buffer(x), dy: buffer(dy), dx, bias: buffer(bias), scale: buffer(scale), dbias, dscale, with: 'scale:rows' };
    act.bind(device, 'mish', { pass: 'backward', ...gradients, shape: [rows, channels] }).run();
    const up = dy.map((v, i) => v * scale[Math.floor(i / channels)]);
    const exact = act.reference('mish', { pass: 'backward' }, moved, up);
    near('its gradient', await read(dx), exact);
    const sums = Array.from({ length: channels }, (_, c) => exact.filter((_, i) => i % channels === c).reduce((s, v) => s + v, 0));
    near("its bias's", await read(dbias), sums, 1e-5);
  });
  await test('rows', async () => {
    const [rows, keys] = [9, 111];
    const part = x.slice(0, rows * keys);
    const y = empty(rows * keys);
    act.bind(device, 'softmax', { x: buffer(part), y, shape: [rows, keys] }).run();
    near('softmax', await read(y), act.reference('softmax', { shape: [rows, keys] }, part));
    const attention = { x: buffer(part), y, with: 'heads:3 mask:added:keys', mask: buffer(new Float32Array(keys).fill(1)), shape: [1, 3, 3, keys] };
    act.bind(device, 'attention_softmax', attention).run();
    near('attention_softmax, masked', await read(y), act.reference('softmax', { shape: [rows, keys] }, part));
  });
  await test('sums of a parameter, and weights of channels', async () => {
    const weights = noise(59, 1, 6);
    const [y, sums] = [empty(length), empty(59)];
    const shape = [17, 59];
    act.bind(device, 'prelu', { x: buffer(x), y, weights: buffer(weights), shape }).run();
    near('prelu by channels', await read(y), x.map((v, i) => (v > 0 ? v : v * weights[i % 59])));
    const gradient = { pass: 'param_gradient:weight', x: buffer(x), dy: buffer(dy), weights: buffer(weights), sums, shape };
    act.bind(device, 'prelu', gradient).run();
    const wanted = new Float64Array(59);
    x.forEach((v, i) => (wanted[i % 59] += v > 0 ? 0 : v * dy[i]));
    near('its gradient', await read(sums), wanted, 1e-5);
  });
  await test('an arena', async () => {
    const arena = buffer([...noise(64), ...new Float32Array(192)]);
    const part = (offset, size = 256) => ({ buffer: arena, offset, size });
    act.bind(device, 'relu', { x: part(0), y: part(512), length: 64 }).run();
    near('relu in an arena', (await read(arena)).slice(128), act.reference('relu', {}, noise(64)));
    fails('overlap', 'overlap', () => act.bind(device, 'relu', { x: part(0), y: part(0), length: 64 }));
    fails('alignment', 'multiple of', () => act.bind(device, 'relu', { x: part(4, 128), y: part(512), length: 32 }));
  });
  await test('a snippet', async () => {
    const code = `${act.snippet('gelu', { prefix: 'nn_' })}
      @group(0) @binding(0) var<storage, read_write> v: array<f32>;
      @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) i: vec3<u32>) {
        if i.x < arrayLength(&v) { v[i.x] = nn_gelu(v[i.x]); }
      }`;
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module: device.createShaderModule({ code }) } });
    const values = buffer(x);
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [{ binding: 0, resource: { buffer: values } }] });
    const commands = device.createCommandEncoder();
    const pass = commands.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(Math.ceil(length / 64));
    pass.end();
    device.queue.submit([commands.finish()]);
    near('a kernel with a snippet', await read(values), act.reference('gelu', {}, x));
  });
  await act.prepare(device, [['gelu', { length: 4096 }], ['softmax', { shape: [64, 1000] }]]);
  await test('nothing', async () => act.bind(device, 'relu', { x: empty(1), y: empty(1), length: 0 }).run());

  const y = empty(length);
  fails('a name', 'gelu', () => act.bind(device, 'gelo', { x: y, y: empty(length), length }));
  fails('a pass', 'sideways', () => act.bind(device, 'gelu', { pass: 'sideways', x: y, y: empty(length), length }));
  fails('a missing buffer', 'y is missing', () => act.bind(device, 'gelu', { x: y, length }));
  fails('a buffer too many', 'there is no z', () => act.bind(device, 'gelu', { x: y, y: empty(length), z: y, length }));
  fails('a small buffer', '4012 are needed', () => act.bind(device, 'gelu', { x: y, y: empty(8), length }));
  fails('no buffer', 'no GPUBuffer', () => act.bind(device, 'gelu', { x, y, length }));
  fails('no length', 'a length or a shape', () => act.bind(device, 'gelu', { x: y, y: empty(length) }));
  fails('a bad length', 'a length or a shape', () => act.bind(device, 'gelu', { x: y, y: empty(length), length: -1 }));
  fails('an infinite parameter', 'finite', () => act.bind(device, 'elu', { x: y, y: empty(length), length, params: { alpha: Infinity } }));

  for (const name of ['relu', 'gelu', 'mish', 'tanh', 'softplus', 'elu', 'hardswish', 'snake', 'swiglu', 'softmax', 'crelu']) {
    for (const dtype of ['f32', 'f16']) {
      for await (const line of check(act, device, name, { dtype, thin: 256 })) {
        const told = `${name} ${line.pass} ${dtype}: ${line.max_ulp} of ${line.bound} ULP, ${line.inputs} inputs`;
        if (!line.ok) throw new Error(told);
        report(told);
      }
    }
  }
}

/** A device that is gone says so. */
export async function lost(device, act, report) {
  const buffers = [1, 2].map(() => device.createBuffer({ size: 64, usage: STORAGE }));
  act.bind(device, 'relu', { x: buffers[0], y: buffers[1], length: 16 });
  device.destroy();
  await device.lost;
  await Promise.resolve();
  try {
    act.bind(device, 'relu', { x: buffers[0], y: buffers[1], length: 16 });
  } catch (error) {
    if (!(error instanceof ActivationError) || !error.message.includes('lost')) throw error;
    return report(`a lost device: ${error.message}`);
  }
  throw new Error('a lost device is not told');
}

export { Activations };
