import { UsbTransport } from '@opu/driver';
import { findUsbDevices } from '@opu/driver/node';
import { faultyRun } from '../faulty-run.js';
import { Bus } from './bus.js';
import { usbHandlesClosed } from './closed-handles.js';

/** Streams frames over the virtual bus with faults; run in a mount namespace of its own, it prints the result as JSON. */
const [frames = '1000', unplugs = '5'] = process.argv.slice(2);
const bus = new Bus(['tiny', '9']);
await bus.ready();
await bus.tell('plug');
const result = await faultyRun({
  open: async () => new UsbTransport((await findUsbDevices())[0]!),
  faults: { corrupt: 0.002, drop: 0.002, duplicate: 0.002, unplug: 0.005 },
  seed: 21,
  unplugs: Number(unplugs),
  frames: Number(frames),
});
await usbHandlesClosed();
await bus.tell('end');
console.log(JSON.stringify(result));
