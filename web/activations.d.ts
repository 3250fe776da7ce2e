/// <reference types="@webgpu/types" />

/** What went wrong, in one line that names what was given and what to do. */
export class ActivationError extends Error {}

export type Dtype = 'f32' | 'f16' | 'bf16' | `${'f32' | 'f16' | 'bf16'}->${'f32' | 'f16' | 'bf16'}`;

export type Pass = 'forward' | 'backward' | 'backward_from_output' | 'both' | `param_gradient:${string}`;

/** A buffer, or a part of one that begins at a multiple of minStorageBufferOffsetAlignment. */
export type Range = GPUBuffer | { buffer: GPUBuffer; offset?: number; size?: number };

/** What is computed, of which shape. */
export interface Call {
  /** By default 'forward'. */
  pass?: Pass;
  /** How tensors are stored; by default 'f32'. */
  dtype?: Dtype;
  /** Further words of a spec: 'in_place', 'accumulate', 'scale:rows', 'halves:split', 'heads:8', 'mask:bool:batches' ... */
  with?: string | string[];
  /** Elements of the input, unless there is a shape. */
  length?: number;
  /** The input's shape, for functions of rows and what channels have. */
  shape?: number[];
  /** The axis of rows or channels; by default the last one. */
  axis?: number;
  /** Values of parameters, by PyTorch's names; others have their defaults. */
  params?: Record<string, number>;
}

/** A call with its buffers by their names: x, y; dy, dx; a, b, da, db; bias, residual, scale, weights, mask, dbias, dscale ... */
export interface BoundCall extends Call {
  [buffer: string]: Range | Call[keyof Call];
}

/** A dispatch and the buffers of a call, as data. */
export interface Plan {
  /** The call in words, as the planner understood it. */
  spec: string;
  /** The caller's tensors, then memory between dispatches, which has no elements. */
  buffers: { name: string; bytes: number; elements: number; storage: string; written: boolean }[];
  launches: {
    text: string;
    entry_point: string;
    workgroup_size: [number, number, number];
    workgroups: [number, number, number];
    bindings: {
      binding: number;
      name: string;
      access: 'uniform' | 'read' | 'read_write';
      contents: { bytes: number[] } | { buffer: { buffer: number; offset: number; bytes: number } };
    }[];
  }[];
}

/** A function of the catalogue. */
export interface ActivationFunction {
  name: string;
  aliases: string[];
  family: 'activation' | 'gate' | 'row' | 'doubling';
  kind: string;
  formula: string;
  derivative: string;
  note: string;
  paper: string;
  params: { name: string; default: number; doc: string; intervals: [number, number][]; whole: boolean; trainable: boolean }[];
  passes: string[];
  /** The bound of each pass in ULP, of gates of each result (y, da, db); those of rows depend on what is in a row. */
  bounds: [string, number][] | null;
  /** The function as one writes it in WGSL, of x: vec4<f32>, where there is such a form: to compare with. */
  naive: string | null;
}

/** A call joined to its buffers, as often as it is recorded. */
export interface Bound {
  readonly spec: string;
  /** Records its dispatches into a compute pass of yours; it submits nothing. */
  record(pass: GPUComputePassEncoder): void;
  /** Submits it alone. */
  run(): void;
  /** Gives parameters other values, for what is submitted from now on. */
  setParams(params: Record<string, number>): void;
  /** Frees what it allocated. Your buffers stay. */
  destroy(): void;
}

export class Activations {
  /** From a URL (by default beside the module), a Response, or the bytes of activations.wasm. */
  static load(source?: string | URL | Response | BufferSource): Promise<Activations>;
  /** Every function there is. */
  functions(): ActivationFunction[];
  /** Functions as WGSL for kernels of your own, each name behind a prefix. */
  snippet(functions: string | string[], options?: { prefix?: string }): string;
  /** Buffers and dispatches of a call as data; of a device, or of any there is. */
  plan(name: string, call: Call, options?: { device?: GPUDevice; shared?: boolean }): Plan;
  /** What the f64 reference gives for x, or a and b, and dy: results one after the other. */
  reference(name: string, call: Call | undefined, ...inputs: Float32Array[]): Float64Array;
  /** How far values of an activation or a gate are off for x, or a and b, in ULP as checks count them. @throws ActivationError */
  errors(name: string, call: Call | undefined, values: Float32Array, ...inputs: Float32Array[]): Float64Array;
  /** Compiles the kernels of calls ahead. */
  prepare(device: GPUDevice, calls: [string, Call][]): Promise<void>;
  /** Joins a call to buffers, which it checks. @throws ActivationError */
  bind(device: GPUDevice, name: string, call: BoundCall): Bound;
}
