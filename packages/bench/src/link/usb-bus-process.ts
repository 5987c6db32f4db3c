import { UsbDevice } from '@opu/device';
import { createDarkDevice } from '@opu/testing/dark-device.js';
import { playBus } from '@opu/testing/usbfs/play-bus.js';
import { RawDevice } from './raw-device.js';
import type { Size } from './sizes.js';

/** A bus with one USB device, behind which is a device or the end of a raw copy, as it is told: `stack`, `raw`. */
const size = JSON.parse(process.argv[2]!) as Size;
const dark = createDarkDevice(size.profile);
const raw = new RawDevice(size);
let isRaw = false;
const either = { attach: (transport: Parameters<typeof raw.attach>[0]) => (isRaw ? raw : dark).attach(transport) };
playBus(new UsbDevice(either, 'vendor', 'BENCH', 'usb:bench'), 'BENCH', {
  stack: () => {
    isRaw = false;
  },
  raw: () => {
    isRaw = true;
  },
  end: () => void dark.close(),
});
