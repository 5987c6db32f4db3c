import { didYouMean, OpuError, type Ticks, ticksFromMicroseconds } from '@opu/core';
import type { Profile, RegionOfInterest } from '../profiles/model/profile.js';

/** Values that a trace takes instead of the profile's. Durations in ticks. */
export interface TraceOverrides {
  P?: Ticks;
  E?: Ticks;
  W?: Ticks;
  L?: Ticks;
  S?: Ticks;
  D?: Ticks;
  T?: Ticks;
  Q?: Ticks;
  X?: Ticks;
  V?: Ticks;
  Nbuf?: number;
  regionOfInterest?: RegionOfInterest;
}

const inMicroseconds = ['P', 'E', 'W'] as const;
const inTicks = ['L', 'S', 'W', 'D', 'E', 'T', 'Q', 'P', 'X', 'V'] as const;
const fields = [...inMicroseconds, 'roi', 'Nbuf', ...inTicks.map((symbol) => `ticks.${symbol}`), 'ticks.Nbuf'];

/**
 * Reads settings of the form `field=value`: `P`, `E` and `W` in microseconds, `roi=x,y,w,h`, `ticks.<symbol>` for any
 * duration in ticks, `Nbuf` for the number of camera buffers. Of two settings of one field the later one counts.
 * @throws OpuError INVALID_ARGUMENT that names the setting, and for an unknown field the nearest known one
 */
export function parseOverrides(settings: readonly string[], profile: Profile): TraceOverrides {
  const overrides: TraceOverrides = {};
  for (const setting of settings) {
    const equals = setting.indexOf('=');
    const field = setting.slice(0, equals < 0 ? setting.length : equals).trim();
    const value = equals < 0 ? '' : setting.slice(equals + 1).trim();
    if (!fields.includes(field)) {
      const hint = fields.includes(`ticks.${field}`) ? ` Did you mean 'ticks.${field}'?` : didYouMean(field, fields);
      throw wrong(setting, `there is no field '${field}'.${hint} Fields are ${fields.join(', ')}`);
    }
    if (value === '') throw wrong(setting, `write it as ${field}=value`);
    const symbol = field.replace(/^ticks\./, '');
    if (field === 'roi') overrides.regionOfInterest = parseRegion(setting, value, profile);
    else if (symbol === 'Nbuf') overrides.Nbuf = wholeNumber(setting, value, 1);
    else if (field.startsWith('ticks.')) {
      overrides[symbol as (typeof inTicks)[number]] = wholeNumber(setting, value, symbol === 'V' ? 1 : 0);
    } else overrides[symbol as (typeof inMicroseconds)[number]] = microseconds(setting, value);
  }
  return overrides;
}

function wholeNumber(setting: string, value: string, minimum: number): number {
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (Number.isSafeInteger(number) && number >= minimum) return number;
  throw wrong(setting, `the value must be a whole number, ${minimum} or more`);
}

function microseconds(setting: string, value: string): Ticks {
  if (/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    const number = Number(value);
    if (Number.isFinite(number)) return ticksFromMicroseconds(number);
  }
  throw wrong(setting, 'the value must be a number of microseconds, 0 or more');
}

function parseRegion(setting: string, value: string, profile: Profile): RegionOfInterest {
  const numbers = value.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  const [x, y, width, height] = numbers;
  const { camera } = profile;
  const fits =
    numbers.length === 4 &&
    numbers.every(Number.isSafeInteger) &&
    width! >= 1 &&
    height! >= 1 &&
    x! + width! <= camera.width &&
    y! + height! <= camera.height;
  if (!fits) {
    throw wrong(
      setting,
      `it must be roi=x,y,width,height within the ${camera.width} x ${camera.height} pixels of the sensor`,
    );
  }
  return { x: x!, y: y!, width: width!, height: height! };
}

function wrong(setting: string, rule: string): OpuError {
  return new OpuError('INVALID_ARGUMENT', `Cannot take the setting '${setting}': ${rule}.`, { details: { setting } });
}
