import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { schemes } from '@opu/cli';
import { isOpuError, openOpu, type RemoteDevice } from '@opu/driver';
import { attachUsbIp } from './attach.js';
import { guestPatterns } from './guest-patterns.js';

/**
 * Runs in the guest: hangs both devices of the host's USB/IP server on the kernel, drives them through the real packages,
 * and prints what came.
 */
const [host = '10.0.2.2', port = '3240', count = '50'] = process.argv.slice(2);

async function openWhenThere(address: string): Promise<RemoteDevice> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await openOpu(address, { schemes });
    } catch (error) {
      if (!isOpuError(error, 'LINK_UNAVAILABLE') || attempt >= 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function drive(address: string): Promise<object> {
  const device = await openWhenThere(address);
  const batch = await device.project(guestPatterns(device.configuration.patternBytes, Number(count)));
  await device.close();
  return {
    serial: device.identity.serial,
    ids: batch.readouts.map((readout) => readout.patternId),
    sha256: createHash('sha256').update(batch.pixels.data).digest('hex'),
  };
}

const sockets = [await attachUsbIp(host, Number(port), '1-1'), await attachUsbIp(host, Number(port), '1-2')];
const usb = await drive('usb:1209:0001');
while (!existsSync('/dev/ttyACM0')) await new Promise((resolve) => setTimeout(resolve, 20));
const serial = await drive('serial:/dev/ttyACM0');
console.log(`RESULT ${JSON.stringify({ usb, serial, attached: sockets.length })}`);
process.exit(0);
