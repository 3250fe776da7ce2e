// Activation functions on a GPUDevice of yours: kernels planned by WebAssembly, launched here.
//
//   const act = await Activations.load();
//   const silu = act.bind(device, "silu", { pass: "forward", dtype: "f16", x, y, length });
//   silu.record(pass);

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What went wrong, in one line that names what was given and what to do. */
export class ActivationError extends Error {
  name = 'ActivationError';
}

/** Options that say how, not what is bound. */
const WORDS = new Set(['pass', 'dtype', 'with', 'length', 'shape', 'axis', 'params']);

/** Buffers that need no further word. */
const IMPLIED = {
  bias: 'bias', dbias: 'bias_gradient', residual: 'residual', dscale: 'scale_gradient', weights: 'per_channel',
  slopes: 'slopes', sinks: 'sinks', dsinks: 'sink_gradient',
};

export class Activations {
  #exports;
  /** Pipelines of each device, by their texts, and why it was lost. */
  #devices = new WeakMap();

  /** From a URL (by default beside this module), a Response, or the bytes of activations.wasm. */
  static async load(source = new URL('activations.wasm', import.meta.url)) {
    const act = new Activations();
    act.#exports = (await WebAssembly.instantiate(await bytesOf(source))).instance.exports;
    return act;
  }

  /** Asks the planner; numbers go and come as bytes. */
  ask(question, bytes = new Uint8Array()) {
    const json = encoder.encode(JSON.stringify(question));
    const { memory, question: room, answer } = this.#exports;
    const at = room(json.length + bytes.byteLength);
    new Uint8Array(memory.buffer, at).set(json);
    new Uint8Array(memory.buffer, at + json.length).set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const told = answer(json.length);
    const [good, text, behind] = new Uint32Array(memory.buffer.slice(told, told + 12));
    const words = decoder.decode(memory.buffer.slice(told + 12, told + 12 + text));
    if (!good) throw new ActivationError(words);
    const start = told + 12 + text;
    return { value: JSON.parse(words), bytes: memory.buffer.slice(start, start + behind) };
  }

  /** Every function: names, formula, parameters, passes, bounds in ULP. */
  functions() {
    return this.ask({ ask: 'functions' }).value;
  }

  /** Functions as WGSL for kernels of your own, each name behind a prefix. */
  snippet(functions, { prefix = '' } = {}) {
    return this.ask({ ask: 'snippet', functions: [functions].flat(), prefix }).value;
  }

  /** Buffers and dispatches of a call as data; of a device, or of any there is. */
  plan(name, options, { device, shared = false } = {}) {
    const { length, shape = [length], axis, params } = options;
    if (!shape.every(size => Number.isSafeInteger(size) && size >= 0)) {
      throw new ActivationError(`${name}: a length or a shape of whole numbers is needed, not ${shape.join(' x ')}`);
    }
    for (const [key, value] of Object.entries(params ?? {})) {
      if (!Number.isFinite(value)) throw new ActivationError(`${name}: ${key} is a finite number, not ${value}`);
    }
    const limits = device && limitsOf(device);
    return this.ask({ ask: 'plan', spec: words(name, options), shape, axis, params, limits, shared }).value;
  }

  /** What the f64 reference gives for x (or a and b) and dy. */
  reference(name, options, ...inputs) {
    return this.#ofNumbers('reference', name, options, inputs);
  }

  /** How far values are off, in ULP as checks count them, for x (or a and b). */
  errors(name, options, values, ...inputs) {
    return this.#ofNumbers('errors', name, options, [...inputs, values]);
  }

