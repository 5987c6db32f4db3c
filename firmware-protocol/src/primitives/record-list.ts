import { OpuError } from '@opu/core';
import { EMPTY_BYTES } from './bytes.js';

/**
 * Records of equal size as they lie in a payload: read and written in place by index, without an object a record.
 * Borrows the payload's bytes. Generated classes add a getter and a setter a field.
 */
export abstract class RecordList<T> implements Iterable<T> {
  bytes: Uint8Array;
  /** Where the first record starts in `bytes`. */
  start: number;
  count: number;
  /** Bytes from one record to the next: a newer sender's records may be longer than ours. */
  stride: number;

  constructor(bytes: Uint8Array = EMPTY_BYTES, start = 0, count = 0, stride = 0) {
    this.bytes = bytes;
    this.start = start;
    this.count = count;
    this.stride = stride;
  }

  /** Looks at other bytes from now on, so that one list can serve many messages. */
  wrap(bytes: Uint8Array, start: number, count: number, stride: number): this {
    this.bytes = bytes;
    this.start = start;
    this.count = count;
    this.stride = stride;
    return this;
  }

  /** Place of record `index` in `bytes`. */
  protected place(index: number): number {
    if (index >>> 0 !== index || index >= this.count) {
      throw new OpuError('INVALID_ARGUMENT', `There is no record ${index}; there are ${this.count}, counted from 0.`);
    }
    return this.start + index * this.stride;
  }

  /** A copy of record `index` as an object. */
  abstract get(index: number): T;
  /** Writes record `index`. */
  abstract set(index: number, record: T): void;

  *[Symbol.iterator](): IterableIterator<T> {
    for (let index = 0; index < this.count; index++) yield this.get(index);
  }

  /** All records as objects. */
  toArray(): T[] {
    return [...this];
  }
}
