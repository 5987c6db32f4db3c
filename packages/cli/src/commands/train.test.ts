import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mountTcp } from '@opu/device';
import { createEmulatedDevice, resolveProfile } from '@opu/emulator';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';

interface Line {
  readonly kind: string;
  readonly [key: string]: unknown;
}

interface Summary {
  readonly mode: string;
  readonly weightsHash: string;
  readonly device?: { readonly frames: number; readonly framesCounted: number; readonly framesAgree: boolean };
}

interface DeviceTicks {
  readonly frames: number;
  readonly hostTicks: number;
  readonly elapsedTicks: number;
  readonly projectingTicks: number;
}

describe('opu train', () => {
  let folder: string;
  let config: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-train-'));
    config = join(folder, 'small.json');
    writeFileSync(config, JSON.stringify({ trainCount: 320, testCount: 100, hidden: [24, 16], batch: 32, epochs: 2 }));
  });
  after(() => rmSync(folder, { recursive: true }));

  let next = 0;
  const newFolder = () => join(folder, `run${next++}`);

  async function train(...args: string[]): Promise<{ terminal: RecordingTerminal; code: number }> {
    const terminal = new RecordingTerminal();
    return { terminal, code: await runCli(['train', ...args], terminal) };
  }

  async function trainedBy(...args: string[]): Promise<Summary[]> {
    const { terminal, code } = await train('--config', config, '--json', ...args);
    expect(code, terminal.errors).to.equal(0);
    const lines = terminal.output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    return lines.at(-1)!.summaries as Summary[];
  }

  const device = 'emulator:tiny?seed=3';

  it('trains by light beside its controls, and ends with a table and a report', async () => {
    const out = newFolder();
    const { terminal, code } = await train('--config', config, '--device', device, '--out', out);
    expect(code, terminal.errors).to.equal(0);
    const rows = terminal.output.split('\n').filter((line) => /%/.test(line));
    expect(rows.map((row) => row.split(/\s+/)[0])).to.deep.equal(['optical', 'bp', 'shallow']);
    expect(terminal.output).to.include(`Report: ${join(out, 'report.html')}`);
    expect(terminal.errors).to.include('epoch 2/2');
    expect(readFileSync(join(out, 'report.html'), 'utf8')).to.include('they agree');
  });

  it('gives the same weights for the same seed, bit for bit, twice and over TCP as in process', async () => {
    const args = ['--mode', 'optical', '--out'];
    const [first] = await trainedBy('--device', device, ...args, newFolder());
    const [second] = await trainedBy('--device', device, ...args, newFolder());
    expect(second!.weightsHash).to.equal(first!.weightsHash);
    expect(first!.device!.framesAgree).to.equal(true);
    const served = createEmulatedDevice({ profile: resolveProfile('tiny'), seed: 3, clock: 'virtual' });
    const mount = await mountTcp(served, { port: 0 });
    try {
      const [remote] = await trainedBy('--device', mount.address, ...args, newFolder());
      expect(remote!.weightsHash).to.equal(first!.weightsHash);
      expect(remote!.device!.frames).to.equal(first!.device!.frames);
    } finally {
      await mount.close();
      void served.close();
    }
    const [other] = await trainedBy('--device', device, '--seed', '1', ...args, newFolder());
    expect(other!.weightsHash).not.to.equal(first!.weightsHash);
  });

  it('ends with 130 and a checkpoint on Ctrl-C, and resumes to the same weights by light, bit for bit', async () => {
    const common = ['--config', config, '--mode', 'optical', '--device', device, '--json', '--out'];
    const [whole] = await trainedBy(...common.slice(2, -2), '--out', newFolder());
    const out = newFolder();
    const terminal = new RecordingTerminal();
    const write = terminal.write.bind(terminal);
    terminal.write = (text) => {
      if (text.includes('"stepsDone":7')) terminal.interrupt();
      return write(text);
    };
    expect(await runCli(['train', ...common, out], terminal)).to.equal(130);
    expect(terminal.errors).to.include(`--resume ${out}`).and.not.include('    at ');
    const resumed = await train('--resume', out, '--json');
    expect(resumed.code, resumed.terminal.errors).to.equal(0);
    const done = JSON.parse(resumed.terminal.output.trim().split('\n').at(-1)!) as { summaries: Summary[] };
    expect(done.summaries[0]!.weightsHash).to.equal(whole!.weightsHash);
    expect(done.summaries[0]!.device).to.deep.include({ framesAgree: true, frames: whole!.device!.frames });
  });

  it('books modelled host work on the device clock: the same ticks twice, and the sum of both parts is the elapsed time within 1 %', async () => {
    const keys = { trainCount: 320, testCount: 100, hidden: [24, 16], batch: 32, epochs: 2 };
    const run = async (hostTime: unknown, pipeline = 1): Promise<DeviceTicks> => {
      const file = join(folder, `host${next}.json`);
      writeFileSync(file, JSON.stringify({ ...keys, hostTime, pipeline }));
      const { terminal, code } = await train(
        '--config',
        file,
        '--json',
        '--mode',
        'optical',
        '--device',
        device,
        '--out',
        newFolder(),
      );
      expect(code, terminal.errors).to.equal(0);
      const { summaries } = JSON.parse(terminal.output.trim().split('\n').at(-1)!) as {
        summaries: { device: DeviceTicks }[];
      };
      return summaries[0]!.device;
    };
    const none = await run('zero');
    expect(none.hostTicks).to.equal(0);
    const model = { kind: 'model', gigaflops: 1, microsecondsPerStep: 5000 };
    const [one, two] = [await run(model), await run(model)];
    expect(two).to.deep.equal(one);
    // 20 steps of 5 ms and of 2 x 2 x 32 x (784 x 24 + 24 x 16 + 16 x 10) operations at 1 GFLOP/s
    const expected = 20 * 500_000 + 40 * 2 * 32 * (784 * 24 + 24 * 16 + 16 * 10) * 0.1;
    expect(one.hostTicks).to.be.within(expected, expected + 20);
    const added = one.elapsedTicks - none.elapsedTicks;
    expect(added / one.hostTicks).to.be.within(0.99, 1.01);
    // Of 5 ms of forward work in 4 parts the device hides what it projects meanwhile, here all but the first part.
    const overlapped = await run(model, 4);
    expect(overlapped.hostTicks).to.be.within(expected, expected + 100);
    expect(overlapped.frames).to.equal(one.frames);
    const hidden = one.elapsedTicks - overlapped.elapsedTicks;
    expect(hidden / one.elapsedTicks, `${hidden} of ${one.elapsedTicks}`).to.be.within(0.01, 0.5);
  });

  it('refuses wrong words with exit code 2, naming the flag and what is allowed', async () => {
    const refused = async (...args: string[]): Promise<string> => {
      const { terminal, code } = await train(...args);
      expect(code, args.join(' ')).to.equal(2);
      return terminal.errors;
    };
    expect(await refused('--mode', 'optica')).to.include('"optica"');
    expect(await refused('--epochs', 'ten')).to.include("--epochs is 'ten'");
    expect(await refused('--hidden', '10,x')).to.include("--hidden is 'x'");
    expect(await refused('--learning-rate', '0.1')).to.include('--optimizer');
    expect(await refused('--resume', folder, '--epochs', '3')).to.include('--resume');
    expect(await refused('--mode', 'bp', '--out', folder)).to.include('not empty');
  });

  it('says which file is missing or wrong with exit code 1', async () => {
    const missing = await train('--data', folder, '--mode', 'bp', '--out', newFolder());
    expect(missing.code).to.equal(1);
    expect(missing.terminal.errors).to.include('train-images-idx3-ubyte.gz');
    const noRun = await train('--resume', folder);
    expect(noRun.code).to.equal(1);
    expect(noRun.terminal.errors).to.include('holds no run');
  });

  it('predicts epochs for other widths and devices, with the width from which light is no slower', async () => {
    const file = join(folder, 'whatif.json');
    writeFileSync(file, JSON.stringify({ trainCount: 1000, hostTime: { kind: 'model', gigaflops: 150 } }));
    const out = newFolder();
    const { terminal, code } = await train('--what-if', '--config', file, '--out', out, '--json');
    expect(code, terminal.errors).to.equal(0);
    const { curves } = JSON.parse(terminal.output) as {
      curves: { name: string; crossover?: number; points: [number, number][] }[];
    };
    const own = curves.find(({ name }) => name === 'opu-1m-300k')!;
    const at = (name: string, width: number) =>
      curves.find((c) => c.name === name)!.points.find(([w]) => w === width)![1];
    expect(at('opu-1m-300k', 64)).to.be.within(5, 5.01); // 1000 samples x 4 frames x 1.25 ms
    expect(own.crossover).to.be.within(16_384, 32_768);
    expect(at('bp', 16_384)).to.be.below(at('opu-1m-300k', 16_384));
    expect(at('bp', 32_768)).to.be.above(at('opu-1m-300k', 32_768));
    expect(readFileSync(join(out, 'what-if.html'), 'utf8')).to.include('meets bp at');
  });

  it('sweeps over seeds: mean, deviation, and each seed as a run of its own', async () => {
    const out = newFolder();
    const args = ['--config', config, '--mode', 'bp,shallow', '--out', out, '--json'];
    const { terminal, code } = await train(...args, '--seeds', '3,4');
    expect(code, terminal.errors).to.equal(0);
    const { rows } = JSON.parse(terminal.output.trim().split('\n').at(-1)!) as {
      rows: { mode: string; mean: number; deviation: number; testAccuracies: number[] }[];
    };
    expect(rows.map(({ mode }) => mode)).to.deep.equal(['bp', 'shallow']);
    const [a, b] = rows[0]!.testAccuracies as [number, number];
    expect(rows[0]!.mean).to.be.closeTo((a + b) / 2, 1e-12);
    expect(rows[0]!.deviation).to.be.closeTo(Math.abs(a - b) / Math.SQRT2, 1e-12);
    const again = await train(...args, '--seeds', '3,4');
    expect(again.terminal.output).not.to.include('"kind":"step"'); // nothing is trained twice
    expect((await train('--seeds', '1,1', '--out', newFolder())).code).to.equal(2);
    expect((await train('--seeds', '1')).code).to.equal(2);
  });

  it('prints the schema of its configuration', async () => {
    const { terminal } = await train('--schema');
    expect(JSON.parse(terminal.output)).to.have.nested.property('properties.threshold');
  });
});
