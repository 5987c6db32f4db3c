import { type Refused, refused, limitingTerm as wireTerm } from '@opu/protocol';
import type { MinimumPeriod } from '../source/configuration.js';

/** Why a configuration is refused: thrown where it is found, returned to the firmware. */
export class ConfigurationRefusal extends Error {
  readonly refusal: Refused;
  constructor(refusal: Refused) {
    super(refusal.text);
    this.refusal = refusal;
  }
}

const termOnWire = {
  'modulator-exposure': wireTerm.MODULATOR_EXPOSURE,
  'modulator-load': wireTerm.MODULATOR_LOAD,
  'camera-readout': wireTerm.CAMERA_READOUT,
} as const;

export function limitingTermOnWire(minimum: MinimumPeriod): number {
  return termOnWire[minimum.limitingTerm];
}

export function outOfRange(field: string, value: number, bound: number, allowed: string): ConfigurationRefusal {
  return new ConfigurationRefusal({
    ...refused('OUT_OF_RANGE', `${field} is ${value}: ${allowed}.`),
    value,
    bound,
    field,
  });
}

export function within(field: string, value: number, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  const bound = value < minimum ? minimum : maximum;
  throw outOfRange(field, value, bound, `allowed are whole numbers from ${minimum} to ${maximum}`);
}

export function stepped(field: string, value: number, minimum: number, maximum: number, step: number): void {
  if (step === 1) {
    within(field, value, minimum, maximum);
    return;
  }
  if (Number.isInteger(value) && value >= minimum && value <= maximum && value % step === 0) return;
  const largest = maximum - (maximum % step);
  const bound = value < minimum ? minimum : value > largest ? largest : value - (value % step);
  throw outOfRange(field, value, bound, `allowed are multiples of ${step} from ${minimum} to ${largest}`);
}

export function finite(field: string, value: number, minimum: number, maximum: number): void {
  if (value >= minimum && value <= maximum) return;
  const bound = value > maximum ? maximum : minimum;
  throw outOfRange(field, value, bound, `allowed are numbers from ${minimum} to ${maximum}`);
}

export function checkPeriod(wished: number, minimum: MinimumPeriod, refresh: number, maximum: number): void {
  within('periodTicks', wished, 0, maximum);
  // What is asked for is rounded up to the refresh, so a wish in the last refresh period before the minimum is fine.
  if (Math.ceil(wished / refresh) * refresh >= minimum.ticks) return;
  const text =
    `A frame period of ${wished} ticks is below the minimum of ${minimum.ticks} ticks (Pmin) that ` +
    `${minimum.limitingTerm} sets. Ask for at least ${minimum.ticks} ticks.`;
  throw new ConfigurationRefusal({
    ...refused('PERIOD_TOO_SHORT', text),
    limitingTerm: limitingTermOnWire(minimum),
    value: wished,
    bound: minimum.ticks,
    field: 'periodTicks',
  });
}
