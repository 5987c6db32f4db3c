import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { RealTimeClock } from '@opu/core';
import { mountSerial } from '@opu/device';
import { createEmulatedDevice } from '@opu/emulator';
import { DriverPage, streamWork } from '../chromium.js';

/**
 * A page in Chromium that drives an OPU on a pseudo-terminal over Web Serial; run in a mount namespace of its own, where
 * the system's list of ports has that one, and a policy lets the page use it without a person who agrees.
 */
const clock = new RealTimeClock();
const device = createEmulatedDevice({ profile: 'tiny', seed: 7 });
const name = `ttyOPU${process.pid}`;
const linkPath = `/dev/${name}`;
let mount = mountSerial(device, { clock, linkPath });
const [frames = '1400'] = process.argv.slice(2);
const open = `async () => {
  const [port] = await navigator.serial.getPorts();
  if (port === undefined) throw new Error('no port');
  return new opu.WebSerialTransport(port, { clock: new opu.RealTimeClock(), baud: 115200 });
}`;
const replug = async (): Promise<void> => {
  await mount.close();
  mount = mountSerial(device, { clock, linkPath });
};
const page = await DriverPage.serve(
  streamWork(
    `async () => ({ transport: await (${open})(), reconnect: ${open} })`,
    Number(frames),
    "await act('replug');",
  ),
  { unplug: () => mount.close(), replug },
);
const cover = (folder: string): unknown => spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder], { stdio: 'inherit' });
cover('/etc/chromium');
mkdirSync('/etc/chromium/policies/managed', { recursive: true });
const policy = JSON.stringify({ SerialAllowAllPortsForUrls: [page.origin] });
writeFileSync('/etc/chromium/policies/managed/opu.json', policy);
cover('/sys/class/tty');
mkdirSync(`/sys/class/tty/${name}`);
writeFileSync(`/sys/class/tty/${name}/uevent`, `MAJOR=4\nMINOR=64\nDEVNAME=${name}\n`);
symlinkSync('/sys/class/tty', `/sys/class/tty/${name}/subsystem`);
try {
  console.log(JSON.stringify(await page.run()));
} finally {
  await page.close();
  await mount.close();
  await device.close();
}
