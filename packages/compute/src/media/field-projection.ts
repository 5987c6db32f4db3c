import { OpuError } from '@opu/core';
import { requireInteger } from '../checks/require-integer.js';
import type { ComputePool } from '../pool/compute-pool.js';

/** Integer fields: real and imaginary sums, each of shape [patterns, pixels] on the pool. */
export interface FieldSums {
  readonly real: Int32Array;
  readonly imaginary: Int32Array;
}

/** Binary inputs in, exact integer fields on a list of pixels out. */
export interface FieldProjection {
  /** Bits that a pattern has: mirrors, or macro-pixels. */
  readonly inputs: number;
  /** Complex sums that a pattern gives. */
  readonly pixels: number;
  /**
   * Projects bit-packed patterns (most significant bit first, each from a byte on; bits past `inputs` are ignored).
   * @param patterns shape [count, ceil(inputs / 8)]; on the pool, or it is copied there
   * @throws INVALID_ARGUMENT for arrays that are too short, INVALID_STATE past the pool's memory bound
   */
  project(patterns: Uint8Array, count: number, out: FieldSums): void;
  /**
   * As `project`, in steps of some 40 milliseconds of this machine's time, as far as its kernels can be cut: between two of them the caller may do other work, as long as it leaves
   * this projection, its medium and `out` alone. Work that is not finished is given up by the generator's `return`.
   */
  projectInSteps(patterns: Uint8Array, count: number, out: FieldSums): Generator<void, void>;
  /**
   * Seconds that `count` patterns take on four cores of 2024, roughly: a function of sizes alone, to bound batches by. What is done
   * once for all calls is not counted.
   */
  nominalSeconds(count: number): number;
  /** Gives the memory on the pool back. */
  release(): void;
}

export function fieldSums(pool: ComputePool, patterns: number, pixels: number): FieldSums {
  return { real: pool.int32(patterns * pixels), imaginary: pool.int32(patterns * pixels) };
}

export function checkProjection(
  projection: FieldProjection,
  patterns: Uint8Array,
  count: number,
  out: FieldSums,
): void {
  const bytes = Math.ceil(projection.inputs / 8);
  requireInteger('count', count, 0, 2 ** 24);
  const wanted = count * projection.pixels;
  if (patterns.length >= count * bytes && out.real.length >= wanted && out.imaginary.length >= wanted) return;
  throw new OpuError(
    'INVALID_ARGUMENT',
    `${count} patterns need ${count * bytes} bytes of patterns and ${wanted} sums a part; ` +
      `there are ${patterns.length}, ${out.real.length} and ${out.imaginary.length}`,
  );
}

/** What is generated at once, in nominal seconds. */
export const nominalStepSeconds = 0.5;

/** Runs every step of `projectInSteps`, or of anything like it, at once. */
export function finishSteps<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Goes through `use` with the address of the patterns, copied onto the pool for as long as that takes if need be. */
export function* withPatterns(
  pool: ComputePool,
  patterns: Uint8Array,
  use: (address: number) => Generator<void, void>,
): Generator<void, void> {
  if (pool.owns(patterns)) {
    yield* use(pool.pointer(patterns));
    return;
  }
  const copy = pool.allocate(patterns.length);
  try {
    pool.bytesAt(copy, patterns.length).set(patterns);
    yield* use(copy);
  } finally {
    pool.free(copy);
  }
}
