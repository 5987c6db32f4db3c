import { schemes } from '@opu/cli';
import { openOpu, UsbTransport } from '@opu/driver';
import { findUsbDevices } from '@opu/driver/node';
import { Bus } from '@opu/testing/usbfs/bus.js';
import ndarray from 'ndarray';
import { RawHost } from './raw-host.js';
import { type Size, sizes } from './sizes.js';

/** Opens what is on the bus anew for each measurement, because one program uses a USB device at a time. */
const [key = 'tiny', frames = '16'] = process.argv.slice(2);
const size: Size = { ...sizes[key as keyof typeof sizes], frames: Number(frames) };
const bus = new Bus([JSON.stringify(size)], new URL('./usb-bus-process.js', import.meta.url));
await bus.ready();
await bus.tell('plug');

async function timed(work: () => Promise<unknown>): Promise<number> {
  await work();
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function stack(): Promise<number> {
  const device = await openOpu('usb:', { schemes, pacing: 'free' });
  await device.configure(size.configuration);
  const { patternBytes } = device.configuration;
  const patterns = ndarray(new Uint8Array(size.frames * patternBytes).fill(0xa5), [size.frames, patternBytes]);
  const seconds = await timed(() => device.project(patterns));
  await device.close();
  return seconds;
}

async function raw(): Promise<number> {
  const host = new RawHost(new UsbTransport((await findUsbDevices())[0]!), size);
  await host.open();
  const seconds = await timed(() => host.exchange());
  await host.close();
  return seconds;
}

const act = async (what: 'stack' | 'raw' | 'end'): Promise<void> => {
  if (what === 'end') {
    await bus.tell('end');
    process.exit(0);
  }
  await bus.tell(what);
  process.send?.(what === 'stack' ? await stack() : await raw());
};
process.on('message', (what: 'stack' | 'raw' | 'end') => void act(what));