  #ofNumbers(ask, name, options, inputs) {
    const numbers = new Float32Array(inputs.reduce((sum, input) => sum + input.length, 0));
    inputs.reduce((at, input) => (numbers.set(input, at), at + input.length), 0);
    const { shape = [inputs[0].length], axis, params } = options ?? {};
    const question = { ask, spec: words(name, options ?? {}), shape, axis, params };
    return new Float64Array(this.ask(question, numbers).bytes);
  }

  /** Compiles the kernels of calls ahead, given as [name, options] without buffers. */
  async prepare(device, calls) {
    const plans = calls.map(([name, options]) => this.plan(name, options, { device }));
    await Promise.all(plans.flatMap(plan => plan.launches).map(launch => this.#pipeline(device, launch, true)));
  }

  /** Joins a call to buffers: each a GPUBuffer, or { buffer, offset, size }. Everything is checked here. */
  bind(device, name, options) {
    const given = Object.entries(options).filter(([key, value]) => !WORDS.has(key) && value !== undefined);
    const ranges = new Map(given.map(([key, value]) => [key, rangeOf(name, key, value)]));
    let plan = this.plan(name, options, { device });
    const placed = place(device, plan, ranges);
    // What shares a buffer with a result is bound as that is.
    const shared = placed.some((a, k) => a && plan.buffers[k].written && placed.some((b, l) => b && l !== k && b.buffer === a.buffer));
    if (shared) plan = this.plan(name, options, { device, shared });
    return new Bound(this, device, plan, placed, { name, options, shared }, launch => this.#pipeline(device, launch));
  }

  #pipeline(device, { text, entry_point: entryPoint }, async = false) {
    const known = this.#device(device).pipelines;
    if (async || !known.has(text)) {
      const compute = { module: device.createShaderModule({ code: text }), entryPoint };
      const descriptor = { layout: 'auto', compute };
      if (async) return device.createComputePipelineAsync(descriptor).then(pipeline => known.set(text, pipeline));
      known.set(text, device.createComputePipeline(descriptor));
    }
    return known.get(text);
  }

  #device(device) {
    if (!this.#devices.has(device)) {
      const state = { pipelines: new Map(), lost: null };
      device.lost.then(({ reason, message }) => (state.lost = message || reason));
      this.#devices.set(device, state);
    }
    const state = this.#devices.get(device);
    if (state.lost) throw new ActivationError(`the device was lost (${state.lost}): ask for another one`);
    return state;
  }
}

/** A call joined to its buffers. */
class Bound {
  #act; #device; #call; #dispatches; #own = []; #params = [];

  constructor(act, device, plan, ranges, call, pipelineOf) {
    [this.#act, this.#device, this.#call] = [act, device, call];
    const { STORAGE, UNIFORM, COPY_DST } = GPUBufferUsage;
    const own = (size, usage) => (this.#own.push(device.createBuffer({ size, usage })), this.#own.at(-1));
    const buffers = plan.buffers.map(({ bytes }, k) => ranges[k] ?? { buffer: own(Math.max(bytes, 16), STORAGE), offset: 0 });
    const resource = ({ name, access, contents }) => {
      if (contents.buffer) {
        const { buffer, offset, bytes: size } = contents.buffer;
        return { buffer: buffers[buffer].buffer, offset: buffers[buffer].offset + offset, size };
      }
      const bytes = Uint8Array.from(contents.bytes);
      const buffer = own(bytes.length, (access === 'uniform' ? UNIFORM : STORAGE) | COPY_DST);
      device.queue.writeBuffer(buffer, 0, bytes);
      if (name === 'params') this.#params.push(buffer);
      return { buffer };
    };
    this.#dispatches = plan.launches.map(launch => {
      const pipeline = pipelineOf(launch);
      const entries = launch.bindings.map(binding => ({ binding: binding.binding, resource: resource(binding) }));
      return { pipeline, groups: launch.workgroups, group: device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }) };
    });
    /** The spec in words, as the planner understood it. */
    this.spec = plan.spec;
  }

  /** Records its dispatches into a compute pass of yours. */
  record(pass) {
    for (const { pipeline, group, groups } of this.#dispatches) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(...groups);
    }
  }

  /** Submits it alone. */
  run() {
    const commands = this.#device.createCommandEncoder();
    const pass = commands.beginComputePass();
    this.record(pass);
    pass.end();
    this.#device.queue.submit([commands.finish()]);
  }

  /** Gives parameters other values, for what is submitted from now on. */
  setParams(params) {
    const { name, options, shared } = this.#call;
    const plan = this.#act.plan(name, { ...options, params }, { device: this.#device, shared });
    const values = plan.launches.flatMap(launch => launch.bindings).find(binding => binding.name === 'params');
    if (!values) throw new ActivationError(`${name} has no parameters`);
    this.#params.forEach(buffer => this.#device.queue.writeBuffer(buffer, 0, Uint8Array.from(values.contents.bytes)));
  }

  /** Frees what it allocated: arguments, and memory between dispatches. Your buffers stay. */
  destroy() {
    this.#own.forEach(buffer => buffer.destroy());
  }
}

