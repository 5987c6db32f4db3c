import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecorder, recordDevice, replayScheme } from '@opu/capture';
import { mountTcp } from '@opu/device';
import { openOpu, type Schemes } from '@opu/driver';
import { tcpScheme } from '@opu/driver/node';
import { createEmulatedDevice, emulatorScheme } from '@opu/emulator';
import { expect } from 'chai';
import { checkAll, computeAll, type Found } from '../sketch/three-computations.js';

const schemes: Schemes = { emulator: emulatorScheme, tcp: tcpScheme, replay: replayScheme };

async function openAndCompute(address: string) {
  const device = await openOpu(address, { schemes });
  try {
    return await computeAll(device);
  } finally {
    await device.close();
  }
}

describe('a trace, a decomposition within 2 % of the best and a change point', function () {
  this.timeout(60_000);
  let inside: Found;
  const folder = mkdtempSync(join(tmpdir(), 'opu-sketch-'));
  const file = join(folder, 'run.mcap');
  after(() => rmSync(folder, { recursive: true }));

  before(async () => {
    const device = await openOpu('emulator:tiny?seed=5', { schemes });
    const recorded = await recordDevice(device, await openRecorder(file));
    inside = await computeAll(recorded);
    await recorded.close();
  });

  it('by an emulated device, trace within 4 standard errors (false alarm 6e-5, fixed seed)', () => checkAll(inside));

  it('are the same to the bit through tcp://', async () => {
    const device = createEmulatedDevice({ profile: 'tiny', seed: 5 });
    const mount = await mountTcp(device);
    const outside = await openAndCompute(mount.address);
    await mount.close();
    await device.close();
    expect(outside).to.deep.equal(inside);
  });

  it('are the same to the bit by the replay of a recording', async () => {
    expect(await openAndCompute(`replay:${file}`)).to.deep.equal(inside);
  });
});
