import { UsbDevice } from '@opu/device';
import { createEmulatedDevice } from '@opu/emulator';
import { playBus } from './play-bus.js';

/** A process of its own that plays a USB bus with one emulated OPU. */
const [profile = 'tiny', seed = '7', ideal] = process.argv.slice(2);
const device = createEmulatedDevice({ profile, seed: Number(seed), ideal: ideal !== undefined });
const serial = `USB-${profile}-${seed}`;
playBus(new UsbDevice(device, 'vendor', serial, 'usb:test-bus'), serial, { end: () => void device.close() });
