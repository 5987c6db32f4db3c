import { closeSync, constants, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createFileSink } from './byte-sink.js';
import { DirectFile } from './direct-file.js';

/** Pieces of all sizes, 17 MB of them, the same each time. */
function somePieces(): Uint8Array[] {
  return [1, 10, 4_095, 4_096, 4_097, 9_000_000, 0, 301_056, 8 << 20, 3].map((length, n) => {
    const piece = new Uint8Array(length);
    for (let i = 0; i < length; i++) piece[i] = Math.imul(i + n, 2_654_435_761) >>> 24;
    return piece;
  });
}

describe('DirectFile', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-direct-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('writes the bytes of all pieces in order, and at each moment no more than a block of zeros behind them', () => {
    const path = join(folder, 'pieces');
    const sink = createFileSink(path);
    const pieces = somePieces();
    let length = 0;
    for (const piece of pieces) {
      sink.write([piece]);
      length += piece.length;
      const file = readFileSync(path);
      expect(file.length).to.be.within(length, length + 4_095);
      expect(file.subarray(length).every((byte) => byte === 0)).to.equal(true);
    }
    sink.write(pieces);
    sink.close();
    expect(readFileSync(path).equals(Buffer.concat([...pieces, ...pieces]))).to.equal(true);
  });

  it('goes on through the cache, with nothing lost, where the system refuses, at the first write or later', () => {
    const path = join(folder, 'refused');
    // Blocks of 100 bytes are refused where the disk's are larger, but for a write that happens to fit: 25 of 4096.
    for (const first of [0, 102_400]) {
      const pieces = [new Uint8Array(first).fill(7), ...somePieces()];
      const ordinary = openSync(path, 'w');
      const file = new DirectFile(openSync(path, constants.O_WRONLY | (constants.O_DIRECT ?? 0)), ordinary, 100);
      for (const piece of pieces) file.write([piece]);
      if (file.length !== undefined) ftruncateSync(ordinary, file.length);
      file.close();
      closeSync(ordinary);
      expect(readFileSync(path).equals(Buffer.concat(pieces)), `after ${first}`).to.equal(true);
    }
  });
});
