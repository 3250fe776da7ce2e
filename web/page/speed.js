// Speed beside a copy, and values of formulas as one writes them.
import { run } from '../run.js';
import { shapeOf } from './calls.js';

const WORKGROUP = 256;

/** A kernel from x, and z if there are two inputs, to y, four elements to an invocation, of an expression of these. */
export function naiveText(formula, inputs = 1) {
  return `@group(0) @binding(0) var<storage, read> a: array<vec4<f32>>;
${inputs > 1 ? '@group(0) @binding(2) var<storage, read> b: array<vec4<f32>>;\n' : ''}@group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32, @builtin(num_workgroups) groups: vec3<u32>) {
    let i = (group.y * groups.x + group.x) * ${WORKGROUP}u + lane;
    if i < arrayLength(&a) {
        let x = a[i];${inputs > 1 ? ' let z = b[i];' : ''}
        y[i] = ${formula};
    }
}
`;
}

const groupsOf = length => {
  const groups = Math.ceil(length / 4 / WORKGROUP);
  const width = Math.min(groups, 65535);
  return [width, Math.ceil(groups / width), 1];
};

/** What a formula gives. */
export async function naiveValues(device, formula, x) {
  const bytes = Math.ceil(x.byteLength / 16) * 16;
  const whole = (buffer, access) => ({ access, contents: { buffer: { buffer, offset: 0, bytes } } });
  const bindings = [{ binding: 0, ...whole(0, 'read') }, { binding: 1, ...whole(1, 'read_write') }];
  const launch = { text: naiveText(formula), entry_point: 'main', workgroups: groupsOf(x.length), bindings };
  const plan = { buffers: [{ bytes }, { bytes }], launches: [launch] };
  const [, y] = await run(device, plan, [new Uint8Array(x.buffer, x.byteOffset, x.byteLength)]);
  return new Float32Array(y.buffer, 0, x.length);
}

const median = values => values.toSorted((a, b) => a - b)[values.length >> 1];

/**
 * Seconds of a call of the kernel, of a kernel that copies, and of the formula: samples by turns, each of many calls in a
 * submission that lasts long enough.
 */
export async function measure(act, device, f, length, rounds = 11) {
  const { STORAGE } = GPUBufferUsage;
  const gate = f.family === 'gate';
  const buffers = Array.from({ length: gate ? 3 : 2 }, () => device.createBuffer({ size: 4 * length, usage: STORAGE }));
  const [x, y, z] = buffers;
  const bound = act.bind(device, f.name, { ...(gate ? { a: x, b: z } : { x }), y, shape: shapeOf(f, length) });
  const own = text => {
    const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module: device.createShaderModule({ code: text }) } });
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    return { record: pass => (pass.setPipeline(pipeline), pass.setBindGroup(0, group), pass.dispatchWorkgroups(...groupsOf(length))) };
  };
  const kernels = { kernel: bound, copy: own(gate ? naiveText('x + z', 2) : naiveText('x')) };
  if (f.naive) kernels.naive = own(naiveText(f.naive));
  const time = async (kernel, calls) => {
    const commands = device.createCommandEncoder();
    const pass = commands.beginComputePass();
    for (let k = 0; k < calls; k += 1) kernel.record(pass);
    pass.end();
    const start = performance.now();
    device.queue.submit([commands.finish()]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / 1000 / calls;
  };
  await time(kernels.copy, 2);
  const calls = Math.max(1, Math.min(200, Math.round(0.03 / await time(kernels.copy, 2))));
  const seconds = Object.fromEntries(Object.keys(kernels).map(kind => [kind, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [kind, kernel] of Object.entries(kernels)) seconds[kind].push(await time(kernel, calls));
  }
  bound.destroy();
  buffers.forEach(buffer => buffer.destroy());
  const medians = Object.fromEntries(Object.entries(seconds).map(([kind, samples]) => [kind, median(samples)]));
  const bytes = 4 * length * buffers.length;
  return { function: f.name, pass: 'forward', dtype: 'f32', elements: length, bytes, calls, clock: 'wall', seconds, medians };
}
