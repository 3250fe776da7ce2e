// Runs plans on contents of their buffers, and checks functions with it.
import { limitsOf } from './activations.js';

/** What the buffers of a plan hold after it, as bytes, from what they hold before. Those without contents begin as zeros. */
export async function run(device, plan, contents) {
  const { STORAGE, UNIFORM, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const made = [];
  const create = (size, usage) => (made.push(device.createBuffer({ size: Math.max(size, 16), usage })), made.at(-1));
  const filled = (size, bytes, usage) => {
    const buffer = create(size, usage | COPY_DST);
    if (bytes?.length) device.queue.writeBuffer(buffer, 0, bytes);
    return buffer;
  };
  device.pushErrorScope('validation');
  const buffers = plan.buffers.map(({ bytes }, k) => filled(bytes, contents[k], STORAGE | COPY_SRC));
  const commands = device.createCommandEncoder();
  for (const launch of plan.launches) {
    const pipeline = pipelineOf(device, launch);
    const entries = launch.bindings.map(({ binding, access, contents: { bytes, buffer } }) => {
      if (buffer) return { binding, resource: { buffer: buffers[buffer.buffer], offset: buffer.offset, size: buffer.bytes } };
      return { binding, resource: { buffer: filled(bytes.length, Uint8Array.from(bytes), access === 'uniform' ? UNIFORM : STORAGE) } };
    });
    const pass = commands.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(...launch.workgroups);
    pass.end();
  }
  const reads = buffers.map(buffer => {
    const read = create(buffer.size, MAP_READ | COPY_DST);
    commands.copyBufferToBuffer(buffer, 0, read, 0, buffer.size);
    return read;
  });
  device.queue.submit([commands.finish()]);
  const error = await device.popErrorScope();
  if (error) throw new Error(error.message);
  const answers = [];
  for (const [k, read] of reads.entries()) {
    await read.mapAsync(GPUMapMode.READ);
    answers.push(new Uint8Array(read.getMappedRange().slice(0, plan.buffers[k].bytes)));
  }
  made.forEach(buffer => buffer.destroy());
  return answers;
}

const known = new WeakMap();

function pipelineOf(device, { text, entry_point: entryPoint }) {
  if (!known.has(device)) known.set(device, new Map());
  const pipelines = known.get(device);
  if (!pipelines.has(text)) {
    const module = device.createShaderModule({ code: text });
    pipelines.set(text, device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint } }));
  }
  return pipelines.get(text);
}

/**
 * Compares every pass of a function with the f64 reference on one of `thin` inputs: lines as `activations check --json` writes them,
 * each when it is known.
 */
export async function* check(act, device, name, { dtype = 'f32', thin = 64 } = {}) {
  const limits = limitsOf(device);
  for (let pass = 0; ; pass += 1) {
    const results = [];
    const runs = [];
    for (;;) {
      const question = { ask: 'check', function: name, dtype, thin, limits, case: pass, runs };
      const { value: told, bytes } = act.ask(question, joined(results));
      if (told.done) return;
      if (told.lines) {
        yield* told.lines;
        break;
      }
      let at = 0;
      const contents = told.lengths.map(length => new Uint8Array(bytes, (at += length) - length, length));
      const after = await run(device, told.plan, contents);
      results.push(...after);
      runs.push(after.map(buffer => buffer.length));
    }
  }
}

function joined(parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
}
