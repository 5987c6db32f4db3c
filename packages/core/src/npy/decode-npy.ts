import { OpuError } from '../errors/opu-error.js';
import { elementCount, NPY_MAGIC, type NpyArray, type NpyType, npyElements } from './npy-array.js';
import { LiteralError, readDictionary } from './python-literal.js';

interface Header {
  readonly type: NpyType;
  readonly isBigEndian: boolean;
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  readonly dataOffset: number;
}

function damaged(name: string, why: string): OpuError {
  return new OpuError('INVALID_FILE', `${name} is no .npy file that can be read: ${why}.`, { details: { file: name } });
}

/**
 * Reads a `.npy` file (versions 1 to 3) as numpy does: either byte order, C and Fortran order. What comes out is in C order and in
 * this machine's byte order.
 * @param name of the file, for messages
 * @throws OpuError INVALID_FILE when it is damaged, cut, too long, or of a kind that is not known
 */
export function decodeNpy(bytes: Uint8Array, name = 'The data'): NpyArray {
  const { type, isBigEndian, isFortran, shape, dataOffset } = parseHeader(bytes, name);
  const element = npyElements[type];
  const wanted = elementCount(shape) * element.bytes;
  const found = bytes.length - dataOffset;
  if (wanted !== found) {
    throw damaged(
      name,
      `its shape (${shape.join(', ')}) of ${type} needs ${wanted} bytes of data, and it has ${found}`,
    );
  }
  // Not `slice`: a Buffer's shares memory, and the data may lie on an odd address.
  let copy: Uint8Array<ArrayBuffer> = Uint8Array.from(bytes.subarray(dataOffset));
  if (isBigEndian) swapWords(copy, element.word);
  if (isFortran && shape.length > 1) copy = toCOrder(copy, shape, element.bytes);
  return { type, shape, data: new element.view(copy.buffer) };
}

function parseHeader(bytes: Uint8Array, name: string): Header {
  if (bytes.length < 10 || NPY_MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw damaged(name, 'it does not start with the magic of the format');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6]!;
  if (major < 1 || major > 3) throw damaged(name, `its format version is ${major}, and 1 to 3 are known`);
  const start = major === 1 ? 10 : 12;
  if (bytes.length < start) throw damaged(name, 'it ends inside its header');
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > bytes.length - start) throw damaged(name, `it has ${bytes.length} bytes and its header says ${length}`);
  const text = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(start, start + length));
  return { ...parseDictionary(text, name), dataOffset: start + length };
}

function parseDictionary(text: string, name: string): Omit<Header, 'dataOffset'> {
  const entries = dictionaryOf(text, name);
  const [descr, order, shape] = ['descr', 'fortran_order', 'shape'].map((key) => entries.get(key));
  if (typeof descr !== 'string' || typeof order !== 'boolean' || !Array.isArray(shape)) {
    throw damaged(
      name,
      `its header is ${JSON.stringify(text.trim().slice(0, 80))}, without descr, fortran_order and shape of one plain type`,
    );
  }
  const [, mark = '', plain] = /^([<>|=]?)(.*)$/s.exec(descr)!;
  const type = (Object.keys(npyElements) as NpyType[]).find((key) => npyElements[key].descr === plain);
  if (type === undefined) {
    const known = Object.values(npyElements).map((e) => e.descr);
    throw damaged(name, `its element type is "${descr}", and ${known.join(', ')} are known; convert it with astype()`);
  }
  if (shape.some((n) => typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0)) {
    throw damaged(name, `its shape is (${shape.join(', ')}), and whole numbers of 0 or more are allowed`);
  }
  return { type, isBigEndian: mark === '>', isFortran: order, shape: shape as number[] };
}

function dictionaryOf(text: string, name: string): ReturnType<typeof readDictionary> {
  try {
    return readDictionary(text);
  } catch (error) {
    if (!(error instanceof LiteralError)) throw error;
    throw damaged(
      name,
      `its header ${JSON.stringify(text.trim().slice(0, 80))} is no dictionary of Python's: ${error.message}`,
    );
  }
}

function swapWords(bytes: Uint8Array, word: number): void {
  for (let at = 0; at < bytes.length; at += word) bytes.subarray(at, at + word).reverse();
}

/** Elements of an array whose first index runs fastest, so that the last one does. */
function toCOrder(bytes: Uint8Array, shape: readonly number[], size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes.length);
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  for (let to = 0; to < out.length; to += size) {
    const from = index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0) * size;
    for (let b = 0; b < size; b++) out[to + b] = bytes[from + b]!;
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return out;
}
