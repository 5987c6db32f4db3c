import { OpuError } from '@opu/core';

const alignment = 64;

interface Span {
  start: number;
  bytes: number;
}

/**
 * Which bytes of the pool's memory are in use: first fit over a sorted list of free spans. Pure bookkeeping; `grow` is
 * asked to make the memory end at the given byte.
 */
export class MemoryArena {
  readonly #limit: number;
  readonly #grow: (endByte: number) => void;
  readonly #free: Span[] = [];
  readonly #used = new Map<number, number>();
  #end: number;
  #usedBytes = 0;

  constructor(start: number, limit: number, grow: (endByte: number) => void) {
    this.#end = roundUp(start);
    this.#limit = limit;
    this.#grow = grow;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** @throws INVALID_STATE when the memory bound would be passed */
  allocate(bytes: number): number {
    const wanted = roundUp(Math.max(bytes, 1));
    const start = this.#takeFree(wanted) ?? this.#extend(wanted, bytes);
    this.#used.set(start, wanted);
    this.#usedBytes += wanted;
    return start;
  }

  /** @throws INVALID_ARGUMENT when nothing was allocated there */
  release(start: number): void {
    const bytes = this.#used.get(start);
    if (bytes === undefined) {
      throw new OpuError('INVALID_ARGUMENT', `no allocation of this pool starts at byte ${start}; was it released?`);
    }
    this.#used.delete(start);
    this.#usedBytes -= bytes;
    const at = this.#free.findIndex((span) => span.start > start);
    this.#free.splice(at < 0 ? this.#free.length : at, 0, { start, bytes });
    this.#joinNeighbours();
  }

  #takeFree(bytes: number): number | undefined {
    const at = this.#free.findIndex((span) => span.bytes >= bytes);
    if (at < 0) return undefined;
    const span = this.#free[at]!;
    const { start } = span;
    span.start += bytes;
    span.bytes -= bytes;
    if (span.bytes === 0) this.#free.splice(at, 1);
    return start;
  }

  #extend(bytes: number, asked: number): number {
    const last = this.#free.at(-1);
    const start = last !== undefined && last.start + last.bytes === this.#end ? last.start : this.#end;
    if (start + bytes > this.#limit) {
      throw new OpuError(
        'INVALID_STATE',
        `the compute pool cannot hold ${asked} bytes more: ${this.#usedBytes} of ${this.#limit} bytes are in use. ` +
          'Release what is not needed, use smaller batches, or give the pool more with memoryBytes or OPU_MEMORY_MB',
        { details: { asked, usedBytes: this.#usedBytes, memoryBytes: this.#limit } },
      );
    }
    this.#grow(start + bytes);
    if (start !== this.#end) this.#free.pop();
    this.#end = start + bytes;
    return start;
  }

  #joinNeighbours(): void {
    for (let i = this.#free.length - 1; i > 0; i--) {
      const left = this.#free[i - 1]!;
      const right = this.#free[i]!;
      if (left.start + left.bytes !== right.start) continue;
      left.bytes += right.bytes;
      this.#free.splice(i, 1);
    }
  }
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
