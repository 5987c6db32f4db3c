/** Element types of the `.npy` files that the SDK reads and writes. */
export type NpyType =
  | 'bool'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float32'
  | 'float64'
  | 'complex64';

export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** An array as a `.npy` file holds it, C order. `complex64` has two floats an element, real part first. */
export interface NpyArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly data: NpyData;
}

interface Element {
  /** Without the letter of the byte order. */
  readonly descr: string;
  readonly bytes: number;
  /** Bytes that change places in the other byte order. */
  readonly word: number;
  readonly view: new (buffer: ArrayBuffer) => NpyData;
}

export const npyElements: Readonly<Record<NpyType, Element>> = {
  bool: { descr: 'b1', bytes: 1, word: 1, view: Uint8Array },
  uint8: { descr: 'u1', bytes: 1, word: 1, view: Uint8Array },
  int8: { descr: 'i1', bytes: 1, word: 1, view: Int8Array },
  uint16: { descr: 'u2', bytes: 2, word: 2, view: Uint16Array },
  int16: { descr: 'i2', bytes: 2, word: 2, view: Int16Array },
  uint32: { descr: 'u4', bytes: 4, word: 4, view: Uint32Array },
  int32: { descr: 'i4', bytes: 4, word: 4, view: Int32Array },
  uint64: { descr: 'u8', bytes: 8, word: 8, view: BigUint64Array },
  int64: { descr: 'i8', bytes: 8, word: 8, view: BigInt64Array },
  float32: { descr: 'f4', bytes: 4, word: 4, view: Float32Array },
  float64: { descr: 'f8', bytes: 8, word: 8, view: Float64Array },
  complex64: { descr: 'c8', bytes: 8, word: 4, view: Float32Array },
};

/** As it stands in a file that this SDK writes: `|u1`, `<f4`. */
export function npyDescription(type: NpyType): string {
  const { descr, word } = npyElements[type];
  return `${word === 1 ? '|' : '<'}${descr}`;
}

export const NPY_MAGIC: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Elements of an array of a shape. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
