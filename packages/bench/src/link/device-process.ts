import { type Attachable, type Mount, mountSerial, mountTcp, mountWebSocket } from '@opu/device';
import { RealTimeClock } from '@opu/emulator';
import { createDarkDevice } from '@opu/testing/dark-device.js';
import type { RawExchange } from './exchange.js';
import type { LinkKind } from './processes.js';
import { RawDevice } from './raw-device.js';

/**
 * A process of its own for the device's end of a link: a device and the ends of raw copies, each behind its own mount of one
 * kind. Tells their addresses over IPC, and ends when the other process does, or when that says anything.
 */
const [link, profile = 'tiny', rawCopies = '[]'] = process.argv.slice(2);
const { kind, ...pacing } = JSON.parse(link!) as LinkKind;
const serve = async (end: Attachable): Promise<Mount> => {
  if (kind === 'tcp') return mountTcp(end, { port: 0 });
  return kind === 'ws' ? mountWebSocket(end, { port: 0 }) : mountSerial(end, { clock: new RealTimeClock(), ...pacing });
};
const device = createDarkDevice(profile);
const mounts = [await serve(device)];
for (const exchange of JSON.parse(rawCopies) as RawExchange[]) mounts.push(await serve(new RawDevice(exchange)));
const end = async (): Promise<void> => {
  for (const mount of mounts) await mount.close();
  await device.close();
  process.exit(0);
};
process.once('message', () => void end());
process.once('disconnect', () => void end());
process.send?.(mounts.map((mount) => mount.address));
