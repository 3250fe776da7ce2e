// Compiles WGSL texts with Tint, as Chromium does, without any GPU: a line of JSON ["name", "text"] for each on standard input.
// Prints what was refused or warned of, then how many texts there were; exit status 1 if any was refused.
import { createInterface } from 'node:readline';
import { create, globals } from 'webgpu';

Object.assign(globalThis, globals);
globalThis.gpu = create(['backend=null']); // global, as its devices die with it
const adapter = await gpu.requestAdapter();
const { maxStorageBuffersPerShaderStage } = adapter.limits;
const device = await adapter.requestDevice({ requiredLimits: { maxStorageBuffersPerShaderStage } });

async function complaints(text) {
  device.pushErrorScope('validation');
  device.pushErrorScope('internal');
  const module = device.createShaderModule({ code: text });
  const { messages } = await module.getCompilationInfo();
  const found = messages.map(m => `${m.type}: line ${m.lineNum}: ${m.message}`);
  if (found.length == 0 && text.includes('@compute')) {
    device.createComputePipeline({ layout: 'auto', compute: { module } });
  }
  for (let scope = 0; scope < 2; scope++) {
    const error = await device.popErrorScope();
    if (error && found.length == 0) found.push(`error: ${error.message}`);
  }
  return found;
}

let count = 0, refused = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const [name, text] = JSON.parse(line);
  const found = await complaints(text);
  found.forEach(complaint => console.log(`${name}: ${complaint}`));
  count++;
  refused += found.length > 0;
}
console.log(`${count} texts, ${refused} refused`);
process.exit(refused > 0 ? 1 : 0);
