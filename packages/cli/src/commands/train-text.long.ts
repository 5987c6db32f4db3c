import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@opu/compute';
import { bigramBaseline, readTextFolder } from '@opu/dfa';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';

/** Words drawn once, in random order: which letter follows hangs on the letters before, not on the last one alone. */
function drawnText(): string {
  const random = new SeededRandom(3, 'text of words');
  let draw = 0;
  const below = (count: number) => random.integer(draw++, count);
  const letters = 'abcdefghijkl';
  const words = Array.from({ length: 40 }, () =>
    Array.from({ length: 3 + below(5) }, () => letters[below(12)]).join(''),
  );
  return Array.from({ length: 20_000 }, () => words[below(words.length)]).join(' ');
}

describe('opu train on a drawn text', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-text-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('optical: 30 points above shallow and above counted pairs, loss 0.8 nats below both; frames agree', async () => {
    writeFileSync(join(folder, 'input.txt'), drawnText());
    const configuration = {
      mode: ['optical', 'shallow'],
      hidden: [64, 64],
      context: 32,
      epochs: 5,
      device: 'emulator:tiny',
    };
    writeFileSync(join(folder, 'train.json'), JSON.stringify(configuration));
    const terminal = new RecordingTerminal();
    const options = ['--config', join(folder, 'train.json'), '--data', folder, '--out', join(folder, 'run'), '--json'];
    expect(await runCli(['train', ...options], terminal), terminal.errors).to.equal(0);
    const { summaries } = JSON.parse(terminal.output.trim().split('\n').at(-1)!) as {
      summaries: { mode: string; testAccuracy: number; testLoss: number; device?: { framesAgree: boolean } }[];
    };
    const [optical, shallow] = summaries;
    const pairs = bigramBaseline(readTextFolder(folder));
    expect(optical!.testAccuracy).to.be.above(shallow!.testAccuracy + 0.3);
    expect(optical!.testAccuracy).to.be.above(pairs.accuracy + 0.3);
    expect(optical!.testLoss).to.be.below(Math.min(shallow!.testLoss, pairs.loss) - 0.8);
    expect(optical!.device!.framesAgree).to.equal(true);
  });
});
