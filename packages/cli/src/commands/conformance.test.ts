import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceCases, driverCases, type SuiteReport } from '@opu/conformance';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';

async function run(...args: string[]): Promise<{ code: number; terminal: RecordingTerminal }> {
  const terminal = new RecordingTerminal();
  return { code: await runCli(['conformance', ...args], terminal), terminal };
}

describe('opu conformance', function () {
  this.timeout(60_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-conformance-'));
  });

  after(() => rmSync(folder, { recursive: true }));

  it('passes the healthy emulated device in every case, and writes its reports', async () => {
    const { code, terminal } = await run('emulator:tiny', '--report', folder, '--json');
    expect(code, terminal.errors).to.equal(0);
    const report = JSON.parse(terminal.output) as SuiteReport;
    expect(report.verdict).to.equal('pass');
    expect(report.results.map((r) => r.number)).to.deep.equal(deviceCases.map((c) => c.number));
    expect(report.results.filter((r) => r.log.length === 0)).to.deep.equal([]);
    expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).to.deep.equal(report);
    const xml = readFileSync(join(folder, 'report.xml'), 'utf8');
    expect(xml.match(/<testcase /g)).to.have.length(deviceCases.length);
    const html = readFileSync(join(folder, 'report.html'), 'utf8');
    expect(html)
      .to.contain('D-CFG-03')
      .and.not.match(/src=|href=/);
    expect(readFileSync(join(folder, 'report.txt'), 'utf8')).to.contain('device suite on emulator:tiny: pass');
  });

  it('passes the driver in the cases of a group, with what went over the wire', async () => {
    const { code, terminal } = await run('emulator:tiny', '--suite', 'driver', '--case', 'stream', '--json');
    expect(code, terminal.errors).to.equal(0);
    const { counts, results } = JSON.parse(terminal.output) as SuiteReport;
    expect(counts.pass).to.equal(driverCases.filter(({ group }) => group === 'stream').length);
    expect(results.filter(({ log }) => log.length === 0)).to.deep.equal([]);
  });

  it('passes a replay in what needs no patterns of its own; the rest is not supported, as its features say', async () => {
    const file = join(folder, 'replayed.mcap');
    await runCli(['record', 'emulator:tiny', '-o', file, '--frames', '20'], new RecordingTerminal());
    const { code, terminal } = await run(`replay:${file}`, '--json');
    expect(code, terminal.errors).to.equal(0);
    const { results, counts } = JSON.parse(terminal.output) as SuiteReport;
    expect(counts.pass).to.be.at.least(30);
    const unsupported = results.filter((r) => r.verdict === 'not-supported');
    expect(unsupported.filter((r) => !/recording|feature/.test(r.reason))).to.deep.equal([]);
  });

  it('runs the cases that a pattern fits, and refuses one that fits none with exit code 2', async () => {
    const some = await run('emulator:tiny', '--case', 'D-HS-*');
    expect(some.code).to.equal(0);
    expect(some.terminal.output).to.contain('D-HS-01').and.not.contain('D-CFG-01');
    expect((await run('emulator:tiny', '--case', 'D-XYZ-*')).code).to.equal(2);
  });

  it('lists what each case expects, without a device', async () => {
    const { code, terminal } = await run('--list', '--case', 'D-SQE-*');
    expect(code, terminal.errors).to.equal(0);
    expect(terminal.output).to.contain('D-SQE-01').and.contain('expected: ').and.contain('proves: OPU-SEQ-3');
  });

  it('says which clauses a device leaves unproven', async () => {
    const { terminal } = await run('emulator:tiny', '--case', 'D-LNK-15');
    expect(terminal.output).to.contain('pass, with 2 clauses unproven on this device');
    expect(terminal.output).to.contain('unproven on this device: OPU-CAR-3, OPU-CAR-4');
  });

  it('names the command for trigger edges when it fails, and its case fails', async () => {
    const { code, terminal } = await run('emulator:tiny', '--case', 'D-TRG-03', '--external-trigger', 'exit 3');
    expect(code).to.not.equal(0);
    expect(terminal.output).to.contain('--external-trigger exit 3 failed');
  });

  it('takes the address from OPU_ADDRESS when none is given, and says so when there is neither', async () => {
    const terminal = new RecordingTerminal();
    terminal.env.OPU_ADDRESS = 'emulator:tiny?seed=3';
    expect(await runCli(['conformance', '--case', 'D-LNK-01'], terminal)).to.equal(0);
    expect(terminal.output).to.contain('device suite on emulator:tiny?seed=3: pass');
    const nothing = await run('--case', 'D-LNK-01');
    expect(nothing.code).to.equal(2);
    expect(nothing.terminal.errors).to.contain('OPU_ADDRESS');
  });

  it('compares the verdicts of repeated runs', async () => {
    const { code, terminal } = await run('emulator:tiny', '--case', 'D-HS-*', '--repeat', '3');
    expect(code, terminal.errors).to.equal(0);
    expect(terminal.output).to.contain('run 3 of 3').and.contain('0 cases differ between 3 runs');
    expect((await run('emulator:tiny', '--repeat', '0')).code).to.equal(2);
  });

  it('ends with an incomplete report and exit code 130 when it is interrupted', async () => {
    const terminal = new RecordingTerminal();
    const running = runCli(['conformance', 'emulator:tiny', '--report', join(folder, 'cut')], terminal);
    while (!terminal.output.includes('D-HS-01')) await new Promise((resolve) => setImmediate(resolve));
    terminal.interrupt();
    expect(await running).to.equal(130);
    expect(JSON.parse(readFileSync(join(folder, 'cut', 'report.json'), 'utf8'))).to.include({ verdict: 'incomplete' });
  });
});
