import { type Clock, isOpuError, type Ticks } from '@opu/core';
import type { OpuDevice } from '@opu/driver';

const MAY_COME = ['LINK_UNAVAILABLE', 'LINK_LOST', 'DEVICE_BUSY'];

/** Opens a device; a serial port or a USB device that was just let go of may need a moment. */
export async function openPatiently(
  open: () => Promise<OpuDevice>,
  clock: Clock,
  patienceTicks: Ticks,
): Promise<OpuDevice> {
  const deadline = clock.now() + patienceTicks;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      if (!isOpuError(error) || !MAY_COME.includes(error.code) || clock.now() >= deadline) throw error;
      await new Promise<void>((resolve) => clock.at(clock.now() + 2_000_000, resolve));
    }
  }
}
