// Runs kernels on Dawn, Chromium's WebGPU: activations check --outside 'node scripts/outside/dawn.mjs'
//
// It needs npm's package `webgpu`, which scripts/tint sets up, and a Vulkan driver that Dawn takes. For each plan there is a
// line of JSON on standard input, then the contents of its buffers; the answer is a line of JSON, empty or with why it failed,
// and what they hold afterwards.
import { createRequire } from 'node:module';

const { create, globals } = await import(createRequire(new URL('../../tests/tint/', import.meta.url)).resolve('webgpu'));
Object.assign(globalThis, globals);
globalThis.gpu = create([]); // global, as its devices die with it
const adapter = await gpu.requestAdapter();
if (!adapter) throw new Error('Dawn finds no adapter that it takes');
const { architecture, description } = adapter.info;
console.error(`Dawn: ${description} ${architecture}`);
const { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
const device = await adapter.requestDevice({
  requiredLimits: { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize },
});

const { STORAGE, UNIFORM, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
const pipelines = new Map();

function pipeline({ text, entry_point }) {
  if (!pipelines.has(text)) {
    const module = device.createShaderModule({ code: text });
    pipelines.set(text, device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: entry_point } }));
  }
  return pipelines.get(text);
}

function bufferOf(bytes, usage) {
  const buffer = device.createBuffer({ size: Math.max(bytes.length, 16), usage });
  device.queue.writeBuffer(buffer, 0, bytes);
  return buffer;
}

async function run(plan, contents) {
  device.pushErrorScope('validation');
  const buffers = contents.map(bytes => bufferOf(bytes, STORAGE | COPY_SRC | COPY_DST));
  const own = [];
  const encoder = device.createCommandEncoder();
  for (const launch of plan.launches) {
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline(launch));
    const entries = launch.bindings.map(({ binding, access, contents }) => {
      if (contents.bytes) {
        const usage = access == 'uniform' ? UNIFORM : STORAGE;
        own.push(bufferOf(Uint8Array.from(contents.bytes), usage | COPY_DST));
        return { binding, resource: { buffer: own.at(-1) } };
      }
      const { buffer, offset, bytes } = contents.buffer;
      return { binding, resource: { buffer: buffers[buffer], offset, size: bytes } };
    });
    pass.setBindGroup(0, device.createBindGroup({ layout: pipeline(launch).getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(...launch.workgroups);
    pass.end();
  }
  const reads = buffers.map((buffer, k) => {
    const read = device.createBuffer({ size: buffer.size, usage: MAP_READ | COPY_DST });
    encoder.copyBufferToBuffer(buffer, 0, read, 0, buffer.size);
    return read;
  });
  device.queue.submit([encoder.finish()]);
  const error = await device.popErrorScope();
  if (error) throw new Error(error.message);
  const answers = [];
  for (const [k, read] of reads.entries()) {
    await read.mapAsync(GPUMapMode.READ);
    answers.push(Buffer.from(read.getMappedRange().slice(0, contents[k].length)));
  }
  [...buffers, ...own, ...reads].forEach(buffer => buffer.destroy());
  return answers;
}

// Standard input by lines and by lengths.
const chunks = process.stdin[Symbol.asyncIterator]();
let rest = Buffer.alloc(0);
async function more(enough) {
  const parts = [rest];
  for (let length = rest.length; !enough(parts.at(-1), length);) {
    const { value, done } = await chunks.next();
    if (done) return false;
    parts.push(value);
    length += value.length;
  }
  rest = Buffer.concat(parts);
  return true;
}
async function take(length) {
  if (!await more((_, have) => have >= length)) throw new Error('the input ends early');
  const taken = rest.subarray(0, length);
  rest = rest.subarray(length);
  return taken;
}

while (await more(part => part.includes(10))) {
  const end = rest.indexOf(10);
  const plan = JSON.parse(rest.subarray(0, end).toString());
  rest = rest.subarray(end + 1);
  const contents = [];
  for (const { bytes } of plan.buffers) contents.push(await take(bytes));
  try {
    const answers = await run(plan, contents);
    process.stdout.write('{}\n');
    answers.forEach(answer => process.stdout.write(answer));
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: error.message })}\n`);
  }
}
process.exit();
