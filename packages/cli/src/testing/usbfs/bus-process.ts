import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createEmulatedDevice, UsbDevice } from '@opu/emulator';
import { UsbFs } from './usbfs.js';

/**
 * A process of its own that plays a USB bus with one emulated OPU, in the mount namespace of its parent. Told `plug`,
 * `unplug` or `end` over IPC, it answers with the same word when that is done.
 */
const [profile = 'tiny', seed = '7', ideal] = process.argv.slice(2);
const device = createEmulatedDevice({ profile, seed: Number(seed), ideal: ideal !== undefined });
const serial = `USB-${profile}-${seed}`;
const bus = new UsbFs(new UsbDevice(device, 'vendor', serial, 'usb:test-bus'), serial);
if (!existsSync('/sys/bus/usb/devices')) {
  spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', '/sys/bus'], { stdio: 'inherit' });
  mkdirSync('/sys/bus/usb/devices', { recursive: true });
}
bus.mount();
process.on('message', (word) => {
  if (word === 'plug') bus.plug();
  else if (word === 'unplug') bus.unplug();
  else {
    bus.unplug();
    bus.unmount();
    void device.close();
    setImmediate(() => process.exit(0));
  }
  process.send?.(word);
});
process.on('disconnect', () => {
  bus.unmount();
  process.exit(0);
});
process.send?.('ready');