async function bytesOf(source) {
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return source;
  if (typeof Response !== 'undefined' && source instanceof Response) return source.arrayBuffer();
  const url = new URL(source, import.meta.url);
  if (url.protocol === 'file:' && typeof process !== 'undefined') return (await import('node:fs/promises')).readFile(url);
  const response = await fetch(url);
  if (!response.ok) throw new ActivationError(`${url} is not there: status ${response.status}`);
  return response.arrayBuffer();
}

function words(name, { pass = 'forward', dtype = 'f32', with: more = [], ...rest }) {
  const implied = Object.keys(IMPLIED).filter(key => rest[key] !== undefined).map(key => IMPLIED[key]);
  const said = [more].flat().flatMap(word => word.split(/\s+/)).filter(Boolean);
  const scale = rest.scale !== undefined && !said.some(word => word.startsWith('scale:')) ? ['scale:tensor'] : [];
  return [name, pass, dtype, ...new Set([...said, ...implied, ...scale])].join(' ');
}

/** What plans have to know of a device. */
export function limitsOf({ limits, adapterInfo }) {
  return {
    binding: limits.maxStorageBufferBindingSize,
    alignment: limits.minStorageBufferOffsetAlignment,
    groups: limits.maxComputeWorkgroupsPerDimension,
    buffers: limits.maxStorageBuffersPerShaderStage,
    software: adapterInfo?.isFallbackAdapter ?? false,
  };
}

function rangeOf(name, key, value) {
  const { buffer, offset = 0, size } = value.buffer ? value : { buffer: value };
  if (typeof buffer?.size !== 'number') throw new ActivationError(`${name}: ${key} is no GPUBuffer, nor { buffer, offset, size }`);
  return { buffer, offset, size: size ?? buffer.size - offset };
}

/** The ranges of a plan's buffers, in order; none for memory of its own. */
function place(device, plan, ranges) {
  const { spec, buffers } = plan;
  const tensors = buffers.filter(({ elements, name }) => elements > 0 || ranges.has(name));
  const unit = device.limits.minStorageBufferOffsetAlignment;
  for (const key of ranges.keys()) {
    if (!buffers.some(({ name }) => name === key)) {
      throw new ActivationError(`${spec}: there is no ${key}, it takes ${tensors.map(({ name }) => name).join(', ')}`);
    }
  }
  const placed = buffers.map(({ name, bytes, elements }) => {
    const range = ranges.get(name);
    if (!range) {
      if (elements > 0) throw new ActivationError(`${spec}: ${name} is missing, a buffer of ${bytes} bytes`);
      return undefined;
    }
    if (range.offset % unit) throw new ActivationError(`${spec}: ${name} begins at byte ${range.offset}, which is no multiple of ${unit}`);
    if (range.size < bytes) throw new ActivationError(`${spec}: ${name} has ${range.size} bytes, ${bytes} are needed`);
    return range;
  });
  const written = new Set(placed.filter((range, k) => range && buffers[k].written).map(({ buffer }) => buffer));
  placed.forEach((a, k) => placed.forEach((b, l) => {
    const meet = a && b && k < l && a.buffer === b.buffer && a.offset < b.offset + buffers[l].bytes && b.offset < a.offset + buffers[k].bytes;
    if (meet && written.has(a.buffer)) {
      const [one, other] = [buffers[k].name, buffers[l].name];
      throw new ActivationError(`${spec}: ${one} and ${other} overlap in a buffer that is written: give each a part of its own, or say with: "in_place"`);
    }
  }));
  return placed;
}
