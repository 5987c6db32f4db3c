import type { OpuDevice, PatternBatch, ReadoutBatch, Ticks } from '@opu/driver';
import type { ProjectionSpan } from '../results/projection-span.js';
import type { DeviceUse } from '../train/events.js';

const KEPT_SPANS = 60;

/** Counts what a device does in `project` and notes when, by the ticks that the device puts on its readouts. */
export class DeviceMeter {
  /** The first calls, for a time line. */
  readonly spans: ProjectionSpan[] = [];
  #before: DeviceUse = { frames: 0, elapsedTicks: 0, projectingTicks: 0, hostTicks: 0 };
  /** Ticks of host work booked since the start or the last `restart`. */
  hostTicks: () => Ticks = () => 0;
  #frames = 0;
  #projectingTicks = 0;
  #firstTick: Ticks | undefined;
  #lastTick: Ticks = 0;

  /** Goes on from what an earlier part of the run has used; what was noted so far is forgotten. */
  restart(before: DeviceUse): void {
    this.#before = before;
    this.#frames = 0;
    this.#projectingTicks = 0;
    this.#firstTick = undefined;
    this.#lastTick = 0;
    this.spans.length = 0;
  }

  note(batch: ReadoutBatch): void {
    const first = batch.readouts[0];
    const last = batch.readouts.at(-1);
    if (first === undefined || last === undefined) return;
    const startTick = first.resetTick;
    const endTick = last.exposureStartTick + last.exposureTicks;
    const frames = batch.readouts.length;
    if (this.spans.length < KEPT_SPANS) this.spans.push({ startTick, endTick, frames });
    this.#frames += frames;
    this.#projectingTicks += endTick - startTick;
    this.#firstTick ??= startTick;
    this.#lastTick = endTick;
  }

  /** Of the whole run, its earlier parts among it. */
  get use(): DeviceUse {
    const elapsed = this.#firstTick === undefined ? 0 : this.#lastTick - this.#firstTick;
    return {
      frames: this.#before.frames + this.#frames,
      elapsedTicks: this.#before.elapsedTicks + elapsed,
      projectingTicks: this.#before.projectingTicks + this.#projectingTicks,
      hostTicks: this.#before.hostTicks + this.hostTicks(),
    };
  }

  /** Frames since the start or the last `restart`. */
  get frames(): number {
    return this.#frames;
  }
}

/** The same device, with every `project` noted by a meter. */
export function meteredDevice(device: OpuDevice, meter: DeviceMeter): OpuDevice {
  return new Proxy(device, {
    get(target, key) {
      if (key === 'project') {
        return async (patterns: PatternBatch, ...rest: []) => {
          const batch = await target.project(patterns, ...rest);
          meter.note(batch);
          return batch;
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
