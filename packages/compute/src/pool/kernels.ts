import { readFileSync } from 'node:fs';
import type { Kernel } from './control.js';

let compiled: WebAssembly.Module | undefined;

/** The package's kernels, compiled once a process. */
export function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('../wasm/kernels.wasm', import.meta.url)));
  return compiled;
}

/** Functions of the module, in the order in which the module names them: the same in every thread. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel[] {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: kernelAborted } });
  return kernelNames(module).map((name) => exports[name] as Kernel);
}

export function kernelNames(module: WebAssembly.Module): string[] {
  return WebAssembly.Module.exports(module)
    .filter((entry) => entry.kind === 'function')
    .map((entry) => entry.name);
}

function kernelAborted(): never {
  throw new Error('a kernel aborted');
}
