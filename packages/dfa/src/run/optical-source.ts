import { type LinearProjection, type OpuDevice, openLinearProjection } from '@opu/driver';
import ndarray from 'ndarray';
import type { TrainingConfiguration } from '../config/configuration.js';
import type { DeviceSummary } from '../results/summary.js';
import type { DeviceUse } from '../train/events.js';
import { HostBooking, type HostBookingOptions, requireSpender } from './host-booking.js';
import { DeviceMeter, meteredDevice } from './metered-device.js';

/** Counters that rise in every run: no incidents. What travels depends on the link. */
const ORDINARY: ReadonlySet<string> = new Set(['frames', 'host_bytes_sent', 'host_bytes_received']);

/** A device with a linear projection on it, and the account of both. */
export class OpticalSource {
  readonly projection: LinearProjection;
  readonly meter: DeviceMeter;
  readonly #device: OpuDevice;
  readonly #before: ReadonlyMap<string, number>;

  private constructor(
    device: OpuDevice,
    projection: LinearProjection,
    meter: DeviceMeter,
    before: ReadonlyMap<string, number>,
  ) {
    this.#device = device;
    this.projection = projection;
    this.meter = meter;
    this.#before = before;
  }

  /**
   * Opens a projection on a device; if that fails the device is closed.
   * @param inputs classes of the task
   * @param outputs widths of all hidden blocks together
   * @param resumed what the run has used of a device already, when it is resumed
   */
  static async open(
    device: OpuDevice,
    configuration: TrainingConfiguration,
    inputs: number,
    outputs: number,
    resumed?: DeviceUse,
  ): Promise<OpticalSource> {
    try {
      let counters = new Map(await device.counters());
      const meter = new DeviceMeter();
      const projection = await openLinearProjection(meteredDevice(device, meter), {
        mode: configuration.linearMode,
        inputs,
        outputs,
        encoder: 'ternary',
      });
      if (resumed !== undefined) {
        await catchUp(device, resumed.frames);
        meter.restart(resumed);
        counters = new Map(await device.counters());
      }
      return new OpticalSource(device, projection, meter, counters);
    } catch (error) {
      await device.close();
      throw error;
    }
  }

  /** Books host work on the device's clock from now on. @throws OpuError NOT_SUPPORTED when its time is not virtual */
  bookHost(options: HostBookingOptions): HostBooking {
    const booking = new HostBooking(requireSpender(this.#device, this.#device.limits.features), options);
    this.meter.hostTicks = () => booking.ticks;
    return booking;
  }

  /** The account of the run, checked against the device's own counter over the time since it was opened. */
  async summary(): Promise<DeviceSummary> {
    const after = await this.#device.counters();
    const rise = (name: string): number => (after.get(name) ?? 0) - (this.#before.get(name) ?? 0);
    const { frames, elapsedTicks, projectingTicks, hostTicks } = this.meter.use;
    const { address, identity, configuration } = this.#device;
    const others = [...after.keys()].filter((name) => !ORDINARY.has(name) && rise(name) !== 0);
    return {
      address,
      model: identity.model,
      profile: identity.profile,
      framesPerVector: this.projection.framesPerVector,
      periodTicks: configuration.periodTicks,
      frames,
      framesCounted: frames - this.meter.frames + rise('frames'),
      framesAgree: rise('frames') === this.meter.frames,
      elapsedTicks,
      projectingTicks,
      hostTicks,
      incidents: Object.fromEntries(others.map((name) => [name, rise(name)])),
      timeline: [...this.meter.spans],
    };
  }

  close(): Promise<void> {
    return this.#device.close();
  }
}

/**
 * An emulated device draws the noise of a frame from the frame's number. One that was switched on anew makes dark frames
 * until it stands where the run was left, so that the run goes on with the same bits. Hardware has no such memory.
 */
async function catchUp(device: OpuDevice, frames: number): Promise<void> {
  if (!device.limits.features.has('virtual-clock')) return;
  const { patternBytes } = device.configuration;
  for (;;) {
    const missing = frames - ((await device.counters()).get('frames') ?? 0);
    if (missing <= 0) return;
    const count = Math.min(missing, 1024);
    await device.project(ndarray(new Uint8Array(count * patternBytes), [count, patternBytes]));
  }
}
