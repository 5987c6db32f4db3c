import { decodeNpy, type NpyArray, OpuError } from '@opu/core';
import type { CsrMatrix } from '@opu/sketch';
import { unzipSync } from 'fflate';

/** What an archive may unpack to; a damaged or hostile one cannot make more be taken. */
const MOST_BYTES = 2 ** 31;
const PARTS = ['data', 'indices', 'indptr', 'shape', 'format'] as const;

/**
 * A sparse matrix as `scipy.sparse.save_npz` writes it, CSR.
 * @throws OpuError INVALID_FILE for another format, and for a file that is damaged
 */
export function decodeSparseNpz(bytes: Uint8Array, name: string): CsrMatrix {
  const parts = unpack(bytes, name);
  // A string of bytes of one letter each: the array's header says `|S3`, its data stands at the end.
  const format = new TextDecoder('latin1').decode(parts.format.subarray(-3));
  if (format !== 'csr') throw broken(name, `its format is '${format}'; convert it with .tocsr()`);
  const array = (part: (typeof PARTS)[number]): NpyArray => decodeNpy(parts[part], `${name}, ${part}.npy`);
  const [rows, columns, ...more] = Array.from(array('shape').data, Number);
  if (rows === undefined || columns === undefined || more.length > 0)
    throw broken(name, 'its shape is not of two sizes');
  const data = array('data');
  if (data.type === 'complex64')
    throw broken(name, 'its numbers are complex; give the real and the imaginary part apart');
  return {
    rows,
    columns,
    indptr: Int32Array.from(array('indptr').data, Number),
    indices: Int32Array.from(array('indices').data, Number),
    data: Float32Array.from(data.data, Number),
  };
}

function unpack(bytes: Uint8Array, name: string): Record<(typeof PARTS)[number], Uint8Array> {
  let total = 0;
  let files: Record<string, Uint8Array>;
  try {
    files = unzipSync(bytes, {
      filter({ name: file, originalSize }) {
        if (!PARTS.some((part) => file === `${part}.npy`)) return false;
        total += originalSize;
        if (total > MOST_BYTES) throw broken(name, `it unpacks to more than ${MOST_BYTES / 2 ** 30} GiB`);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof OpuError) throw error;
    throw broken(name, `it is no zip archive that can be read (${(error as Error).message})`);
  }
  const missing = PARTS.filter((part) => files[`${part}.npy`] === undefined);
  if (missing.length > 0) throw broken(name, `it lacks ${missing.join(', ')}; write it with scipy.sparse.save_npz`);
  return Object.fromEntries(PARTS.map((part) => [part, files[`${part}.npy`]])) as ReturnType<typeof unpack>;
}

function broken(name: string, why: string): OpuError {
  return new OpuError('INVALID_FILE', `${name} is no sparse matrix that can be read: ${why}.`, {
    details: { file: name },
  });
}
