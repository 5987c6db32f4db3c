import { schemes } from '@opu/cli';
import { isOpuError, openOpu, type RemoteDevice } from '@opu/driver';
import { watchDevices } from '@opu/driver/node';
import ndarray from 'ndarray';
import { Bus } from './bus.js';
import { usbHandlesClosed } from './closed-handles.js';

/**
 * What a test wants to know of an OPU on the virtual bus; run in a mount namespace of its own, it prints the answer as one
 * JSON document.
 */
const [count = '100', unplugs = '0'] = process.argv.slice(2);
const TIMEOUTS = { request: 500, silence: 200, reconnect: 5000 };

function batch(device: RemoteDevice, rows: number) {
  const bytes = device.configuration.patternBytes;
  const data = Uint8Array.from({ length: rows * bytes }, (_, i) => (i * 2654435761) >>> 24);
  return ndarray(data, [rows, bytes]);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return isOpuError(error) ? error.code : String(error);
  }
}

const inside = await openOpu('emulator:tiny?seed=7', { schemes });
const expected = await inside.project(batch(inside, Number(count)));
await inside.close();

const bus = new Bus(['tiny', '7']);
await bus.ready();
const changes: string[] = [];
let changed = (): void => {};
const watching = watchDevices({ interval: 20 }).subscribe((change) => {
  if (change.event !== 'problem' && change.device.kind === 'usb')
    changes.push(`${change.event} ${change.device.address}`);
  changed();
});
const heardOf = async (event: string): Promise<void> => {
  while (!changes.at(-1)?.startsWith(event)) await new Promise<void>((resolve) => (changed = resolve));
};
const nothingThere = await codeOf(openOpu('usb:', { schemes }));
await bus.tell('plug');
await heardOf('attached');
const device = await openOpu('usb:', { schemes, timeouts: TIMEOUTS });
const busy = await codeOf(openOpu('usb:1209:0001', { schemes, timeouts: TIMEOUTS }));
const got = await device.project(batch(device, Number(count)));
const sameBytes = Buffer.compare(got.pixels.data as Uint8Array, expected.pixels.data as Uint8Array) === 0;
const first = got.readouts.length;

const ids: number[] = [];
const patterns = Array.from({ length: 300 }, (_, i) => new Uint8Array(device.configuration.patternBytes).fill(i));
let pulled = 0;
for await (const readout of device.stream(patterns)) {
  ids.push(readout.patternId - first);
  if (ids.length % 90 === 0 && pulled < Number(unplugs)) {
    pulled++;
    await bus.tell('unplug');
    await bus.tell('plug');
  }
}
const inOrder = ids.length === 300 && ids.every((id, i) => id === i);
const linksLost = (await device.counters()).get('host_links_lost');
await device.close();

const again = await openOpu(device.address, { schemes, timeouts: { ...TIMEOUTS, reconnect: 100 } });
const running = codeOf(again.project(batch(again, 5000)));
await bus.tell('unplug');
const unplugged = await running;
await again.close();
await heardOf('detached');
watching.unsubscribe();
const hotPlug = [changes[0], changes.at(-1)];
await usbHandlesClosed();
await bus.tell('end');
console.log(
  JSON.stringify({
    address: device.address,
    nothingThere,
    busy,
    sameBytes,
    inOrder,
    linksLost,
    pulled,
    unplugged,
    hotPlug,
  }),
);
