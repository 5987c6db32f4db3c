import { OpuError } from '@opu/core';

/** As commander hands them over. */
export interface SketchFlags {
  readonly in: string;
  readonly with?: string;
  readonly labels?: string;
  readonly test?: string;
  readonly testLabels?: string;
  readonly out?: string;
  readonly rank?: string;
  readonly tolerance?: string;
  readonly sketch?: string;
  readonly power?: string;
  readonly seed?: string;
  readonly alpha?: string;
  readonly window?: string;
  readonly falseAlarms?: string;
  readonly gamma?: string;
  readonly features?: string;
  readonly exact?: boolean;
  readonly json?: boolean;
}

/** A whole number of `least` or more, or undefined where the option is left out. */
export function wholeNumber(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (value < least)
    throw new OpuError('INVALID_ARGUMENT', `${option} ${text} must be a whole number of ${least} or more.`);
  return value;
}

/** A number above 0, or undefined where the option is left out. */
export function positiveNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new OpuError('INVALID_ARGUMENT', `${option} ${text} must be a number above 0.`);
}
