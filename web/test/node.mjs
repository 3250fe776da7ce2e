// The cases in Node, on npm's webgpu: node web/test/node.mjs
import { createRequire } from 'node:module';

const { create, globals } = await import(createRequire(new URL('../../tests/tint/', import.meta.url)).resolve('webgpu'));
Object.assign(globalThis, globals);
globalThis.gpu = create([]); // global, as its devices die with it
const { Activations, all, lost } = await import('./cases.js');

const adapter = await gpu.requestAdapter();
if (!adapter) throw new Error('Dawn finds no adapter that it takes');
console.log(`Node on ${adapter.info.description || adapter.info.vendor} ${adapter.info.architecture}`);
const act = await Activations.load(new URL('../dist/activations.wasm', import.meta.url));
await all(await adapter.requestDevice(), act, line => console.log(line));
await lost(await (await gpu.requestAdapter()).requestDevice(), act, line => console.log(line));
console.log('node: all cases hold');
process.exit();
