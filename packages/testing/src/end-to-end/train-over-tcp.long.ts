import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '@opu/cli';
import { mountTcp } from '@opu/device';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { RecordingTerminal } from '../recording-terminal.js';

const NETWORK = ['--mode', 'optical', '--hidden', '64,64', '--epochs', '1', '--seed', '4'];

/** Trains on the device at an address, and gives the weights and what the device's time line says. */
async function train(address: string, folder: string): Promise<{ weights: Buffer; device: Record<string, unknown> }> {
  const terminal = new RecordingTerminal();
  const code = await runCli(['train', ...NETWORK, '--device', address, '--out', folder, '--json'], terminal);
  expect(code, terminal.errors).to.equal(0);
  const last = JSON.parse(terminal.output.trim().split('\n').at(-1)!);
  const { address: _address, ...device } = last.summaries[0].device as Record<string, unknown>;
  return { weights: readFileSync(join(folder, 'optical/weights.safetensors')), device };
}

describe('training on a device', function () {
  this.timeout(240_000);

  it('gives the same weights, bit for bit, and the same device time in process, again, and over TCP', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'opu-train-'));
    try {
      const address = 'emulator:opu-1m-300k?seed=6';
      const inside = await train(address, join(scratch, 'inside'));
      const again = await train(address, join(scratch, 'again'));
      const device = createEmulatedDevice({ profile: 'opu-1m-300k', seed: 6 });
      const mount = await mountTcp(device);
      const outside = await train(mount.address, join(scratch, 'outside'));
      await mount.close();
      await device.close();
      for (const other of [again, outside]) {
        expect(Buffer.compare(other.weights, inside.weights)).to.equal(0);
        expect(other.device).to.deep.equal(inside.device);
      }
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });
});
