import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ComputePool, SeededRandom } from '@opu/compute';
import { isOpuError } from '@opu/driver';
import { expect } from 'chai';
import { TextTask } from '../../task/text-task.js';
import { bigramBaseline } from './bigram.js';
import { isTextFolder, readTextFolder } from './text-files.js';

describe('text', () => {
  let folder: string;
  const pool = new ComputePool({ threads: 1, memoryBytes: 2 ** 26 });
  after(() => pool.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-text-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('numbers its characters in order and keeps the last tenth to test with', () => {
    writeFileSync(join(folder, 'input.txt'), 'bca'.repeat(100));
    expect(isTextFolder(folder)).to.equal(true);
    const text = readTextFolder(folder);
    expect(text.alphabet).to.deep.equal(['a', 'b', 'c']);
    expect([...text.train.subarray(0, 4)]).to.deep.equal([1, 2, 0, 1]);
    expect([text.train.length, text.test.length]).to.deep.equal([270, 30]);
  });

  it('asks for the character after each one, in pieces that seed, epoch and step fix', () => {
    writeFileSync(join(folder, 'input.txt'), 'abcdefghij'.repeat(50));
    const text = readTextFolder(folder);
    const task = new TextTask(pool, text, 3, 8, 1);
    const { input, labels, rows } = task.batch(2, 7);
    expect(rows).to.equal(24);
    for (let row = 0; row < rows; row++) expect(labels[row]).to.equal((input[row]! + 1) % 10);
    const before = input.slice();
    expect(task.batch(2, 8).input).not.to.deep.equal(before);
    expect(task.batch(2, 7).input).to.deep.equal(before);
    expect(new TextTask(pool, text, 3, 8, 2).batch(2, 7).input).not.to.deep.equal(before);
    expect([...task.testBatches()]).to.have.length(20);
  });

  it('predicts by counted pairs: of a text whose letter after b is free, accuracy 3/4 and loss ln 2 / 2 within 0.01', () => {
    const random = new SeededRandom(1, 'pairs');
    const text = Array.from({ length: 20_000 }, (_, i) => (random.integer(i, 2) === 0 ? 'bx' : 'by'));
    writeFileSync(join(folder, 'input.txt'), text.join(''));
    const { accuracy, loss } = bigramBaseline(readTextFolder(folder));
    expect(accuracy).to.be.closeTo(0.75, 0.02);
    expect(loss).to.be.closeTo(Math.log(2) / 2, 0.01);
  });

  it('refuses what is no text, and a context that is too long', () => {
    writeFileSync(join(folder, 'input.txt'), Uint8Array.of(0xff, 0xfe, 0));
    expect(() => readTextFolder(folder))
      .to.throw('no UTF-8 text')
      .that.satisfies((e: unknown) => isOpuError(e, 'INVALID_FILE'));
    writeFileSync(join(folder, 'input.txt'), 'aaaa');
    expect(() => readTextFolder(folder)).to.throw('1 different characters');
    writeFileSync(join(folder, 'input.txt'), 'ab'.repeat(50));
    expect(() => new TextTask(pool, readTextFolder(folder), 2, 10, 0)).to.throw('context of 10');
  });
});
