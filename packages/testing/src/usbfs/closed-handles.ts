import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** A device on a bus of USB as the kernel names it: bus and number. */
const DEVICE = /\/\d{3}\/\d{3}$/;
/** What is closed in the background is closed long before. Milliseconds. */
const PATIENCE = 20_000;

function openHandles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return DEVICE.test(path) ? [path] : [];
    } catch {
      return [];
    }
  });
}

/**
 * Waits until this process has no USB device open any more: whoever gave one up may still be closing it. A bus must not end before,
 * because the package `usb` waits for the events of a handle that is open for ever.
 */
export async function usbHandlesClosed(): Promise<void> {
  for (let waited = 0; openHandles().length > 0; waited += 20) {
    if (waited > PATIENCE) throw new Error(`A USB device was left open: ${openHandles().join(', ')}`);
    await setTimeout(20);
  }
}
