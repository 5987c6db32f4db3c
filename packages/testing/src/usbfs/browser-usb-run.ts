import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { DriverPage, streamWork } from '../chromium.js';
import { Bus } from './bus.js';

/**
 * A page in Chromium that drives an OPU on the virtual bus over WebUSB; run in a mount namespace of its own, where a
 * policy of the machine lets the page use the device without a person who agrees.
 */
const bus = new Bus(['tiny', '7']);
const [frames = '1400'] = process.argv.slice(2);
const scheme = `async () => {
  const [device] = await navigator.usb.getDevices();
  if (device === undefined) throw new Error('no device');
  return { transport: new opu.UsbTransport(device) };
}`;
const page = await DriverPage.serve(streamWork(scheme, Number(frames)), { unplug: () => bus.tell('unplug') });
spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', '/etc/chromium'], { stdio: 'inherit' });
mkdirSync('/etc/chromium/policies/managed', { recursive: true });
const allowed = [{ devices: [{ vendor_id: 0x1209, product_id: 1 }], urls: [page.origin] }];
const policy = JSON.stringify({ WebUsbAllowDevicesForUrls: allowed });
writeFileSync('/etc/chromium/policies/managed/opu.json', policy);
await bus.ready();
await bus.tell('plug');
try {
  console.log(JSON.stringify(await page.run()));
} finally {
  await page.close();
  await bus.tell('end');
}
