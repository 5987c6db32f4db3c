import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrainingMode } from '../feedback/feedback.js';
import { type RunOptions, type RunResult, runTraining } from './run.js';
import { RunFolder } from './run-folder.js';

/** Accuracy of a mode over seeds. */
export interface SweepRow {
  readonly mode: TrainingMode;
  /** By seed, in the order of the seeds. */
  readonly testAccuracies: readonly number[];
  /** Mean cross-entropy on the test set in nats, by seed. */
  readonly testLosses: readonly number[];
  readonly mean: number;
  /** Standard deviation of the sample (n - 1); 0 for one seed. */
  readonly deviation: number;
  readonly wallSeconds: number;
  readonly frames: number;
}

export interface SweepOptions extends Omit<RunOptions, 'folder' | 'resume'> {
  /** Folder of the sweep: a run folder a seed, `seed-0` and so on, and `sweep.json`. */
  readonly path: string;
  readonly seeds: readonly number[];
}

export interface SweepResult {
  readonly rows: readonly SweepRow[];
  readonly report: string;
}

/** Trains with every seed. A seed whose folder is there is resumed, so a sweep that was stopped goes on. */
export async function runSweep(options: SweepOptions): Promise<SweepResult> {
  const { path, seeds, configuration } = options;
  mkdirSync(path, { recursive: true });
  const results: RunResult[] = [];
  for (const seed of seeds) {
    const place = join(path, `seed-${seed}`);
    const resume = existsSync(join(place, 'config.json'));
    const folder = resume ? RunFolder.open(place) : RunFolder.create(place);
    results.push(await runTraining({ ...options, configuration: { ...configuration, seed }, folder, resume }));
  }
  const rows = sweepRows(results);
  const report = join(path, 'sweep.json');
  writeFileSync(report, `${JSON.stringify({ configuration, seeds, rows }, undefined, 2)}\n`);
  return { rows, report };
}

function sweepRows(results: readonly RunResult[]): SweepRow[] {
  const modes = results[0]?.summaries.map(({ mode }) => mode) ?? [];
  return modes.map((mode) => {
    const summaries = results.flatMap((result) => result.summaries.filter((summary) => summary.mode === mode));
    const testAccuracies = summaries.map(({ testAccuracy }) => testAccuracy);
    const mean = testAccuracies.reduce((a, b) => a + b, 0) / testAccuracies.length;
    const squares = testAccuracies.reduce((sum, x) => sum + (x - mean) * (x - mean), 0);
    return {
      mode,
      testAccuracies,
      testLosses: summaries.map(({ testLoss }) => testLoss),
      mean,
      deviation: testAccuracies.length < 2 ? 0 : Math.sqrt(squares / (testAccuracies.length - 1)),
      wallSeconds: summaries.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0),
      frames: summaries.reduce((sum, { device }) => sum + (device?.frames ?? 0), 0),
    };
  });
}
