import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { isOpuError } from '@opu/driver';
import { expect } from 'chai';
import { parseIdx } from './idx.js';
import { readIdxFolder } from './idx-files.js';

function idx(shape: readonly number[], data: readonly number[]): Uint8Array {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, Uint8Array.from(data)]);
}

function expectInvalid(act: () => unknown, ...texts: string[]): void {
  expect(act)
    .to.throw()
    .that.satisfies((e: unknown) => isOpuError(e, 'INVALID_FILE'));
  for (const text of texts) expect(act).to.throw(text);
}

const mnist = fileURLToPath(new URL('../../../../../shared/data/mnist', import.meta.url));

describe('IDX', () => {
  const images = idx([3, 2, 2], [0, 1, 2, 3, 10, 11, 12, 13, 255, 254, 253, 252]);
  const labels = idx([3], [7, 0, 9]);

  it('reads shape and bytes', () => {
    const array = parseIdx(images, 'f', 3);
    expect(array.shape).to.deep.equal([3, 2, 2]);
    expect([...array.data.subarray(8)]).to.deep.equal([255, 254, 253, 252]);
  });

  it('refuses every cut of a file, naming file and offset', () => {
    for (let length = 0; length < images.length; length++) {
      expectInvalid(() => parseIdx(images.subarray(0, length), 'some-file', 3), 'some-file', 'offset', 'found');
    }
  });

  it('refuses another type, other dimensions, an empty dimension and bytes at the end', () => {
    expectInvalid(() => parseIdx(labels, 'f', 3), 'bad magic at offset 0', '00 00 08 03', '00 00 08 01');
    const floats = Uint8Array.from(images);
    floats[2] = 0x0d;
    expectInvalid(() => parseIdx(floats, 'f', 3), 'bad magic', '00 00 0d 03');
    expectInvalid(() => parseIdx(idx([3, 0, 2], []), 'f', 3), 'dimension 1 is empty at offset 8');
    expectInvalid(
      () => parseIdx(idx([3], [1, 2, 3, 4]), 'f', 1),
      'wrong length of data at offset 8',
      '3 bytes',
      'found 4',
    );
  });

  it('does not trust a length from the file: sizes beyond any file are an error, not an allocation', () => {
    const huge = 2 ** 32 - 1;
    expectInvalid(() => parseIdx(idx([huge, huge, huge], [1]), 'f', 3), 'wrong length');
  });

  describe('in a folder', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'opu-idx-'));
      write('train-images-idx3-ubyte', images);
      write('train-labels-idx1-ubyte.gz', gzipSync(labels));
      write('t10k-images.idx3-ubyte', idx([1, 2, 2], [1, 2, 3, 4]));
      write('t10k-labels-idx1-ubyte.gz', idx([1], [5]), gzipSync);
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const write = (name: string, bytes: Uint8Array, pack: (b: Uint8Array) => Uint8Array = (b) => b): void =>
      writeFileSync(join(folder, name), pack(bytes));

    it('reads plain and gzip files, in the two spellings of their names', () => {
      const set = readIdxFolder(folder);
      expect(set.train).to.include({ count: 3, rows: 2, columns: 2 });
      expect([...set.train.labels]).to.deep.equal([7, 0, 9]);
      expect([...set.test.images]).to.deep.equal([1, 2, 3, 4]);
      expect([...set.test.labels]).to.deep.equal([5]);
    });

    it('refuses a gzip file that is cut short, at any length', () => {
      const packed = gzipSync(labels);
      for (const length of [0, 1, 2, 9, 12, packed.length - 8, packed.length - 1]) {
        write('train-labels-idx1-ubyte.gz', packed.subarray(0, length));
        expectInvalid(() => readIdxFolder(folder), 'train-labels-idx1-ubyte.gz');
      }
    });

    it('refuses a gzip file with a flipped bit', () => {
      const packed = gzipSync(labels);
      packed[packed.length - 6]! ^= 1;
      write('train-labels-idx1-ubyte.gz', packed);
      expectInvalid(() => readIdxFolder(folder), 'gzip data damaged');
    });

    it('refuses counts that differ and labels above 9, with the offset', () => {
      write('train-labels-idx1-ubyte.gz', idx([2], [1, 2]), gzipSync);
      expectInvalid(() => readIdxFolder(folder), 'found 3 images and 2 labels');
      write('train-labels-idx1-ubyte.gz', idx([3], [1, 2, 10]), gzipSync);
      expectInvalid(() => readIdxFolder(folder), 'bad label at offset 10', 'found 10');
    });

    it('refuses training and test images of different sizes', () => {
      write('t10k-images.idx3-ubyte', idx([1, 1, 4], [1, 2, 3, 4]));
      expectInvalid(() => readIdxFolder(folder), '2 x 2', '1 x 4');
    });

    it('says which file is missing, and that a path is no folder', () => {
      rmSync(join(folder, 'train-images-idx3-ubyte'));
      expectInvalid(() => readIdxFolder(folder), 'no images of the training set', 'train-images-idx3-ubyte.gz');
      expectInvalid(() => readIdxFolder(join(folder, 'nowhere')), 'is no folder');
    });
  });

  if (existsSync(mnist)) {
    it('reads MNIST: 60 000 and 10 000 images of 28 x 28, the first a five and a seven', () => {
      const { train, test } = readIdxFolder(mnist);
      expect(train).to.include({ count: 60_000, rows: 28, columns: 28 });
      expect(test.count).to.equal(10_000);
      expect([train.labels[0], test.labels[0]]).to.deep.equal([5, 7]);
    });
  }
});

describe('a folder of IDX files whose names do not say what is in them', () => {
  const images = idx([3, 2, 2], [0, 1, 2, 3, 10, 11, 12, 13, 255, 254, 253, 252]);
  const labels = idx([3], [7, 0, 9]);

  function folderWith(name: string, train: Uint8Array | string, ending = ''): string {
    const folder = mkdtempSync(join(tmpdir(), `opu-idx-${name}-`));
    writeFileSync(join(folder, `train-images-idx3-ubyte${ending}`), train);
    writeFileSync(join(folder, 'train-labels-idx1-ubyte'), labels);
    writeFileSync(join(folder, 't10k-images-idx3-ubyte'), images);
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), labels);
    return folder;
  }

  it('is read: plain under .gz, gzip under a plain name', () => {
    for (const [train, ending] of [
      [images, '.gz'],
      [gzipSync(images), ''],
    ] as const) {
      const folder = folderWith('read', train, ending);
      expect(readIdxFolder(folder).train.count).to.equal(3);
      rmSync(folder, { recursive: true });
    }
  });

  it('says what it is: a zip archive, a web page, a pointer of Git LFS, an empty file', () => {
    for (const [train, said] of [
      [Buffer.from('PK\x03\x04rest'), 'zip archive'],
      ['<!DOCTYPE html><html>', 'web page'],
      ['\n <html>', 'web page'],
      ['version https://git-lfs.github.com/spec/v1\n', 'Git LFS'],
      ['', 'empty'],
    ] as const) {
      for (const ending of ['', '.gz']) {
        const folder = folderWith('told', train, ending);
        expectInvalid(() => readIdxFolder(folder), said, `train-images-idx3-ubyte${ending}`);
        rmSync(folder, { recursive: true });
      }
    }
  });
});
