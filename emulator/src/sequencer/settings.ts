import { OpuError, type Ticks } from '@opu/core';
import { minimumPeriodOf } from '@opu/device';
import type { FrameTiming } from '../profiles/model/frame-timing.js';
import { type OverrunMode, overrunModes, type TriggerMode, triggerModes } from '../profiles/model/profile.js';

/** Everything that decides on which tick what happens. Durations in ticks, under the names of the timing model. */
export interface SequencerSettings extends FrameTiming {
  /** Sending one read-out over the link. */
  readonly X: Ticks;
  /** `Nbuf`: camera frame buffers. */
  readonly nbuf: number;
  readonly overrun: OverrunMode;
  readonly trigger: TriggerMode;
}

const durations = ['L', 'S', 'W', 'D', 'E', 'T', 'Q', 'X'] as const;

/**
 * Refuses settings that no device could follow.
 * @throws OpuError CONFIGURATION_REFUSED with the field, its value and its bound
 */
export function checkSettings(settings: SequencerSettings): void {
  for (const symbol of durations) atLeast(symbol, settings[symbol], 0, 'ticks');
  atLeast('V', settings.V, 1, 'ticks');
  atLeast('P', settings.P, 1, 'ticks');
  atLeast('Nbuf', settings.nbuf, 1, 'buffers');
  if (!overrunModes.includes(settings.overrun)) throw refuse('overrun', settings.overrun, overrunModes.join(' or '));
  if (!triggerModes.includes(settings.trigger)) throw refuse('trigger', settings.trigger, triggerModes.join(', '));
  const { ticks, limitingTerm } = minimumPeriodOf(settings);
  if (settings.P < ticks) throw refuse('P', settings.P, `at least ${ticks} ticks (Pmin, set by ${limitingTerm})`);
  if (settings.P % settings.V !== 0) throw refuse('P', settings.P, `a multiple of V = ${settings.V} ticks`);
}

function atLeast(symbol: string, value: number, minimum: number, unit: string): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw refuse(symbol, value, `a whole number of ${unit}, ${minimum} or more`);
}

function refuse(field: string, value: unknown, allowed: string): OpuError {
  return new OpuError('CONFIGURATION_REFUSED', `${field} is ${String(value)}; it must be ${allowed}.`, {
    details: { field, value, allowed },
  });
}
