import { createRequire } from 'node:module';
import type { Kernel } from './control.js';

/**
 * The system's OpenBLAS, called on the pool's memory without a copy, one OpenBLAS thread for each thread of the pool. It uses
 * wider instructions than WebAssembly has and is two to four times faster; its sums are in another order and depend on the
 * processor. So it is never chosen by itself: the same seed gives the same weights everywhere unless somebody asks for speed
 * instead.
 */
export interface OpenBlas {
  /** Version and build, as the library says it. */
  readonly description: string;
  readonly sgemm: (...args: unknown[]) => void;
}

/** Names under which distributions install it. */
const libraries = [
  'libopenblas.so.0',
  'libopenblas.so',
  '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
  '/usr/local/opt/openblas/lib/libopenblas.dylib',
  'libopenblas.dll',
];

interface ForeignLibrary {
  func(declaration: string): (...args: unknown[]) => unknown;
}

/** @returns undefined where OpenBLAS or the optional package koffi, which calls it, is not installed */
export function loadOpenBlas(): OpenBlas | undefined {
  const library = openLibrary();
  if (library === undefined) return undefined;
  library.func('void openblas_set_num_threads(int)')(1);
  return {
    description: String(library.func('const char *openblas_get_config()')()),
    sgemm: library.func(
      'void cblas_sgemm(int, int, int, int, int, int, float, void *, int, void *, int, float, void *, int)',
    ),
  };
}

function openLibrary(): ForeignLibrary | undefined {
  let koffi: { load(path: string): ForeignLibrary };
  try {
    koffi = createRequire(import.meta.url)('koffi') as typeof koffi;
  } catch {
    return undefined;
  }
  for (const name of libraries) {
    try {
      return koffi.load(name);
    } catch {}
  }
  return undefined;
}

const rowMajor = 101;
const transposition = { no: 111, yes: 112 } as const;

/**
 * A pool kernel: one tile of C = A B or C += A B. Arguments after tile and scratch: for A and for B the address, whether it is
 * stored transposed and the distance between its stored lines; C's address and line; m, n, k; accumulate; rows and columns of
 * a tile. Addresses in bytes, distances in numbers.
 */
export function openBlasTile(blas: OpenBlas, memory: WebAssembly.Memory): Kernel {
  let numbers = new Float32Array(memory.buffer);
  const from = (address: number) => {
    if (address >= numbers.byteLength) {
      memory.grow(0); // shows growth that another thread caused
      numbers = new Float32Array(memory.buffer);
    }
    return numbers.subarray(address / 4);
  };
  return (
    tile,
    _scratch,
    a,
    aTransposed,
    aLine,
    b,
    bTransposed,
    bLine,
    c,
    cLine,
    m,
    n,
    k,
    accumulate,
    rows,
    columns,
  ) => {
    const across = Math.ceil(n! / columns!);
    const row = Math.floor(tile! / across) * rows!;
    const column = (tile! % across) * columns!;
    blas.sgemm(
      rowMajor,
      aTransposed === 1 ? transposition.yes : transposition.no,
      bTransposed === 1 ? transposition.yes : transposition.no,
      Math.min(rows!, m! - row),
      Math.min(columns!, n! - column),
      k,
      1,
      from(a! + 4 * row * (aTransposed === 1 ? 1 : aLine!)),
      aLine,
      from(b! + 4 * column * (bTransposed === 1 ? bLine! : 1)),
      bLine,
      accumulate,
      from(c! + 4 * (row * cLine! + column)),
      cLine,
    );
  };
}
