import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { mountTcp } from '@opu/device';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { needTool } from '../tools/need-tool.js';

const examples = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..', 'examples');
const client = join(examples, 'python-client', 'client.py');

describe('a client in Python, written from SPEC.md alone', function () {
  this.timeout(60_000);

  before(function () {
    needTool(this, 'python3', 'python3');
  });

  it('streams 300 frames from the emulated tiny device over TCP', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const mount = await mountTcp(device);
    try {
      const address = mount.address.replace('tcp://', '');
      const { stdout } = await promisify(execFile)('python3', [client, address, '300']);
      expect(stdout.trim()).to.equal('300 readouts of 1024 bytes for 300 patterns, 16 slots');
    } finally {
      await mount.close();
      await device.close();
    }
  });
});
