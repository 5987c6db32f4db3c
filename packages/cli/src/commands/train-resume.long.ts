import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const program = fileURLToPath(new URL('../bin.js', import.meta.url));

interface Summary {
  readonly weightsHash: string;
  readonly device: { readonly frames: number; readonly framesAgree: boolean };
}

/**
 * Runs `opu train` in a process of its own, and kills it (SIGKILL) once it has told step `killAt`.
 * @returns the summary, or undefined where it was killed
 */
async function train(args: readonly string[], killAt?: number): Promise<Summary | undefined> {
  const child = spawn(process.execPath, [program, 'train', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = '';
  for await (const line of createInterface({ input: child.stdout })) {
    last = line;
    const { kind, stepsDone } = JSON.parse(line) as { kind: string; stepsDone?: number };
    if (kind === 'step' && stepsDone === killAt) child.kill('SIGKILL');
  }
  const { kind, summaries } = JSON.parse(last) as { kind: string; summaries: Summary[] };
  return kind === 'done' ? summaries[0] : undefined;
}

describe('opu train, killed', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-kill-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('resumes to the same weights bit for bit, by light, 20 times out of 20 kills at 20 different steps', async () => {
    const config = join(folder, 'small.json');
    const keys = { mode: 'optical', device: 'emulator:tiny?seed=5', hidden: [24, 16], batch: 32, epochs: 3 };
    writeFileSync(config, JSON.stringify({ ...keys, trainCount: 320, testCount: 50, checkpointEverySteps: 3 }));
    const whole = await train(['--config', config, '--out', join(folder, 'whole')]);
    for (let step = 2; step <= 21; step++) {
      const out = join(folder, `killed${step}`);
      expect(await train(['--config', config, '--out', out], step), `killed at step ${step}`).to.equal(undefined);
      const resumed = await train(['--resume', out]);
      expect(resumed?.weightsHash, `killed at step ${step}`).to.equal(whole!.weightsHash);
      expect(resumed!.device).to.deep.include({ frames: whole!.device.frames, framesAgree: true });
    }
  });
});
