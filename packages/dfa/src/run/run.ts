import { createHash } from 'node:crypto';
import { type OpuDevice, parseAddress } from '@opu/driver';
import {
  completeConfiguration,
  type PartialConfiguration,
  type TrainingConfiguration,
} from '../config/configuration.js';
import { loadProblem } from '../problem/load-problem.js';
import { renderReport } from '../report/report.js';
import type { ModeSummary } from '../results/summary.js';
import type { Milliseconds } from '../train/stopwatch.js';
import type { RunEvent } from './events.js';
import type { RunContext } from './run-context.js';
import type { RunFolder } from './run-folder.js';
import { runMode } from './run-mode.js';

export interface RunOptions {
  readonly configuration: TrainingConfiguration;
  readonly folder: RunFolder;
  /** Go on with what is in the folder: from its last checkpoints, or from those before them. */
  readonly resume?: boolean | 'previous';
  /** Opens the device of the mode `optical`; the run closes it. */
  readonly openDevice: (address: string) => Promise<OpuDevice>;
  /** Versions of what made the run, for config.json. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Ends the run after the step under way, with a checkpoint and the error ABORTED. */
  readonly signal?: AbortSignal;
  /** The host's time, for figures only. */
  readonly now?: Milliseconds;
  readonly onEvent?: (event: RunEvent) => void;
}

export interface RunResult {
  readonly summaries: readonly ModeSummary[];
  /** Path of the report. */
  readonly report: string;
}

/** config.json of a run. */
interface RunConfigurationFile {
  readonly configuration: TrainingConfiguration;
  readonly versions: Readonly<Record<string, string>>;
}

/** What decides the weights: not how often it is saved, what host time costs, how host and device overlap, nor which other modes it trains. */
function hashOf(configuration: TrainingConfiguration): string {
  const { mode: _, checkpointEverySteps: __, hostTime: ___, pipeline: ____, ...rest } = configuration;
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
}

/** A configuration as it may be stored and shown: an address may hold the secret of a device. */
function shownConfiguration(configuration: TrainingConfiguration): TrainingConfiguration {
  return { ...configuration, device: parseAddress(configuration.device).text };
}

/** The configuration that a run folder was made with. */
export function configurationOf(folder: RunFolder): TrainingConfiguration {
  const file = folder.readJson('config.json') as Partial<RunConfigurationFile> | undefined;
  return completeConfiguration((file?.configuration ?? {}) as PartialConfiguration, folder.file('config.json'));
}

/**
 * Trains every mode of a configuration, one after the other, and writes the run's folder: configuration, metrics,
 * checkpoints, weights, summary, report.
 * @throws OpuError ABORTED after an interrupt, DIVERGED, INVALID_FILE, or what the device raised; in all of them the
 * folder can be resumed
 */
export async function runTraining(options: RunOptions): Promise<RunResult> {
  const { configuration, folder, resume = false } = options;
  const problem = loadProblem(configuration);
  const shown = shownConfiguration(configuration);
  const file: RunConfigurationFile = { configuration: shown, versions: options.versions ?? {} };
  if (resume === false) folder.writeJson('config.json', file);
  const context: RunContext = {
    configuration,
    configurationHash: hashOf(shown),
    problem,
    folder,
    resume: resume === true ? 'last' : resume,
    openDevice: options.openDevice,
    signal: options.signal,
    now: options.now ?? (() => 0),
    emit: options.onEvent ?? (() => {}),
  };
  const { name, train, test, unit } = problem;
  context.emit({ kind: 'run', folder: folder.path, data: name, train, test, unit });
  const done = resume !== false ? ((folder.readJson('summary.json') as ModeSummary[] | undefined) ?? []) : [];
  const summaries = [...done];
  const report = (): string =>
    folder.write('report.html', renderReport({ configuration: shown, metrics: folder.metrics(), summaries }));
  for (const mode of configuration.mode) {
    if (done.some((summary) => summary.mode === mode)) continue;
    try {
      const summary = await runMode(context, mode);
      summaries.push(summary);
      folder.writeJson('summary.json', summaries);
      context.emit({ kind: 'summary', summary });
    } finally {
      report();
    }
  }
  return { summaries, report: report() };
}
