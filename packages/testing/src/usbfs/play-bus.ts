import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import type { UsbDevice } from '@opu/device';
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
    if (word !== 'end') {
      process.send?.(word);
      return;
    }
    bus.unplug();
    bus.unmount();
    process.send?.(word, end);
  });
  process.on('disconnect', () => {
    bus.unmount();
    end();
  });
  process.send?.('ready');
}

/**
 * An orderly exit waits for the thread that reads requests, which waits for the next one; and a host that is closing its device
 * just now waits for an answer of this process. Without the process the kernel answers.
 */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
