import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import type { UsbDevice } from '@opu/emulator';
import { UsbFs } from './usbfs.js';

/**
 * Plays a USB bus with one device in the mount namespace of the parent process. Told `plug`, `unplug`, `end` or one of the
 * other words over IPC, it answers with the same word when that is done.
 */
export function playBus(device: UsbDevice, serial: string, others: Readonly<Record<string, () => void>>): void {
  const bus = new UsbFs(device, serial);
  if (!existsSync('/sys/bus/usb/devices')) {
    spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', '/sys/bus'], { stdio: 'inherit' });
    mkdirSync('/sys/bus/usb/devices', { recursive: true });
  }
  bus.mount();
  process.on('message', (word: string) => {
    if (word === 'plug') bus.plug();
    else if (word === 'unplug') bus.unplug();
    others[word]?.();
    if (word === 'end') {
      bus.unplug();
      bus.unmount();
      setImmediate(() => process.exit(0));
    }
    process.send?.(word);
  });
  process.on('disconnect', () => {
    bus.unmount();
    process.exit(0);
  });
  process.send?.('ready');
}
