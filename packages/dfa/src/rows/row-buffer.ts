import type { ComputePool } from '@opu/compute';

/** Memory of a block for [rows, columns], made once and again only for more rows than ever before. */
export class RowBuffer {
  readonly #pool: ComputePool;
  readonly #columns: number;
  #memory: Float32Array | undefined;

  constructor(pool: ComputePool, columns: number) {
    this.#pool = pool;
    this.#columns = columns;
  }

  rows(count: number): Float32Array {
    const length = count * this.#columns;
    if (this.#memory === undefined || this.#memory.length < length) {
      if (this.#memory !== undefined) this.#pool.release(this.#memory);
      this.#memory = this.#pool.float32(length);
    }
    return this.#memory.length === length ? this.#memory : this.#memory.subarray(0, length);
  }
}
