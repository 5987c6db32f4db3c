import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';

const opu = fileURLToPath(new URL('../../bin/opu.js', import.meta.url));

async function run(...args: string[]): Promise<{ code: number; output: string; errors: string }> {
  const terminal = new RecordingTerminal();
  const code = await runCli(['trace', ...args], terminal);
  return { code, output: terminal.output, errors: terminal.errors };
}

const worked = ['tiny', '--frames', '3', '--set', 'P=100', '--message-bytes', '1100', '--link-ticks-per-byte', '1'];

describe('opu trace', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-trace-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('prints the worked example as JSON lines', async () => {
    const { code, output } = await run(...worked);
    expect(code).to.equal(0);
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).to.have.length(4);
    expect(lines[1]).to.deep.equal({
      k: 1,
      load_start: 1378,
      load_end: 1506,
      reset: 10_128,
      settled: 11_378,
      trigger: 11_378,
      exposure_start: 11_878,
      exposure_end: 13_878,
      readout_start: 13_978,
      readout_end: 17_178,
      tx_start: 17_178,
      tx_end: 18_278,
      dropped_before: 0,
    });
    expect(lines[3]).to.deep.equal({ counters: { underrun: 0, stall: 0, overrun: 0 }, pmin: 3750 });
  });

  it('prints null for what a dropped frame never had, and the number dropped before the next one', async () => {
    const { output } = await run(
      ...['tiny', '--frames', '6', '--overrun', 'drop', '--set', 'Nbuf=1', '--set', 'ticks.X=15000'],
    );
    const lines = output.split('\n').map((line) => (line === '' ? {} : (JSON.parse(line) as Record<string, unknown>)));
    expect(lines[0]?.tx_end).to.equal(7178 + 15_000);
    expect(lines[1]).to.include({ tx_start: null, tx_end: null, dropped_before: 0 });
    expect(lines[2]).to.include({ tx_start: null });
    expect(lines[3]).to.include({ dropped_before: 2 });
    expect(lines[6]?.counters).to.deep.equal({ underrun: 0, stall: 0, overrun: 4 });
  });

  it('takes settings one by one or several at once, before and behind the profile', async () => {
    const wanted = (await run(...['tiny', '--frames', '2', '--set', 'P=200', '--set', 'E=30'])).output;
    expect(wanted).to.include('"reset":20128');
    expect((await run(...['tiny', '--set', 'P=200', 'E=30', '--frames', '2'])).output).to.equal(wanted);
    expect((await run(...['--frames', '2', '--set', 'P=200', 'E=30', 'tiny'])).output).to.equal(wanted);
    const nameless = await run(...['--frames', '2', '--set', 'P=200']);
    expect(nameless.code).to.equal(2);
    expect(nameless.errors).to.include('Name one profile');
  });

  it('takes arrivals, the start and a file for the output', async () => {
    const arrivals = join(folder, 'arrivals.txt');
    const output = join(folder, 'out.txt');
    writeFileSync(arrivals, '-5\n35000\n0\n');
    const result = await run(...worked, '--arrivals', arrivals, '--start', '77', '-o', output, '--format', 'table');
    expect(result).to.deep.equal({ code: 0, output: '', errors: '' });
    const lines = readFileSync(output, 'utf8').split('\n');
    expect(lines[1]?.trim().split(/ +/)[1]).to.equal('77');
    expect(lines[2]?.trim().split(/ +/).slice(1, 4)).to.deep.equal(['35000', '35128', '40205']);
    expect(lines[4]).to.match(/^3 underruns, 0 stalls, 0 overruns, 0 ignored triggers; Pmin 3750 ticks/);
  });

  it('takes triggers from a file and counts those that were ignored', async () => {
    const triggers = join(folder, 'triggers.txt');
    writeFileSync(triggers, '128\n200\n5000\n9000\n');
    const { code, output } = await run('tiny', '--frames', '3', '--trigger', 'external', '--triggers', triggers);
    expect(code).to.equal(0);
    const lines = output.trimEnd().split('\n');
    expect(lines.slice(0, 3).map((line) => (JSON.parse(line) as { reset: number }).reset)).to.deep.equal([
      128, 5000, 9000,
    ]);
    expect(lines[3]).to.include('"ignored_trigger":1');
  });

  it('refuses what it cannot take, with exit code 2 for the words and 1 for the world', async () => {
    const cases: [string[], number, RegExp][] = [
      [['tiny'], 2, /required option '--frames <n>'/],
      [['tiny', '--frames', '1e3'], 2, /whole number, 1 or more/],
      [['tiny', '--frames', '1', '--format', 'xml'], 2, /Allowed choices are jsonl, vcd, table/],
      [['tiny', '--frames', '1', '--set', 'Z=1'], 2, /there is no field 'Z'/],
      [['tiny', '--frames', '1', '--link-ticks-per-byte', 'x'], 2, /no number of ticks a byte/],
      [['tiny', '--frames', '1', '--link', 'usb3', '--link-ticks-per-byte', '1'], 2, /not both/],
      [['tiny', '--frames', '1', '--trigger', 'external'], 2, /needs --triggers/],
      [['tiny', '--frames', '1', '--triggers', 'x'], 2, /needs --trigger software or external/],
      [['tiny', '--frames', '1', '--set', 'P=30'], 1, /3750 ticks \(Pmin\) that modulator-exposure/],
      [['tiny', '--frames', '1', '--arrivals', join(folder, 'none')], 1, /There is no .*none/],
      [['tiny', '--frames', '1', '-o', join(folder, 'none', 'x')], 1, /There is no .*none/],
    ];
    for (const [args, wanted, message] of cases) {
      const { code, output, errors } = await run(...args);
      expect(code, args.join(' ')).to.equal(wanted);
      expect(output).to.equal('');
      expect(errors).to.match(message);
      expect(errors).to.not.include('This is a bug');
    }
  });

  it('ends quietly when its reader has enough, with exit code 130 when it is interrupted', async () => {
    const endless = [opu, 'trace', 'tiny', '--frames', '1000000000'];
    const cut = spawn(process.execPath, endless, { stdio: ['ignore', 'pipe', 'pipe'] });
    let errors = '';
    cut.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    await once(cut.stdout, 'data');
    cut.stdout.destroy();
    expect((await once(cut, 'exit'))[0]).to.equal(0);
    expect(errors).to.equal('');
    const interrupted = spawn(process.execPath, endless, { stdio: ['ignore', 'pipe', 'pipe'] });
    await once(interrupted.stdout, 'data');
    interrupted.stdout.resume();
    interrupted.kill('SIGINT');
    expect((await once(interrupted, 'exit'))[0]).to.equal(130);
  });
});
