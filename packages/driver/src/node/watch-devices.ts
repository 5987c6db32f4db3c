import { type Alarm, type Clock, RealTimeClock, TICKS_PER_MILLISECOND } from '@opu/core';
import { Observable } from 'rxjs';
import { type DeviceList, type FoundDevice, listDevices } from './list-devices.js';

/** A device came or went; or a way of looking cannot be gone, said once as long as it lasts. */
export type DeviceChange =
  | { readonly event: 'attached' | 'detached'; readonly device: FoundDevice }
  | { readonly event: 'problem'; readonly problem: string };

export interface WatchOptions {
  /** How long to wait between two looks, milliseconds. 1000 by default. */
  readonly interval?: number;
  /** The host's own time; real time by default. */
  readonly clock?: Clock;
  /** How to look: `listDevices` by default. */
  readonly list?: () => Promise<DeviceList>;
}

/**
 * Serial ports and USB devices of OPUs as they come and go. Those that are there at the beginning come first, as attached.
 * It looks again and again instead of listening: events of USB need a running udev, and where there is none the package
 * `usb` ends the process that asks for them. Looking stops when nobody is subscribed any more.
 */
export function watchDevices(options: WatchOptions = {}): Observable<DeviceChange> {
  const { interval = 1000, clock = new RealTimeClock(), list = listDevices } = options;
  return new Observable((subscriber) => {
    let known = new Map<string, FoundDevice>();
    let problems: ReadonlySet<string> = new Set();
    let alarm: Alarm | undefined;
    const look = async (): Promise<void> => {
      const found = await list();
      if (subscriber.closed) return;
      const now = new Map(found.devices.map((device) => [device.address, device]));
      for (const [address, device] of known) if (!now.has(address)) subscriber.next({ event: 'detached', device });
      for (const [address, device] of now) if (!known.has(address)) subscriber.next({ event: 'attached', device });
      for (const problem of found.problems) if (!problems.has(problem)) subscriber.next({ event: 'problem', problem });
      known = now;
      problems = new Set(found.problems);
      if (!subscriber.closed) alarm = clock.at(clock.now() + interval * TICKS_PER_MILLISECOND, again);
    };
    const again = (): void => {
      look().catch((error: unknown) => subscriber.error(error));
    };
    again();
    return () => alarm?.cancel();
  });
}
