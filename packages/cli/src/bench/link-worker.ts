import { parentPort, workerData } from 'node:worker_threads';
import { type Attachable, type Mount, mountSerial, mountTcp, RealTimeClock } from '@opu/emulator';
import { createDarkDevice } from './dark-device.js';
import { RawEnd, type RawExchange } from './raw-end.js';

/** What the other thread wants: a device and a raw end, each behind its own mount of one kind. */
export interface LinkWorkerData {
  readonly mount: 'tcp' | 'serial';
  readonly profile: string;
  readonly exchange: RawExchange;
}

const { mount, profile, exchange } = workerData as LinkWorkerData;
const serve = async (end: Attachable): Promise<Mount> =>
  mount === 'tcp' ? mountTcp(end, { port: 0 }) : mountSerial(end, { clock: new RealTimeClock() });
const device = createDarkDevice(profile);
const mounts = [await serve(device), await serve(new RawEnd(exchange))];
parentPort?.once('message', async () => {
  for (const one of mounts) await one.close();
  await device.close();
  parentPort?.postMessage('closed');
  parentPort?.close();
});
parentPort?.postMessage(mounts.map((one) => one.address));
