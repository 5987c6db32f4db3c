import type { Ticks } from '../units/ticks.js';

/** A call that is due on a tick. */
export interface Alarm {
  readonly tick: Ticks;
  /** Takes the call back; without effect once it was made. */
  cancel(): void;
}

export interface AlarmOptions {
  /** Order among the alarms of one tick: lower first; equal ranks in order of scheduling. 100 by default. */
  readonly rank?: number;
  /**
   * A background alarm (heartbeat, watchdog) fires when time passes it, but a virtual clock does not jump to it: it
   * keeps nothing awake.
   */
  readonly background?: boolean;
}

/**
 * The only source of time. No other code asks the host for the time or sleeps.
 */
export interface Clock {
  now(): Ticks;
  /** Calls `action` on `tick`, or as the next event if that has passed. The alarm is unlinked before the call. */
  at(tick: Ticks, action: () => void, options?: AlarmOptions): Alarm;
}

/** A clock that host work can be booked on: the device goes on with what it has queued meanwhile. */
export interface BookableClock extends Clock {
  /** Lets `duration` ticks of host work pass: every alarm that falls into it is called, on its own tick. */
  spend(duration: Ticks): void;
}
