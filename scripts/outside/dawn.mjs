// Runs kernels on Dawn, Chromium's WebGPU: activations check --outside 'node scripts/outside/dawn.mjs'
//
// It needs npm's package `webgpu`, which scripts/tint sets up, and a Vulkan driver that Dawn takes. For each plan there is a
// line of JSON on standard input, then the contents of its buffers; the answer is a line of JSON, empty or with why it failed,
// and what they hold afterwards.
import { createRequire } from 'node:module';
import { run } from '../../web/run.js';

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
    const answers = await run(device, plan, contents);
    process.stdout.write('{}\n');
    answers.forEach(answer => process.stdout.write(answer));
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: error.message })}\n`);
  }
}
process.exit();
