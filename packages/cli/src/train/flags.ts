import type { PartialConfiguration } from '@opu/dfa';
import { OpuError } from '@opu/driver';

/** Options of `opu train` as commander gives them. */
export interface TrainFlags {
  readonly config?: string;
  readonly mode?: string;
  readonly data?: string;
  readonly device?: string;
  readonly linearMode?: string;
  readonly hidden?: string;
  readonly activation?: string;
  readonly optimizer?: string;
  readonly learningRate?: string;
  readonly threshold?: string;
  readonly dropout?: string;
  readonly epochs?: string;
  readonly batch?: string;
  readonly seed?: string;
  readonly pipeline?: string;
  readonly seeds?: string;
  readonly out?: string;
  readonly record?: string;
  readonly resume?: string;
  readonly fromPrevious?: boolean;
  readonly whatIf?: boolean;
  readonly schema?: boolean;
  readonly json?: boolean;
}

function number(flag: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new OpuError('INVALID_ARGUMENT', `--${flag} is '${text}'; it must be a number.`);
}

function list(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

/** What the flags say, as keys of the configuration: a flag outweighs the configuration file. */
export function configurationOfFlags(flags: TrainFlags, written: PartialConfiguration): PartialConfiguration {
  const keys: Record<string, unknown> = { ...written };
  const texts = { data: 'data', device: 'device', linearMode: 'linearMode', activation: 'activation' } as const;
  for (const [key, flag] of Object.entries(texts)) {
    if (flags[flag] !== undefined) keys[key] = flags[flag];
  }
  for (const key of ['dropout', 'epochs', 'batch', 'seed', 'pipeline'] as const) {
    const text = flags[key];
    if (text !== undefined) keys[key] = number(key, text);
  }
  if (flags.mode !== undefined) keys.mode = list(flags.mode);
  if (flags.hidden !== undefined) keys.hidden = list(flags.hidden).map((width) => number('hidden', width));
  if (flags.threshold !== undefined) {
    const isNamed = flags.threshold === 'adaptive' || flags.threshold === 'dithered';
    keys.threshold = isNamed ? flags.threshold : number('threshold', flags.threshold);
  }
  if (flags.optimizer !== undefined) keys.optimizer = { kind: flags.optimizer };
  if (flags.learningRate !== undefined) {
    if (keys.optimizer === undefined) {
      throw new OpuError('INVALID_ARGUMENT', '--learning-rate needs --optimizer sgd or --optimizer adam beside it.');
    }
    keys.optimizer = { ...(keys.optimizer as object), learningRate: number('learning-rate', flags.learningRate) };
  }
  return keys;
}

/** The seeds of a sweep. */
export function seedsOf(text: string): number[] {
  const seeds = list(text).map((part) => number('seeds', part));
  const bad = seeds.find((seed) => !Number.isSafeInteger(seed) || seed < 0 || seed > 2 ** 32 - 1);
  if (bad === undefined && new Set(seeds).size === seeds.length) return seeds;
  throw new OpuError(
    'INVALID_ARGUMENT',
    `--seeds is '${text}'; it must be different whole numbers from 0 to 4294967295.`,
  );
}
