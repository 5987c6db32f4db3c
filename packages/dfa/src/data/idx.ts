import { OpuError } from '@opu/driver';

/** Contents of one IDX file of unsigned bytes. */
export interface IdxArray {
  /** Size of each dimension, slowest first. */
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 0x08;

/** One step of the format: magic 00 00 <type> <dimensions>, then one big-endian u32 a dimension, then the data. */
function damaged(file: string, offset: number, what: string, expected: string, found: string): OpuError {
  return new OpuError(
    'INVALID_FILE',
    `${file}: ${what} at offset ${offset}: expected ${expected}, found ${found}. Fetch or unpack the file again.`,
    { details: { file, offset, expected, found } },
  );
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/**
 * Reads an IDX file of unsigned bytes, the format of MNIST and Fashion-MNIST.
 * @param bytes the file, unpacked
 * @param file its name, for errors
 * @param dimensions how many dimensions it must have: 3 for images, 1 for labels
 * @throws OpuError INVALID_FILE with file, offset, what was expected and what was found
 */
export function parseIdx(bytes: Uint8Array, file: string, dimensions: number): IdxArray {
  const magic = bytes.subarray(0, 4);
  const wanted = Uint8Array.of(0, 0, UNSIGNED_BYTE, dimensions);
  if (magic.length < 4 || magic.some((byte, i) => byte !== wanted[i])) {
    const found = magic.length === 0 ? 'an empty file' : hex(magic);
    throw damaged(file, 0, 'bad magic', `${hex(wanted)} (unsigned bytes, ${dimensions} dimensions)`, found);
  }
  const headerLength = 4 + 4 * dimensions;
  if (bytes.length < headerLength) {
    throw damaged(file, 4, 'header cut short', `${headerLength} bytes`, `${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const empty = shape.indexOf(0);
  if (empty >= 0) throw damaged(file, 4 + 4 * empty, `dimension ${empty} is empty`, 'a size above 0', '0');
  const length = shape.reduce((product, size) => product * size, 1);
  if (bytes.length - headerLength !== length) {
    throw damaged(
      file,
      headerLength,
      'wrong length of data',
      `${length} bytes (${shape.join(' x ')})`,
      `${bytes.length - headerLength}`,
    );
  }
  return { shape, data: bytes.subarray(headerLength) };
}
