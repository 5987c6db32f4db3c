import { readFileSync } from 'node:fs';
import { parseJson } from '@opu/core';
import { OpuError } from '@opu/driver';
import { dataKind } from '../data/data-kind.js';
import type { Threshold, TrainingMode } from '../feedback/feedback.js';
import type { FeedbackSharing } from '../feedback/slices.js';
import type { OptimizerOptions } from '../optimizers/optimizer.js';
import type { ScheduleOptions } from '../optimizers/schedule.js';
import type { HostTime } from './host-time.js';
import { trainingSchema } from './schema.js';
import { validate } from './validate.js';

/** Everything that decides a run's weights, and where its device is. */
export interface TrainingConfiguration {
  readonly mode: readonly TrainingMode[];
  /** `synthetic` or a folder with IDX files. */
  readonly data: string;
  readonly trainCount?: number;
  readonly testCount?: number;
  readonly device: string;
  readonly linearMode: 'anchor' | 'phase-shifting' | 'off-axis';
  readonly hidden: readonly number[];
  readonly activation: 'tanh' | 'relu';
  /** Of a transformer: heads of a layer, and characters that it sees. */
  readonly heads: number;
  readonly context: number;
  readonly dropout: number;
  readonly epochs: number;
  readonly batch: number;
  readonly seed: number;
  readonly threshold: Threshold;
  readonly feedback: FeedbackSharing;
  readonly optimizer: OptimizerOptions;
  readonly schedule: ScheduleOptions;
  readonly checkpointEverySteps?: number;
  readonly hostTime: HostTime;
  /** Parts of a batch of which the device projects one while the host works on the next; in the mode optical. */
  readonly pipeline: number;
  readonly perMode: Readonly<Partial<Record<TrainingMode, Particular>>>;
}

/** What a mode may have otherwise than the rest. */
export interface Particular {
  readonly dropout?: number;
  readonly weightDecay?: number;
  readonly learningRate?: number;
}

/** A configuration as it is written: keys left out, one mode without brackets. */
export type PartialConfiguration = { readonly [K in keyof TrainingConfiguration | '$schema']?: unknown };

const sgd = { kind: 'sgd', learningRate: 0.01, momentum: 0.9, weightDecay: 0 } as const;
const adam = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 } as const;

const common = {
  mode: ['optical', 'bp', 'shallow'],
  device: 'emulator:opu-1m-300k',
  linearMode: 'anchor',
  hidden: [1024, 1024],
  activation: 'tanh',
  heads: 4,
  context: 64,
  dropout: 0,
  batch: 128,
  seed: 0,
  feedback: 'independent',
  schedule: { kind: 'constant' },
  hostTime: 'zero',
  pipeline: 1,
  perMode: {},
} as const;

/** MNIST's reference run: 10 epochs of SGD 0.01 with momentum 0.9, ternary threshold 0.1. */
const imageDefaults = { ...common, epochs: 10, threshold: 0.1, optimizer: sgd };

/** The embedded digits: few epochs, hence Adam, and a threshold that the first steps' errors of 0.1 do not pass. */
const syntheticDefaults = { ...common, data: 'synthetic', epochs: 5, threshold: 0.25, optimizer: adam };

/**
 * Cora's and CiteSeer's runs: whole graph, 250 epochs of Adam; bp takes more regularisation than the rest. The threshold
 * lies above the errors of guessing among 7 classes (1/7), so that the first steps send back the true class alone.
 */
const graphDefaults = {
  ...common,
  hidden: [16],
  activation: 'relu',
  epochs: 250,
  threshold: 0.25,
  dropout: 0.1,
  optimizer: { ...adam, learningRate: 0.01, weightDecay: 1e-4 },
  perMode: { bp: { dropout: 0.5, weightDecay: 5e-4 } },
  checkpointEverySteps: 50,
};

/**
 * A transformer of about a million weights on a text; a batch is 16 pieces of 64 characters. All layers write on one residual
 * stream, hence one feedback for all; of 65 classes most errors are small, hence dithered rather than cut.
 */
const textDefaults = {
  ...common,
  hidden: [168, 168, 168],
  batch: 16,
  epochs: 10,
  threshold: 'dithered',
  feedback: 'shared',
  optimizer: { ...adam, learningRate: 1.5e-3 },
  schedule: { kind: 'cosine', warmupSteps: 50, final: 0.1 },
};

const defaultsByKind = { digits: syntheticDefaults, images: imageDefaults, graph: graphDefaults, text: textDefaults };

function withDefaults(value: unknown, defaults: object): unknown {
  return { ...defaults, ...(value as object) };
}

/**
 * Completes a written configuration with the defaults of its data.
 * @throws OpuError INVALID_ARGUMENT naming the key, the value, and what is allowed
 */
export function completeConfiguration(written: PartialConfiguration, source: string): TrainingConfiguration {
  validate(written, trainingSchema, source);
  const data = (written.data as string | undefined) ?? 'synthetic';
  const defaults = defaultsByKind[dataKind(data)];
  const {
    mode = defaults.mode,
    optimizer = defaults.optimizer,
    schedule = defaults.schedule,
    hostTime = defaults.hostTime,
  } = written;
  const kind = (optimizer as { kind: string }).kind;
  const scheduleKind = (schedule as { kind: string }).kind;
  const { $schema: _, ...rest } = written as Record<string, unknown>;
  refuseAdaptivePipeline(written, source);
  return {
    ...defaults,
    ...rest,
    data,
    mode: [...new Set((Array.isArray(mode) ? mode : [mode]) as TrainingMode[])],
    optimizer: withDefaults(optimizer, optimizerDefaults(kind, defaults.optimizer)),
    hostTime: typeof hostTime === 'object' ? withDefaults(hostTime, { microsecondsPerStep: 0 }) : hostTime,
    schedule: withDefaults(schedule, scheduleKind === 'cosine' ? { warmupSteps: 0, final: 0 } : {}),
  } as TrainingConfiguration;
}

/** An adaptive threshold is of a whole batch, which nobody knows while its first part is projected. */
function refuseAdaptivePipeline({ pipeline = 1, threshold }: PartialConfiguration, source: string): void {
  if (pipeline === 1 || threshold !== 'adaptive') return;
  throw new OpuError(
    'INVALID_ARGUMENT',
    `${source}: pipeline is ${pipeline} and threshold is 'adaptive', which needs the whole batch. Choose a number as threshold, or 1 as pipeline.`,
  );
}

/**
 * Reads a configuration file.
 * @throws OpuError INVALID_FILE when it cannot be read or is no JSON
 */
export function readConfigurationFile(path: string): PartialConfiguration {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new OpuError('INVALID_FILE', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const value = parseJson(text, path);
  validate(value, { type: 'object' }, path);
  return value as PartialConfiguration;
}

/** The data's own optimiser where it is of that kind, else the usual numbers of the kind. */
function optimizerDefaults(kind: string, own: OptimizerOptions): OptimizerOptions {
  if (kind === own.kind) return own;
  return kind === 'sgd' ? sgd : adam;
}

/** The configuration with what is particular to a mode in place. */
export function configurationOfMode(configuration: TrainingConfiguration, mode: TrainingMode): TrainingConfiguration {
  const { dropout = configuration.dropout, ...rates } = configuration.perMode[mode] ?? {};
  return { ...configuration, dropout, optimizer: { ...configuration.optimizer, ...rates } };
}
