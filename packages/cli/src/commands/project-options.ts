import { ticksFromMicroseconds } from '@opu/core';
import { OpuError, type RegionOfInterest, type Ticks } from '@opu/driver';

export type ProjectMode = 'intensity' | 'anchor' | 'phase-shifting' | 'off-axis';
export const PROJECT_MODES: readonly ProjectMode[] = ['intensity', 'anchor', 'phase-shifting', 'off-axis'];

/** As commander hands them over. */
export interface ProjectOptions {
  readonly in: string;
  readonly out: string;
  readonly mode: ProjectMode;
  readonly encoder?: string;
  readonly layout?: 'macro' | 'raw';
  readonly roi?: string;
  readonly exposure?: string;
  readonly period?: string;
  readonly outputs?: string;
  readonly grain?: string;
  readonly packed?: boolean;
  readonly json?: boolean;
}

/** `x,y,w,h` in pixels. */
export function parseRegion(text: string): RegionOfInterest {
  const match = /^(\d+),(\d+),(\d+),(\d+)$/.exec(text.trim());
  if (match === null) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `--roi ${text} is no region: it takes x,y,width,height in pixels, like 0,0,512,64.`,
    );
  }
  const [x, y, width, height] = match.slice(1).map(Number) as [number, number, number, number];
  return { x, y, width, height };
}

/** Microseconds as whole ticks of 10 ns, rounded up: exactly, by the digits that were written. */
export function parseMicroseconds(option: string, text: string): Ticks {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new OpuError('INVALID_ARGUMENT', `${option} ${text} is no duration: it takes microseconds above 0.`);
  }
  return ticksFromMicroseconds(value);
}

export function parseCount(option: string, text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new OpuError('INVALID_ARGUMENT', `${option} ${text} must be a whole number of 1 or more.`);
  return value;
}
