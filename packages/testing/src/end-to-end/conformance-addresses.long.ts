import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecorder, recordDevice } from '@opu/capture';
import { runCli, schemes } from '@opu/cli';
import { type CaseResult, runDriverSuite, type SuiteReport } from '@opu/conformance';
import { RealTimeClock } from '@opu/core';
import { mountSerial, mountTcp } from '@opu/device';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { healthy } from '../broken-drivers/broken-driver.js';
import { RecordingTerminal } from '../recording-terminal.js';
import { needsUsb, runInNamespace } from '../usbfs/in-namespace.js';

const bad = ({ results }: { results: readonly CaseResult[] }): string[] =>
  results.filter(({ verdict }) => verdict === 'fail').map(({ number, reason }) => `${number} ${reason}`);

describe('opu conformance by address: every case passes, or is left out with a reason', () => {
  const clock = new RealTimeClock();
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-addresses-'));
  });

  after(() => rmSync(folder, { recursive: true }));

  async function suite(address: string, which: string): Promise<void> {
    const terminal = new RecordingTerminal();
    const begin = clock.now();
    const code = await runCli(['conformance', address, '--suite', which, '--json'], terminal);
    const report = JSON.parse(terminal.output) as SuiteReport;
    expect(bad(report)).to.deep.equal([]);
    expect(code, terminal.errors).to.equal(0);
    const others = report.results.filter(({ verdict }) => verdict !== 'pass');
    expect(others.filter(({ reason }) => reason === '')).to.deep.equal([]);
    console.log(
      `      ${report.counts.pass} of ${report.results.length} pass, ${((clock.now() - begin) / 1e8).toFixed(1)} s`,
    );
  }

  for (const which of ['device', 'driver']) {
    it(`emulator:tiny, ${which} suite`, () => suite('emulator:tiny', which));

    for (const time of ['virtual', 'realtime'] as const) {
      it(`tcp://, ${time} clock, ${which} suite`, async () => {
        const device = createEmulatedDevice({ profile: 'tiny', clock: time });
        const mount = await mountTcp(device, { port: 0 });
        await suite(mount.address, which);
        await mount.close();
        await device.close();
      });
    }

    it(`serial:, ${which} suite`, async function () {
      if (process.platform !== 'linux' || !existsSync('/dev/ptmx') || !existsSync('/usr/bin/perl')) {
        if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error('pseudo-terminals and perl are needed here');
        console.log('      skipped: needs Linux with pseudo-terminals and perl (install perl-base)');
        this.skip();
      }
      const device = createEmulatedDevice({ profile: 'tiny' });
      const mount = mountSerial(device, { clock, linkPath: join(folder, `tty-${which}`) });
      await suite(mount.address, which);
      await mount.close();
      await device.close();
    });

    it(`usb:, ${which} suite (the real package, a virtual bus)`, async function () {
      needsUsb(this);
      expect(await runInNamespace('./usb-conformance-run.js', which)).to.deep.equal({
        code: 0,
        bad: [],
        verdict: 'pass',
      });
    });

    it(`replay:, ${which} suite`, async () => {
      const file = join(folder, `${which}.mcap`);
      expect(await runCli(['record', 'emulator:tiny', '-o', file, '--frames', '20'], new RecordingTerminal())).to.equal(
        0,
      );
      await suite(`replay:${file}`, which);
    });
  }

  it('a device that is recorded is a device: the driver suite passes', async () => {
    let count = 0;
    const report = await runDriverSuite({
      address: 'recorded:',
      open: async (wire) => {
        const device = await healthy(wire.schemes(schemes));
        return await recordDevice(device, await openRecorder(join(folder, `${count++}.mcap`)));
      },
    });
    expect(bad(report)).to.deep.equal([]);
    expect(report.counts.pass).to.equal(report.results.length);
  });
});
