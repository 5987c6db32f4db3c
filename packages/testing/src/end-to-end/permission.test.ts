import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RealTimeClock } from '@opu/core';
import { mountSerial } from '@opu/device';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { needsUsb } from '../usbfs/in-namespace.js';

const NOBODY = 65_534;

describe('a user who may not use a device', () => {
  before(function () {
    needsUsb(this);
  });

  it('is told to install the udev rule, and which file that is, by a serial port that belongs to others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'opu-permission-'));
    chmodSync(folder, 0o755);
    const link = join(folder, 'tty');
    const device = createEmulatedDevice({ profile: 'tiny' });
    const mount = mountSerial(device, { clock: new RealTimeClock(), linkPath: link });
    chmodSync(realpathSync(link), 0o600);
    // Modules are loaded as root; the port is opened as nobody.
    const script = `
      const { openOpu } = await import(${JSON.stringify(import.meta.resolve('@opu/driver'))});
      const { serialScheme } = await import(${JSON.stringify(import.meta.resolve('@opu/driver/node'))});
      await import(${JSON.stringify(import.meta.resolve('serialport', import.meta.resolve('@opu/driver')))});
      process.setgroups([]);
      process.setgid(${NOBODY});
      process.setuid(${NOBODY});
      const error = await openOpu('serial:${link}', { schemes: { serial: serialScheme } }).catch((e) => e);
      console.log(JSON.stringify({ code: error.code, message: error.message }));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await once(child, 'close');
    await mount.close();
    await device.close();
    rmSync(folder, { recursive: true, force: true });
    const { code, message } = JSON.parse(output) as { code: string; message: string };
    expect(code).to.equal('PERMISSION_DENIED');
    expect(message).to.contain(link).and.to.contain('udev/70-opu.rules');
  });
});
