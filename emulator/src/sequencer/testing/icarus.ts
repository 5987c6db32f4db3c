import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minimumPeriodOf, roundUpTo } from '@opu/device';
import { type RandomCase, randomIntegers } from './random-case.js';

const rtl = fileURLToPath(new URL('../../../rtl/', import.meta.url));

/** Why the Verilog model cannot be run here; nothing when it can. */
export function icarusMissing(): string | undefined {
  const found = spawnSync('iverilog', ['-V']).error === undefined && spawnSync('vvp', ['-V']).error === undefined;
  return found ? undefined : 'Icarus Verilog is not installed (Debian: apt-get install iverilog)';
}

/** Ticks of every edge of one run, by the name of the edge. */
export type RtlEdges = Map<string, number[]>;

/** Simulates the Verilog model over runs, all of them in one simulation. */
export function simulate(runs: readonly RandomCase[]): RtlEdges[] {
  const folder = mkdtempSync(join(tmpdir(), 'opu-rtl-'));
  try {
    const program = join(folder, 'sequencer.vvp');
    const sources = ['opu_sequencer.v', 'opu_sequencer_tb.v'].map((file) => join(rtl, file));
    must('iverilog', ['-g2005', '-Wall', '-o', program, ...sources]);
    const [input, output] = [join(folder, 'runs.txt'), join(folder, 'edges.txt')];
    writeFileSync(input, runs.map(asLine).join(''));
    must('vvp', ['-n', program, `+runs=${input}`, `+edges=${output}`]);
    return parse(readFileSync(output, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function must(command: string, args: string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  // Icarus warns where it finds something dubious: the model is to be free of that.
  if (status !== 0 || stdout !== '' || stderr !== '') throw new Error(`${command}: exit ${status}\n${stdout}${stderr}`);
}

function asLine({ settings, arrivals, start }: RandomCase): string {
  const { L, S, W, D, E, T, Q, P, V, X, nbuf } = settings;
  return `${[L, S, W, D, E, T, Q, P, V, X, nbuf, start, arrivals.length, ...arrivals].join(' ')}\n`;
}

function parse(text: string): RtlEdges[] {
  const runs: RtlEdges[] = [];
  let run: RtlEdges = new Map();
  for (const line of text.trimEnd().split('\n')) {
    const [name = '', tick = ''] = line.split(' ');
    if (name === 'hangs') throw new Error(`run ${runs.length} of the Verilog model does not come to its end`);
    if (name === 'end') {
      runs.push(run);
      run = new Map();
      continue;
    }
    const ticks = run.get(name);
    if (ticks === undefined) run.set(name, [Number(tick)]);
    else ticks.push(Number(tick));
  }
  return runs;
}

/** A run within what the Verilog model covers: hold, arrivals in order, loads and settling of at least a tick. */
export function randomRtlCase(seed: number): RandomCase {
  const below = randomIntegers(seed ^ 0x0071);
  const scale = [4, 12, 40][below(3)]!;
  const duration = (): number => (below(5) === 0 ? 0 : below(scale));
  const stages = {
    L: 1 + duration(),
    S: 1 + duration(),
    W: duration(),
    D: duration(),
    E: duration(),
    T: duration(),
    Q: duration(),
    V: below(3) === 0 ? 1 + below(scale) : 1,
  };
  const minimum = minimumPeriodOf(stages).ticks;
  const P = roundUpTo(stages.V, below(2) === 0 ? minimum : minimum + below(scale));
  const X = below(6) === 0 ? 0 : below(2) === 0 ? below(P + 1) : below(3 * P);
  const arrivals: number[] = [];
  const pace = below(3);
  let tick = pace === 0 ? 0 : below(3 * scale);
  for (let frames = 1 + below(14); frames > 0; frames--) {
    arrivals.push(tick);
    if (pace === 1) tick += below(2 * P + 1);
    else if (pace === 2) tick += below(6) === 0 ? below(6 * P) : below(P);
  }
  return {
    settings: { ...stages, P, X, nbuf: 1 + below(4), overrun: 'hold', trigger: 'internal' },
    arrivals,
    start: below(2) === 0 ? 0 : below(4 * scale),
  };
}
