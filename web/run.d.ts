/// <reference types="@webgpu/types" />
import type { Activations, Plan } from './activations.js';

/** What the buffers of a plan hold after it, as bytes, from what they hold before. */
export function run(device: GPUDevice, plan: Plan, contents: (Uint8Array | undefined)[]): Promise<Uint8Array[]>;

/** The largest error of a pass, beside its bound. */
export interface CheckLine {
  function: string;
  pass: string;
  dtype: string;
  params: Record<string, number | string>;
  kinks: string;
  ok: boolean;
  inputs: number;
  /** In units in the last place; a string where it is infinite. */
  max_ulp: number | string;
  at: number | string | (number | string)[];
  bound: number | string;
}

/** Compares every pass of a function with the f64 reference on one of `thin` inputs. */
export function check(
  act: Activations, device: GPUDevice, name: string, options?: { dtype?: 'f32' | 'f16' | 'bf16'; thin?: number },
): AsyncGenerator<CheckLine>;
