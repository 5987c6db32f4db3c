import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';

/** MNIST beside the repository; there is nothing to show without it. */
const mnist = fileURLToPath(new URL('../../../../../shared/data/mnist', import.meta.url));

if (existsSync(mnist)) {
  describe('opu train on MNIST', () => {
    it('2 epochs: optical within 1 point of dfa-ternary and 1.5 above shallow, bp at least 94.5 %, frames agree', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'opu-mnist-'));
      try {
        const terminal = new RecordingTerminal();
        const modes = 'optical,dfa-ternary,bp,shallow';
        const out = join(folder, 'run');
        const code = await runCli(
          ['train', '--data', mnist, '--mode', modes, '--epochs', '2', '--out', out, '--json'],
          terminal,
        );
        expect(code, terminal.errors).to.equal(0);
        const { summaries } = JSON.parse(terminal.output.trim().split('\n').at(-1)!) as {
          summaries: { mode: string; testAccuracy: number; device?: { framesAgree: boolean } }[];
        };
        const accuracy = Object.fromEntries(summaries.map(({ mode, testAccuracy }) => [mode, 100 * testAccuracy]));
        expect(accuracy.optical).to.be.within(accuracy['dfa-ternary']! - 1, accuracy['dfa-ternary']! + 1);
        expect(accuracy.optical).to.be.at.least(accuracy.shallow! + 1.5);
        expect(accuracy.bp).to.be.at.least(94.5);
        expect(summaries[0]!.device!.framesAgree).to.equal(true);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}
