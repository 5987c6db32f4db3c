import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { OpuError } from '@opu/driver';
import type { ImageDataset, LabelledImages } from './dataset.js';
import { isFolder } from './folder.js';
import { parseIdx } from './idx.js';

/** No published IDX set is larger unpacked; a damaged or hostile file cannot make more be taken. */
const MAXIMUM_UNPACKED_BYTES = 2 ** 30;

/** MNIST's and Fashion-MNIST's own names; some archives have a dot before `idx`. */
function candidates(prefix: string, kind: 'images' | 'labels'): string[] {
  const tail = `idx${kind === 'images' ? 3 : 1}-ubyte`;
  return ['-', '.'].flatMap((dot) => ['', '.gz'].map((gz) => `${prefix}-${kind}${dot}${tail}${gz}`));
}

function find(folder: string, prefix: string, kind: 'images' | 'labels'): string {
  const names = candidates(prefix, kind);
  const found = names.find((name) => existsSync(join(folder, name)));
  if (found !== undefined) return join(folder, found);
  const there = readdirSync(folder).slice(0, 8).join(', ') || 'nothing';
  throw new OpuError(
    'INVALID_FILE',
    `${folder} has no ${kind} of the ${prefix === 'train' ? 'training' : 'test'} set: ` +
      `expected one of ${names.join(', ')}; found ${there}.`,
    { details: { folder, names } },
  );
}

/** 00 00 08 and a number of dimensions: unsigned bytes. */
function looksLikeIdx(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 0x08 && bytes[3]! >= 1 && bytes[3]! <= 4;
}

/** What a file is that is often met in the place of a data set; undefined for what is not known. */
function foreignContent(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1').trimStart().toLowerCase();
  if (start.startsWith('pk\x03\x04'))
    return 'this is a zip archive; unpack it, and give the folder with the files in it';
  if (/^(<!doctype html|<html|<head|<\?xml)/.test(start))
    return 'this is a web page, not the file: the address it came from shows a page';
  if (start.startsWith('version https://git-lfs'))
    return 'this is a pointer of Git LFS, not the file; run git lfs pull';
  return undefined;
}

/** Reads a file and unpacks it if it starts as gzip does, whatever its name. */
function readPlainOrGzip(path: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new OpuError('INVALID_FILE', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    // A browser that unpacked a file on the way leaves its name as it was.
    if (looksLikeIdx(bytes)) return bytes;
    const what = foreignContent(bytes);
    if (what === undefined && !path.endsWith('.gz')) return bytes;
    throw new OpuError(
      'INVALID_FILE',
      `${path}: ${what ?? `neither IDX nor gzip: it starts with ${bytes[0]?.toString(16) ?? 'nothing, it is empty'}`}. Fetch it again.`,
    );
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: MAXIMUM_UNPACKED_BYTES });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const what =
      code === 'Z_BUF_ERROR'
        ? `gzip data cut short: the file ends at offset ${bytes.length}, before the end of the packed data`
        : code === 'ERR_BUFFER_TOO_LARGE'
          ? `more than ${MAXIMUM_UNPACKED_BYTES} bytes unpacked`
          : `gzip data damaged (${message})`;
    throw new OpuError('INVALID_FILE', `${path}: ${what}. Fetch the file again.`, { cause, details: { code } });
  }
}

function readSet(folder: string, prefix: string, classes: number): LabelledImages {
  const imageFile = find(folder, prefix, 'images');
  const labelFile = find(folder, prefix, 'labels');
  const images = parseIdx(readPlainOrGzip(imageFile), imageFile, 3);
  const labels = parseIdx(readPlainOrGzip(labelFile), labelFile, 1);
  const [count, rows, columns] = images.shape as [number, number, number];
  if (labels.shape[0] !== count) {
    throw new OpuError(
      'INVALID_FILE',
      `${imageFile} and ${labelFile} do not belong together: at offset 4 expected the same count, found ${count} images ` +
        `and ${labels.shape[0]} labels.`,
    );
  }
  const bad = labels.data.findIndex((label) => label >= classes);
  if (bad >= 0) {
    throw new OpuError(
      'INVALID_FILE',
      `${labelFile}: bad label at offset ${8 + bad}: expected 0 to ${classes - 1}, found ${labels.data[bad]}.`,
      { details: { file: labelFile, offset: 8 + bad } },
    );
  }
  return { images: images.data, labels: labels.data, count, rows, columns };
}

/**
 * Reads a folder with the four IDX files of MNIST or Fashion-MNIST (`train-images-idx3-ubyte`, `train-labels-...`,
 * `t10k-...`), each plain or gzip.
 * @throws OpuError INVALID_FILE, naming file, offset, what was expected and what was found
 */
export function readIdxFolder(folder: string): ImageDataset {
  if (!isFolder(folder)) {
    throw new OpuError('INVALID_FILE', `${folder} is no folder. Give the folder that holds the IDX files.`);
  }
  const classes = 10;
  const train = readSet(folder, 'train', classes);
  const test = readSet(folder, 't10k', classes);
  if (train.rows !== test.rows || train.columns !== test.columns) {
    throw new OpuError(
      'INVALID_FILE',
      `${folder}: training images are ${train.rows} x ${train.columns}, test images ${test.rows} x ${test.columns}; ` +
        'they must be of one size.',
    );
  }
  return { name: basename(folder), classes, train, test };
}
