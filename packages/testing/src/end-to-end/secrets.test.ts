import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '@opu/cli';
import { RealTimeClock } from '@opu/core';
import { type Mount, mountTcp } from '@opu/device';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { RecordingTerminal } from '../recording-terminal.js';

const SECRET = 'pr1vate-w0rds-of-16';

/** Every file below a folder that has the text. */
function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

describe('the token of an address', function () {
  this.timeout(60_000);
  let folder: string;
  let device: EmulatedDevice;
  let mount: Mount;
  let address: string;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'opu-secret-'));
    device = createEmulatedDevice({ profile: 'tiny', clock: new RealTimeClock() });
    mount = await mountTcp(device, { port: 0, token: SECRET });
    address = `${mount.address}?token=${SECRET}`;
  });
  after(async () => {
    await mount.close();
    await device.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const expectHidden = async (args: readonly string[], exit: number): Promise<void> => {
    const terminal = new RecordingTerminal();
    expect(await runCli(args, terminal), terminal.errors).to.equal(exit);
    expect(`${terminal.output}${terminal.errors}`).to.not.contain(SECRET);
    expect(filesWith(folder, SECRET)).to.deep.equal([]);
  };

  it('is in no output of info, plain or as JSON', async () => {
    await expectHidden(['info', address], 0);
    await expectHidden(['info', address, '--json'], 0);
  });

  it('is in no recording, and in nothing that is said of it', async () => {
    const file = join(folder, 'a.mcap');
    await expectHidden(['record', address, '-o', file, '--frames', '3'], 0);
    await expectHidden(['capture', 'info', file, '--json'], 0);
  });

  it('is in no file of a training run and no line of its progress, and a run without it says so on resume', async () => {
    const out = join(folder, 'run');
    const config = join(folder, 'small.json');
    writeFileSync(config, JSON.stringify({ epochs: 1, hidden: [8], trainCount: 64, testCount: 32, batch: 32 }));
    const flags = ['--mode', 'optical', '--config', config];
    await expectHidden(['train', '--device', address, '--out', out, '--json', ...flags], 0);
    await expectHidden(['train', '--resume', out], 2);
    await expectHidden(['train', '--resume', out, '--device', address], 0);
  });

  it('is in no report of a conformance run, and in no error', async () => {
    const report = join(folder, 'conformance');
    await expectHidden(['conformance', address, '--case', 'D-LNK-01', '--report', report], 0);
    const wrong = address.replace(SECRET, `${SECRET}x`);
    await expectHidden(['info', wrong], 1);
  });
});
