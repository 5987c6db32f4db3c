import { readFileSync } from 'node:fs';
import type { Kernel } from './control.js';
import { type OpenBlas, openBlasTile } from './openblas.js';

let compiled: WebAssembly.Module | undefined;

/** The package's kernels, compiled once a process. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('../wasm/kernels.wasm', import.meta.url)));
  return compiled;
}

/** Every kernel in the order of `kernelNames`, which is the same in every thread. */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  blas: OpenBlas | undefined,
): (Kernel | undefined)[] {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: kernelAborted } });
  const own = exported(module).map((name) => exports[name] as Kernel);
  return [...own, blas === undefined ? undefined : openBlasTile(blas, memory)];
}

/** The module's functions, and then the accelerator's. */
export function kernelNames(module: WebAssembly.Module): string[] {
  return [...exported(module), 'openBlasTile'];
}

function exported(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.exports(module)
    .filter((entry) => entry.kind === 'function')
    .map((entry) => entry.name);
}

function kernelAborted(): never {
  throw new Error('a kernel aborted');
}
