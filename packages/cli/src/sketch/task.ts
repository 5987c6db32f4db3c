import type { NpyArray } from '@opu/core';
import type { LineChartOptions } from '@opu/dfa';
import type { RemoteDevice } from '@opu/driver';
import type { Sketch, Spent } from '@opu/sketch';
import type { SketchFlags } from './options.js';

/** What a computation is given: its flags, the seed, and where projections come from. */
export interface SketchContext {
  readonly flags: SketchFlags;
  readonly seed: number;
  /** The device, or undefined for the exact control. */
  readonly device: RemoteDevice | undefined;
  readonly signal: AbortSignal;
  /** A sketch of the device's light, or of numbers. */
  openSketch(size: { readonly inputs: number; readonly outputs: number }): Promise<Sketch>;
  /** Says one line of progress. */
  tell(line: string): void;
}

/** What it answers with. */
export interface SketchAnswer {
  readonly estimate: number;
  readonly standardError: number;
  readonly exact?: number | undefined;
  readonly spent: Spent;
  readonly notes: readonly string[];
  /** Arrays that go into the folder of --out, by the names of their files without `.npy`. */
  readonly arrays: Readonly<Record<string, NpyArray>>;
  readonly charts: readonly LineChartOptions[];
  /** What else `--json` and the report say. */
  readonly more?: Readonly<Record<string, number | readonly number[] | string>>;
}

export type SketchTask = (context: SketchContext) => Promise<SketchAnswer>;
