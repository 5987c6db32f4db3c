import type { Ticks } from '@opu/core';
import type { RequestPolicy } from './request-table.js';

export interface HostOptions {
  /** Kept over reconnections; stored replies and unacknowledged readouts belong to it. Not 0. */
  readonly hostId: number;
  /** Draws the host's half of a session id, other than 0, for each connection. Without it sessions have no id. */
  readonly drawNonce?: () => number;
  /** Program and machine, for the device's log. */
  readonly hostName: string;
  /** Longest payload that is taken, bytes. */
  readonly maximumPayload: number;
  /** Longest silence that the device should take, microseconds; 0 for the longest that it grants. */
  readonly heartbeatMicroseconds: number;
  /** How virtual time passes, for devices that have it. */
  readonly pacing: 'lockstep' | 'free';
  readonly requests: RequestPolicy;
  /**
   * When something is due of the device and nothing comes for this long, it is asked; each further wait is twice as long.
   */
  readonly probeTicks: Ticks;
  /** Questions without any answer after which the link counts as dead. */
  readonly probes: number;
  /**
   * When something is due of the device and no pattern is taken and no readout comes for this long, it counts as stalled, whatever else
   * it says.
   */
  readonly progressTicks: Ticks;
  /** The same for a device whose time is virtual: computing light for a batch of frames may take minutes. */
  readonly virtualProgressTicks: Ticks;
  /** Most bytes of patterns in one message. */
  readonly patternMessageBytes: number;
}
