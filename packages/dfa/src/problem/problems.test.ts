import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@opu/compute';
import { isOpuError, OpuError } from '@opu/driver';
import { expect } from 'chai';
import { completeConfiguration, type PartialConfiguration } from '../config/configuration.js';
import type { ModeSummary } from '../results/summary.js';
import { runTraining } from '../run/run.js';
import { RunFolder } from '../run/run-folder.js';

describe('problems beside images', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-problem-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function train(written: PartialConfiguration): Promise<Record<string, ModeSummary>> {
    const { summaries } = await runTraining({
      configuration: completeConfiguration({ data: folder, ...written }, 'test'),
      folder: RunFolder.create(join(folder, 'run')),
      openDevice: () => Promise.reject(new OpuError('LINK_UNAVAILABLE', 'no device in this test')),
    });
    return Object.fromEntries(summaries.map((summary) => [summary.mode, summary]));
  }

  it('says what a folder may hold when there is none', async () => {
    const nowhere = join(folder, 'nowhere');
    const error = await train({ data: nowhere }).catch((reason: unknown) => reason);
    expect(isOpuError(error, 'INVALID_FILE')).to.equal(true);
    expect((error as OpuError).message).to.match(/nowhere is no folder\..*images.*graph.*text.*'synthetic'/);
  });

  it('learns a text by a transformer: which letter follows hangs on the one before the last, so 5 letters of 6 can be had (0.78 to 0.88 by bp)', async () => {
    // Letters come in pairs: after "ab" c, after "db" e, so that the last letter alone does not tell.
    const random = new SeededRandom(1, 'text');
    const words = Array.from({ length: 3000 }, (_, i) => (random.integer(i, 2) === 0 ? 'abc' : 'dbe'));
    writeFileSync(join(folder, 'input.txt'), words.join(''));
    const small = {
      hidden: [16, 16],
      heads: 2,
      context: 12,
      batch: 8,
      epochs: 2,
      optimizer: { kind: 'adam', learningRate: 0.01 },
    };
    const { bp, dfa } = await train({ ...small, mode: ['bp', 'dfa'] });
    // The first letter of a word is free: 2/3 of the letters can be known, and half of the rest guessed: 5/6 in all.
    expect(bp!.testAccuracy).to.be.within(0.78, 0.88);
    expect(dfa!.testAccuracy).to.be.above(0.6);
    expect(Object.keys(dfa!.alignment)).to.deep.equal(['layer1', 'layer2']);
  });

  it('classifies nodes of a graph by graph convolutions: two groups of neighbours, above 0.85', async () => {
    const nodes = Array.from({ length: 1600 }, (_, i) => i);
    const random = new SeededRandom(2, 'graph');
    writeFileSync(join(folder, 'labels.txt'), nodes.map((i) => `${i % 2}\n`).join(''));
    // A node's words say little of its class, those of its four neighbours of the same class more.
    const words = nodes.map((i) =>
      [0, 1, 2].map(
        (k) => random.integer(3 * i + k, 10) + (random.integer(9000 + 3 * i + k, 5) === 0 ? 10 * (i % 2) : 20),
      ),
    );
    writeFileSync(join(folder, 'features.txt'), words.map((line) => `${line.join(' ')}\n`).join(''));
    const edges = nodes.slice(0, -4).flatMap((i) => [`${i} ${i + 2}\n`, `${i} ${i + 4}\n`]);
    writeFileSync(join(folder, 'edges.txt'), edges.join(''));
    const { bp } = await train({ mode: 'bp', epochs: 60 });
    expect(bp!.testAccuracy).to.be.above(0.85);
    expect(bp!.bestEpoch).to.be.within(0, 59);
  });

  it('refuses layers of different widths in a transformer', async () => {
    writeFileSync(join(folder, 'input.txt'), 'ab'.repeat(1000));
    const error = await train({ mode: 'bp', hidden: [16, 8], context: 4 }).catch((e) => e);
    expect(isOpuError(error, 'INVALID_ARGUMENT')).to.equal(true);
  });
});
