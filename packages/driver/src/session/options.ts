import type { Carrier, Clock, Transport } from '@opu/core';

/** How long a session waits for what. Durations in milliseconds of the host's time. */
export interface Timeouts {
  /** For the reply to a request before it is sent again; each further wait is twice as long. 2000 by default. */
  readonly request: number;
  /** How often a request is sent again. 3 by default. */
  readonly retries: number;
  /** Silence, while readouts are due, after which the device is asked; doubles each time. 1000 by default on every transport. */
  readonly silence: number;
  /**
   * Questions without an answer after which the link counts as dead: after 2^(probes + 1) - 1 times `silence` in all. By default 2 over
   * TCP, WebSocket and USB (7 s), 3 over a serial line (15 s), and 5 elsewhere (63 s); see `defaultTimeouts`.
   */
  readonly probes: number;
  /**
   * Without progress while something is due of a device that answers: readouts of an internally triggered run, room for patterns, the end
   * of a run, or a request that is answered with PENDING. Eight frames are always waited for. 30 000 by default, and 600 000 where the
   * device's time is virtual, because a batch of computed light may take minutes. DEVICE_STALLED says what was missing.
   */
  readonly progress?: number | undefined;
  /** For a lost link to come back, before the session is given up. 10 000 by default; 0 never reconnects. */
  readonly reconnect: number;
  /** Longest silence of the host that the device takes before it stops; 0 for the longest that it grants. 0 by default. */
  readonly heartbeat: number;
}

/** Default `progress` on a device with a clock of its own, and on one whose time is virtual; milliseconds. */
export const DEFAULT_PROGRESS = { real: 30_000, virtual: 600_000 } as const;

export const DEFAULT_TIMEOUTS: Timeouts = {
  request: 2000,
  retries: 3,
  silence: 1000,
  probes: 5,
  reconnect: 10_000,
  heartbeat: 0,
};

/** Where a network or a bus brings answers at once, and where a line has to carry a whole image first. */
const PROBES: ReadonlyMap<string, number> = new Map([
  ['tcp', 2],
  ['ws', 2],
  ['wss', 2],
  ['usb', 2],
  ['serial', 3],
]);

/** How long a session waits by default over a transport, which is known by the scheme of its address. */
export function defaultTimeouts(scheme: string): Timeouts {
  return { ...DEFAULT_TIMEOUTS, probes: PROBES.get(scheme) ?? DEFAULT_TIMEOUTS.probes };
}

export interface SessionOptions {
  readonly timeouts: Timeouts;
  /** The host's own time, for time-outs. */
  readonly clock: Clock;
  readonly pacing: 'lockstep' | 'free';
  /** Opens another transport to the same device after a loss; without it a loss ends the session. */
  readonly reconnect?: (() => Promise<Transport>) | undefined;
  /** Called once, when the session is over. */
  readonly dispose?: (() => Promise<void>) | undefined;
  readonly hostName: string;
  /** Bytes of patterns that go into one message, at most; one pattern is always taken. */
  readonly patternMessageBytes: number;
}

/** Where a message costs a call of the operating system, and is lost as good as never. */
const PATTERN_MESSAGE_BYTES = 256 * 1024;
/**
 * A serial line is slow, and may damage bytes: what goes behind a message, START for one, waits for all of it, and what was damaged
 * is sent again whole.
 */
const PATTERN_MESSAGE_BYTES_ON_LINE = 64 * 1024;

export function patternMessageBytesOn(carrier: Carrier): number {
  return carrier === 'stream' ? PATTERN_MESSAGE_BYTES_ON_LINE : PATTERN_MESSAGE_BYTES;
}

/** Longest payload that a session takes, bytes: a batch of readouts, or one readout of a 16-megapixel sensor. */
export const MAXIMUM_PAYLOAD = 64 * 2 ** 20;
