import { OpuError } from '@opu/driver';

/** Element types of the `.npy` files that the SDK reads and writes. */
export type NpyType = 'bool' | 'uint8' | 'int8' | 'uint16' | 'int16' | 'int32' | 'float32' | 'float64' | 'complex64';

export type NpyData = Uint8Array | Int8Array | Uint16Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** An array as a `.npy` file holds it, C order. `complex64` has two floats an element, real part first. */
export interface NpyArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly data: NpyData;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const ALIGNMENT = 64;

interface Element {
  readonly descr: string;
  readonly bytes: number;
  readonly view: new (buffer: ArrayBuffer) => NpyData;
}

const elements: Readonly<Record<NpyType, Element>> = {
  bool: { descr: '|b1', bytes: 1, view: Uint8Array },
  uint8: { descr: '|u1', bytes: 1, view: Uint8Array },
  int8: { descr: '|i1', bytes: 1, view: Int8Array },
  uint16: { descr: '<u2', bytes: 2, view: Uint16Array },
  int16: { descr: '<i2', bytes: 2, view: Int16Array },
  int32: { descr: '<i4', bytes: 4, view: Int32Array },
  float32: { descr: '<f4', bytes: 4, view: Float32Array },
  float64: { descr: '<f8', bytes: 8, view: Float64Array },
  complex64: { descr: '<c8', bytes: 8, view: Float32Array },
};

function damaged(name: string, why: string): OpuError {
  return new OpuError('INVALID_FILE', `${name} is no .npy file that can be read: ${why}.`, { details: { file: name } });
}

interface Header {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly dataOffset: number;
}

function parseHeader(bytes: Uint8Array, name: string): Header {
  if (bytes.length < 10 || MAGIC.some((byte, i) => bytes[i] !== byte))
    throw damaged(name, 'it does not start with the magic of the format');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6]!;
  if (major < 1 || major > 3) throw damaged(name, `its format version is ${major}, and 1 to 3 are known`);
  const lengthBytes = major === 1 ? 2 : 4;
  const start = 8 + lengthBytes;
  if (bytes.length < start) throw damaged(name, 'it ends inside its header');
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > bytes.length - start) throw damaged(name, `it has ${bytes.length} bytes and its header says ${length}`);
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, start + length));
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const dimensions = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || dimensions === undefined) {
    throw damaged(
      name,
      `its header is ${JSON.stringify(text.slice(0, 80))}, without descr, fortran_order and shape of one plain type`,
    );
  }
  const type = (Object.keys(elements) as NpyType[]).find((key) => elements[key].descr === descr);
  if (type === undefined) {
    throw damaged(
      name,
      `its element type is "${descr}", and ${Object.values(elements)
        .map((e) => e.descr)
        .join(', ')} are known; convert it with astype()`,
    );
  }
  if (order === 'True') throw damaged(name, 'it is in Fortran order; save numpy.ascontiguousarray(x) instead');
  const parts = dimensions
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const shape = parts.map(Number);
  if (shape.some((n) => !Number.isSafeInteger(n) || n < 0)) throw damaged(name, `its shape is (${dimensions})`);
  return { type, shape, dataOffset: start + length };
}

/**
 * Reads a `.npy` file (versions 1 to 3, little-endian, C order).
 * @param name of the file, for messages
 * @throws OpuError INVALID_FILE when it is damaged, cut, too long, or of a kind that is not known
 */
export function decodeNpy(bytes: Uint8Array, name = 'The data'): NpyArray {
  const { type, shape, dataOffset } = parseHeader(bytes, name);
  const element = elements[type];
  const wanted = shape.reduce((product, n) => product * n, element.bytes);
  const found = bytes.length - dataOffset;
  if (wanted !== found) {
    throw damaged(
      name,
      `its shape (${shape.join(', ')}) of ${type} needs ${wanted} bytes of data, and it has ${found}`,
    );
  }
  // Not `slice`: a Buffer's shares memory, and the data may lie on an odd address.
  const copy = Uint8Array.from(bytes.subarray(dataOffset)).buffer;
  return { type, shape, data: new element.view(copy) };
}

/** Writes a `.npy` file of version 1: little-endian, C order, data on a multiple of 64 bytes. */
export function encodeNpy(array: NpyArray): Uint8Array {
  const element = elements[array.type];
  const { data } = array;
  const wanted = array.shape.reduce((product, n) => product * n, element.bytes);
  if (wanted !== data.byteLength) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `An array of shape (${array.shape.join(', ')}) of ${array.type} has ${wanted} bytes, got ${data.byteLength}.`,
    );
  }
  const shape = array.shape.length === 1 ? `${array.shape[0]},` : array.shape.join(', ');
  const text = `{'descr': '${element.descr}', 'fortran_order': False, 'shape': (${shape}), }`;
  const total = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${text.padEnd(total - 11)}\n`;
  const bytes = new Uint8Array(total + data.byteLength);
  bytes.set(MAGIC);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), total);
  return bytes;
}
