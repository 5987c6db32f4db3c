import type { Ticks } from '@opu/core';
import type { ClockFitResult } from '@opu/protocol';
import type { Observable } from 'rxjs';
import type { OperationOptions } from './operation-options.js';

/** Something that happened in a device. */
export interface DeviceEvent {
  /** `underrun`, `stall`, `overrun`, `ignored-trigger`, `watchdog` ...; `event-<number>` for one that is not known here. */
  readonly kind: string;
  /** Device time at which it happened. */
  readonly tick: Ticks;
  /** What SPEC.md says of an event of this kind: a pattern's id, a number of frames. */
  readonly value: number;
  /** For people; may be empty. */
  readonly text: string;
}

/**
 * What a device may offer beyond `OpuDevice`. A driver of somebody else's may leave any of it out; the devices of this SDK, a
 * recorded one and a metered one among them, have what the device behind them has.
 */
export interface DeviceExtras {
  /**
   * Fires a frame, when the device is configured for software triggers.
   * @returns the tick of the trigger edge
   * @throws CONFIGURATION_REFUSED or INVALID_STATE when the edge is ignored; the event says why
   */
  trigger(options?: OperationOptions): Promise<Ticks>;
  /**
   * Books host work on a device whose time is virtual: that much of it passes.
   * @returns the device's time afterwards
   * @throws NOT_SUPPORTED where time is real
   */
  spend(duration: Ticks, options?: OperationOptions): Promise<Ticks>;
  /**
   * Compares the device's clock with the host's over some exchanges.
   * @returns offset, drift and uncertainty in ticks of 10 ns against the host's own clock
   */
  syncClock(exchanges?: number, options?: OperationOptions): Promise<ClockFitResult>;
  /**
   * Calls back on every event of the device, until the function that it returns is called. A listener that throws hears no more:
   * its error is the cause of a warning, and of nothing else.
   */
  onEvent(listener: (event: DeviceEvent) => void): () => void;
  /** The same events as a stream. It completes when the device is closed. */
  readonly events$: Observable<DeviceEvent>;
}
