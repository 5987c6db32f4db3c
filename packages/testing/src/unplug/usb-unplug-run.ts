import { OpuError, UsbTransport } from '@opu/driver';
import { findUsbDevices } from '@opu/driver/node';
import { Bus } from '../usbfs/bus.js';
import { usbHandlesClosed } from '../usbfs/closed-handles.js';
import { unplugAnywhere } from './unplug-anywhere.js';

/** Pulls the cable of an OPU on the virtual bus at any moment; prints what came of it as JSON. */
const [seeds = '12'] = process.argv.slice(2);
const bus = new Bus(['tiny', '5', 'ideal']);
await bus.ready();
await bus.tell('plug');
const rig = {
  open: async () => {
    const [device] = await findUsbDevices();
    if (device === undefined) throw new OpuError('LINK_UNAVAILABLE', 'The cable is out.');
    return new UsbTransport(device);
  },
  unplug: () => bus.tell('unplug'),
  plug: () => bus.tell('plug'),
};
const outcomes = [];
let clean = 0;
for await (const outcome of unplugAnywhere(rig, Number(seeds))) {
  if (outcome.seed === 0) clean = outcome.result === 'done' ? outcome.crc : -1;
  else outcomes.push(outcome);
}
await usbHandlesClosed();
await bus.tell('end');
console.log(JSON.stringify({ clean, outcomes }));
