import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type CaseResult, deviceCases, type Evidence, type SuiteReport } from '@opu/conformance';
import { type Mount, mountTcp } from '@opu/device';
import { openOpu } from '@opu/driver';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { needTool } from '@opu/testing/tools/need-tool.js';
import { expect } from 'chai';
import { schemes } from '../frame/schemes.js';
import { runCli } from '../program.js';

const opu = fileURLToPath(new URL('../../bin/opu.js', import.meta.url));
const REPORTS = ['report.txt', 'report.json', 'report.xml', 'report.html', 'badge.svg'];

describe('the evidence of opu conformance', function () {
  this.timeout(60_000);
  let folder: string;
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const evidence = (): Evidence => JSON.parse(read('evidence.json')) as Evidence;
  const cases = (): CaseResult[] =>
    read('evidence.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as CaseResult);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-evidence-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('has verdict, planned cases, every result, and the SHA-256 of the files beside it', async () => {
    expect(await runCli(['conformance', 'emulator:tiny', '--report', folder], new RecordingTerminal())).to.equal(0);
    const { verdict, planned, files, counts } = evidence();
    expect(verdict).to.equal('pass');
    expect(planned).to.deep.equal(deviceCases.map(({ number }) => number));
    const report = JSON.parse(read('report.json')) as SuiteReport;
    expect(cases()).to.deep.equal(report.results);
    expect(counts).to.deep.equal(report.counts);
    expect(Object.keys(files)).to.have.members(['evidence.jsonl', ...REPORTS]);
    for (const [name, hash] of Object.entries(files)) {
      expect(createHash('sha256').update(read(name)).digest('hex'), name).to.equal(hash);
    }
  });

  it('says description, expectation, verdict, ticks and the wire log in hexadecimal in every report', async () => {
    const args = ['conformance', 'emulator:tiny', '--case', 'D-CFG-0*', '--report', folder];
    expect(await runCli(args, new RecordingTerminal())).to.equal(0);
    const { results } = JSON.parse(read('report.json')) as SuiteReport;
    const plain = (text: string): string =>
      text.replace(
        /&(amp|lt|gt|quot|#39);/g,
        (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'",
      );
    for (const name of ['report.txt', 'report.xml', 'report.html']) {
      const text = plain(read(name));
      for (const { number, description, expectation, verdict, durationTicks, log } of results) {
        expect(log.length, number).to.be.greaterThan(0);
        for (const part of [number, description, expectation, verdict, `took ${durationTicks}`, log[0]!.hex]) {
          expect(text, `${name}, ${number}`).to.contain(part);
        }
      }
    }
    expect(read('badge.svg')).to.contain(`${results.length} pass`);
  });

  it('shows its page and its badge in a browser, which loads nothing else', async function () {
    needTool(this, 'chromium', 'chromium');
    expect(await runCli(['conformance', 'emulator:tiny', '--report', folder], new RecordingTerminal())).to.equal(0);
    const show = (name: string): string => {
      const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
      const url = pathToFileURL(join(folder, name)).href;
      const home = `--user-data-dir=${join(folder, 'browser')}`;
      const { stdout, error } = spawnSync('chromium', [...flags, home, '--dump-dom', url], {
        encoding: 'utf8',
        maxBuffer: 2 ** 26,
        timeout: 50_000,
      });
      if (error !== undefined) throw error;
      return stdout;
    };
    const dom = show('report.html');
    expect(dom.match(/<details/g)).to.have.length(deviceCases.length);
    expect(dom).to.contain('device suite on emulator:tiny: pass');
    expect(show('badge.svg')).to.contain('OPU device conformance');
    expect(read('report.html')).not.to.match(/(src|href)=|url\(|@import/);
  });

  describe('of a run that is cut off', () => {
    let device: EmulatedDevice;
    let mount: Mount;

    beforeEach(async () => {
      device = createEmulatedDevice({ profile: 'tiny', clock: 'realtime' });
      mount = await mountTcp(device, { port: 0 });
      writeFileSync(join(folder, 'evidence.json'), '{"verdict":"pass"}');
    });

    afterEach(async () => {
      await mount.close();
      await device.close();
    });

    /** Runs the suite in a process of its own and ends it when some cases are done. */
    async function cut(signal: NodeJS.Signals): Promise<{ code: number | null; errors: string }> {
      const child = spawn(process.execPath, [opu, 'conformance', mount.address, '--report', folder], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let errors = '';
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      const ended = once(child, 'close') as Promise<[number | null]>;
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.includes('D-HS-01')) child.kill(signal);
      });
      const [code] = await ended;
      return { code, errors };
    }

    /** Somebody else gets the device at once, and finds its first configuration. */
    async function isSafe(): Promise<void> {
      const fresh = await openOpu('emulator:tiny', { schemes });
      const host = await openOpu(mount.address, { schemes });
      expect(host.configuration).to.deep.equal(fresh.configuration);
      await host.close();
      await fresh.close();
    }

    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGKILL', null],
    ] as const) {
      it(`stays incomplete after ${signal}, with the results until then, and the device is safe`, async () => {
        expect((await cut(signal)).code).to.equal(code);
        expect(evidence().verdict).to.equal('incomplete');
        expect(cases().length).to.be.within(1, deviceCases.length - 1);
        expect((JSON.parse(read('report.json')) as SuiteReport).verdict).to.equal('incomplete');
        expect(read('report.xml')).to.contain('errors="1"');
        expect(read('badge.svg')).to.contain('incomplete');
        expect(existsSync(join(folder, 'report.html'))).to.equal(true);
        await isSafe();
      });
    }
  });
});
