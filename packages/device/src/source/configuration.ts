import type { Ticks } from '@opu/core';
import type { Configure, ConfigureReply, Refused } from '@opu/protocol';

/** What sets the minimum frame period, under the names of the timing model. */
export type LimitingTerm = 'modulator-exposure' | 'modulator-load' | 'camera-readout';

/** `Pmin`. */
export interface MinimumPeriod {
  readonly ticks: Ticks;
  readonly limitingTerm: LimitingTerm;
}

/** A configuration in force, or one that may come into force. A source adds what follows from it. */
export interface Configuration {
  /** Every value as it is applied, with `Pmin` and the hash: what the host is answered. */
  readonly reply: ConfigureReply;
}

/** The values that a host asks for: those whose bits are in `fields`. */
export type ConfigurationWish = Omit<Configure, 'type'>;

/** Which configurations a device takes. */
export interface Configurations<C extends Configuration = Configuration> {
  /** What the device is configured to when it is switched on. */
  readonly initial: C;
  /**
   * What `wish` leads to on top of `current`, or why not: the field, its value and the bound. Nothing is changed yet. `current` itself
   * when everything stays as it is.
   */
  change(current: C, wish: ConfigurationWish): C | Refused;
  /** The shortest period of what `wish` asks for on top of `current`; its period is not looked at. */
  minimumPeriod(current: C, wish: ConfigurationWish): MinimumPeriod | Refused;
}

/** Whether something is a refusal; everything else that may stand in its place has no `type`. */
export function isRefused(value: object): value is Refused {
  return (value as { readonly type?: unknown }).type === 'REFUSED';
}
