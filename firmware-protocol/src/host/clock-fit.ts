import type { Ticks } from '@opu/core';
import type { ClockSyncReply } from '../generated/messages.js';

/** One exchange of CLOCK_SYNC: when it left and came back by the host's clock, when it came and left by the device's. */
export interface ClockSample {
  readonly hostSent: Ticks;
  readonly deviceArrived: Ticks;
  readonly deviceLeft: Ticks;
  readonly hostReceived: Ticks;
}

/** device time = host time + offset + drift x (host time - reference). */
export interface ClockFitResult {
  /** Device's clock minus the host's on `referenceTick`, ticks. */
  readonly offsetTicks: number;
  /** Rate difference, ticks a tick; 1e-6 is a device clock that is 1 ppm fast. */
  readonly drift: number;
  /** Host tick that the offset holds for. */
  readonly referenceTick: Ticks;
  /** The device's time at the reference is within this of the estimate: half the best round trip plus the residual. */
  readonly uncertaintyTicks: number;
  readonly samples: number;
}

/**
 * Fits offset and drift of the device's clock. An exchange bounds the offset to within half its round trip, so samples
 * weigh by the inverse square of that; samples that were retransmitted must not be added, because which of the
 * transmissions was answered is not known.
 */
export class ClockFit {
  readonly #samples: ClockSample[] = [];
  readonly #capacity: number;

  constructor(capacity = 64) {
    this.#capacity = capacity;
  }

  add(sample: ClockSample): void {
    this.#samples.push(sample);
    if (this.#samples.length > this.#capacity) this.#samples.shift();
  }

  /** The reply to a CLOCK_SYNC whose `hostTime` was the host's tick of sending. */
  addReply(reply: ClockSyncReply, hostReceived: Ticks): void {
    const { hostTime: hostSent, arrivalTick: deviceArrived, departureTick: deviceLeft } = reply;
    this.add({ hostSent, deviceArrived, deviceLeft, hostReceived });
  }

  /** Nothing before the first sample. */
  result(): ClockFitResult | undefined {
    const samples = this.#samples;
    const last = samples[samples.length - 1];
    if (last === undefined) return undefined;
    const reference = last.hostReceived;
    let w = 0;
    let wx = 0;
    let wy = 0;
    const points = samples.map((s) => {
      const radius = Math.max(0.5, (s.hostReceived - s.hostSent - (s.deviceLeft - s.deviceArrived)) / 2);
      const x = (s.hostSent + s.hostReceived) / 2 - reference;
      const y = (s.deviceArrived + s.deviceLeft) / 2 - (s.hostSent + s.hostReceived) / 2;
      const weight = 1 / (radius * radius);
      w += weight;
      wx += weight * x;
      wy += weight * y;
      return { x, y, weight, radius };
    });
    const meanX = wx / w;
    const meanY = wy / w;
    let sxx = 0;
    let sxy = 0;
    for (const p of points) {
      sxx += p.weight * (p.x - meanX) ** 2;
      sxy += p.weight * (p.x - meanX) * (p.y - meanY);
    }
    const drift = points.length >= 3 && sxx > 0 ? sxy / sxx : 0;
    const offset = meanY - drift * meanX;
    let residual = 0;
    let best = Number.POSITIVE_INFINITY;
    for (const p of points) {
      residual += p.weight * (p.y - offset - drift * p.x) ** 2;
      best = Math.min(best, p.radius);
    }
    const uncertainty = best + Math.sqrt(residual / w);
    return {
      offsetTicks: offset,
      drift,
      referenceTick: reference,
      uncertaintyTicks: uncertainty,
      samples: points.length,
    };
  }
}
