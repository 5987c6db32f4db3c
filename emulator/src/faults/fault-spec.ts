import { didYouMean, OpuError, type OpuErrorCode, type Ticks } from '@opu/core';

/** What a fault strikes: a chunk of bytes on the link, a frame, a trigger edge, or the device as a whole. */
export type FaultTarget = 'link' | 'frame' | 'trigger' | 'device';

export interface FaultKind {
  readonly target: FaultTarget;
  readonly doc: string;
  /** What a value after the colon means; without it there is none. */
  readonly value?: { readonly doc: string; readonly byDefault: Ticks };
}

const MILLISECOND = 100_000;

/** Every fault there is, by name. */
export const faultKinds = {
  drop: { target: 'link', doc: 'bytes are lost' },
  duplicate: { target: 'link', doc: 'bytes come twice' },
  corrupt: { target: 'link', doc: 'a bit is flipped' },
  truncate: { target: 'link', doc: 'the end of what is sent is lost' },
  delay: {
    target: 'link',
    doc: 'bytes, and all behind them, come later',
    value: { doc: 'by how much', byDefault: MILLISECOND },
  },
  reorder: { target: 'link', doc: 'bytes come after those that were sent next' },
  disconnect: { target: 'link', doc: 'the connection breaks' },
  hang: {
    target: 'link',
    doc: 'the firmware hangs: it hears and says nothing',
    value: { doc: 'for how long; for ever by default', byDefault: Number.POSITIVE_INFINITY },
  },
  'bit-flip': { target: 'frame', doc: 'a bit of the pattern flips in pattern RAM' },
  'settling-load': { target: 'frame', doc: 'the pattern was loaded into settling mirrors: part of them is anywhere' },
  'drop-frame': { target: 'frame', doc: 'the camera loses the frame; the next read-out says so' },
  'torn-frame': { target: 'frame', doc: 'the lower part of the image is that of the frame before' },
  'stuck-frame': { target: 'frame', doc: 'the image is that of the frame before' },
  'wrong-timestamp': {
    target: 'frame',
    doc: 'the ticks that the read-out gives are wrong',
    value: { doc: 'by how much', byDefault: MILLISECOND },
  },
  'ignore-trigger': { target: 'trigger', doc: 'a trigger edge is lost without a word' },
  'brown-out': { target: 'device', doc: 'the supply fails: connections, patterns and configuration are lost' },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof faultKinds;

/** `up`: from the host to the device; `down`: from the device to the host. */
export type LinkDirection = 'up' | 'down';

/** When a fault strikes: each of its targets with a probability, or the first target from a tick on, once or again. */
export type FaultTiming =
  | { readonly probability: number }
  | { readonly tick: Ticks; readonly period?: Ticks | undefined };

export interface FaultSpec {
  readonly name: FaultName;
  /** For faults of the link: one direction; both without it. */
  readonly direction?: LinkDirection | undefined;
  /** Ticks, for faults that have a value. */
  readonly value: Ticks;
  readonly when: FaultTiming;
}

const names = Object.keys(faultKinds) as FaultName[];

/**
 * Reads a list of faults: `drop.up=0.01,delay.down:200us=0.05,brown-out@1.5s,stuck-frame@2ms/10ms`.
 * Each is `name[.up|.down][:value]` and then `=probability`, or `@time` for once, or `@time/period` for again and again.
 * A time is a number of ticks, or a number with the unit ns, us, ms or s.
 * @param code of the error, which names the fault and what is allowed
 */
export function parseFaults(text: string, code: OpuErrorCode = 'INVALID_ARGUMENT'): FaultSpec[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => parseFault(part, code));
}

function parseFault(part: string, code: OpuErrorCode): FaultSpec {
  const refuse = (text: string): OpuError => new OpuError(code, `Cannot take the fault '${part}': ${text}`);
  const match = /^([a-z-]+)(?:\.([a-z]+))?(?::([^=@]*))?(?:([=@])(.*))?$/i.exec(part);
  const name = match?.[1] ?? part;
  if (match === null || !names.includes(name as FaultName)) {
    throw refuse(`there is no fault '${name}'.${didYouMean(name, names)} Faults are ${names.join(', ')}.`);
  }
  const [, , direction, valueText, sign, whenText = ''] = match;
  const kind: FaultKind = faultKinds[name as FaultName];
  if (direction !== undefined && kind.target !== 'link') {
    throw refuse('only faults of the link have a direction.');
  }
  if (direction !== undefined && direction !== 'up' && direction !== 'down') {
    throw refuse(`the direction is up (host to device) or down (device to host), not '${direction}'.`);
  }
  if (valueText !== undefined && kind.value === undefined) throw refuse(`${name} takes no value after a colon.`);
  if (sign === undefined) throw refuse('say when: =probability, @time or @time/period.');
  return {
    name: name as FaultName,
    direction,
    value: valueText === undefined ? (kind.value?.byDefault ?? 0) : parseTime(valueText, refuse),
    when: sign === '=' ? parseProbability(whenText, refuse) : parseSchedule(whenText, refuse),
  };
}

function parseProbability(text: string, refuse: (text: string) => OpuError): FaultTiming {
  const probability = /^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!(probability >= 0 && probability <= 1)) throw refuse(`the probability is a number from 0 to 1, not '${text}'.`);
  return { probability };
}

function parseSchedule(text: string, refuse: (text: string) => OpuError): FaultTiming {
  const [tick = '', period, ...rest] = text.split('/');
  if (rest.length > 0) throw refuse('a schedule is @time or @time/period.');
  if (period === undefined) return { tick: parseTime(tick, refuse) };
  const periodTicks = parseTime(period, refuse);
  if (periodTicks < 1) throw refuse('the period is at least one tick.');
  return { tick: parseTime(tick, refuse), period: periodTicks };
}

const ticksOfUnit: Record<string, number> = { '': 1, ns: 0.1, us: 100, ms: 100_000, s: 100_000_000 };

function parseTime(text: string, refuse: (text: string) => OpuError): Ticks {
  const match = /^(\d+(?:\.\d+)?)(ns|us|ms|s|)$/.exec(text);
  // What comes of a decimal fraction of a unit is at most a rounding error away from the tick that was meant.
  const ticks = match === null ? Number.NaN : Math.ceil(Number(match[1]) * ticksOfUnit[match[2]!]! - 1e-6);
  if (!Number.isSafeInteger(ticks)) {
    throw refuse(`'${text}' is no time; write ticks as 1500, or 15us, 20ms, 1.5s.`);
  }
  return Math.max(0, ticks);
}
