import { OpuError } from '../errors/opu-error.js';
import { elementCount, NPY_MAGIC, type NpyArray, type NpyType, npyDescription, npyElements } from './npy-array.js';

const ALIGNMENT = 64;

/** The beginning of a `.npy` file of version 1 whose data follows: little-endian, C order, data on a multiple of 64 bytes. */
export function npyHeader(type: NpyType, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${npyDescription(type)}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const total = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${text.padEnd(total - 11)}\n`;
  const bytes = new Uint8Array(total);
  bytes.set(NPY_MAGIC);
  bytes[6] = 1;
  new DataView(bytes.buffer).setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), 10);
  return bytes;
}

/**
 * Writes a `.npy` file.
 * @throws OpuError INVALID_ARGUMENT when the data has not the size of its shape
 */
export function encodeNpy({ type, shape, data }: NpyArray): Uint8Array {
  const wanted = elementCount(shape) * npyElements[type].bytes;
  if (wanted !== data.byteLength) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `An array of shape (${shape.join(', ')}) of ${type} has ${wanted} bytes, got ${data.byteLength}.`,
    );
  }
  const header = npyHeader(type, shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}
