import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeNpy, encodeNpy, type NpyArray } from '@opu/core';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';

const ADDRESS = 'emulator:tiny?seed=7&ideal=1';

describe('opu project', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-project-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const path = (name: string): string => join(folder, name);
  const save = (name: string, array: NpyArray): string => {
    writeFileSync(path(name), encodeNpy(array));
    return path(name);
  };
  const load = (name: string): NpyArray => decodeNpy(readFileSync(path(name)), name);
  const project = async (...args: string[]): Promise<{ code: number; terminal: RecordingTerminal }> => {
    const terminal = new RecordingTerminal();
    return { code: await runCli(['project', ADDRESS, ...args], terminal), terminal };
  };
  const bits = (rows: number, columns: number): NpyArray => ({
    type: 'uint8',
    shape: [rows, columns],
    data: Uint8Array.from({ length: rows * columns }, (_, i) => ((i * i * 7 + 3) >> 3) & 1),
  });

  it('gives the same bytes for raw bits, packed bits and the layout that the device spreads', async () => {
    const x = bits(3, 1024);
    const packed = new Uint8Array(3 * 128);
    x.data.forEach((value, i) => {
      packed[i >> 3]! |= Number(value) << (7 - (i & 7));
    });
    save('x.npy', x);
    save('packed.npy', { type: 'uint8', shape: [3, 128], data: packed });
    expect((await project('--in', path('x.npy'), '--out', path('macro.npy'))).code).to.equal(0);
    expect((await project('--in', path('x.npy'), '--out', path('raw.npy'), '--layout', 'raw')).code).to.equal(0);
    expect((await project('--in', path('packed.npy'), '--out', path('y.npy'), '--packed')).code).to.equal(0);
    expect(load('y.npy')).to.deep.include({ type: 'uint8', shape: [3, 1024] });
    expect(load('macro.npy')).to.deep.equal(load('y.npy'));
    expect(load('raw.npy')).to.deep.equal(load('y.npy'));
  });

  it('takes region, exposure and period, and reports as JSON', async () => {
    save('x.npy', bits(4, 64));
    const { code, terminal } = await project(
      ...[
        '--in',
        path('x.npy'),
        '--out',
        path('y.npy'),
        '--roi',
        '4,8,16,2',
        '--exposure',
        '20',
        '--period',
        '200',
        '--json',
      ],
    );
    expect(terminal.errors).to.equal('');
    expect(code).to.equal(0);
    expect(JSON.parse(terminal.output)).to.deep.include({ shape: [4, 32], type: 'uint8', frames: 4 });
    expect(load('y.npy').shape).to.deep.equal([4, 32]);
  });

  it('projects ternary rows linearly: opposite rows have opposite projections within 1e-4', async () => {
    const row = Array.from({ length: 32 }, (_, i) => (i % 3) - 1);
    save('x.npy', { type: 'float32', shape: [2, 32], data: Float32Array.from([...row, ...row.map((v) => -v)]) });
    const args = ['--in', path('x.npy'), '--out', path('y.npy'), '--mode', 'anchor', '--outputs', '100'];
    expect((await project(...args)).code).to.equal(0);
    const y = load('y.npy');
    expect(y).to.deep.include({ type: 'float32', shape: [2, 100] });
    const data = y.data as Float32Array;
    let energy = 0;
    for (let m = 0; m < 100; m++) {
      expect(data[m]!).to.be.closeTo(-data[100 + m]!, 1e-4);
      energy += data[m]! ** 2;
    }
    expect(energy).to.be.above(0);
  });

  it('writes complex64 for phase shifting', async () => {
    save('x.npy', { type: 'int8', shape: [2, 16], data: Int8Array.from({ length: 32 }, (_, i) => (i % 3) - 1) });
    const args = ['--in', path('x.npy'), '--out', path('y.npy'), '--mode', 'phase-shifting', '--outputs', '50'];
    const { code, terminal } = await project(...args);
    expect(terminal.errors).to.contain('complex64 (2, 50)');
    expect(code).to.equal(0);
    expect(load('y.npy')).to.deep.include({ type: 'complex64', shape: [2, 50] });
  });

  it('takes 0 and 1 of any type that numpy writes, and one row without a second dimension', async () => {
    const row = bits(1, 64);
    save('u1.npy', row);
    save('i8.npy', { type: 'int64', shape: [1, 64], data: BigInt64Array.from(row.data, BigInt) });
    save('f8.npy', { type: 'float64', shape: [1, 64], data: Float64Array.from(row.data, Number) });
    save('flat.npy', { ...row, shape: [64] });
    const outputs = new Set<string>();
    for (const name of ['u1', 'i8', 'f8', 'flat']) {
      const out = path(`y-${name}.npy`);
      const { code, terminal } = await project('--in', path(`${name}.npy`), '--out', out);
      expect(code, terminal.errors).to.equal(0);
      outputs.add(readFileSync(out).toString('latin1'));
    }
    expect(outputs.size).to.equal(1);
  });

  it('refuses what cannot be projected, with exit code 2 or 1 and the reason', async () => {
    save('x.npy', bits(2, 64));
    save('cube.npy', { type: 'uint8', shape: [1, 2, 2], data: new Uint8Array(4) });
    save('grey.npy', { type: 'uint8', shape: [1, 2], data: Uint8Array.from([0, 7]) });
    save('float.npy', { type: 'float32', shape: [1, 2], data: Float32Array.from([1, 0.5]) });
    save('wide.npy', bits(1, 2000));
    writeFileSync(path('text.npy'), 'hello');
    const out = ['--out', path('y.npy')];
    for (const [args, code, said] of [
      [['--in', path('x.npy'), '--roi', '1,2,3'], 2, '--roi 1,2,3'],
      [['--in', path('x.npy'), '--roi', '0,0,33,8'], 1, 'regionWidth'],
      [['--in', path('x.npy'), '--exposure', 'long'], 2, '--exposure long'],
      [['--in', path('x.npy'), '--period', '10'], 1, 'modulator-exposure'],
      [['--in', path('x.npy'), '--encoder', 'ternary'], 2, 'linear mode'],
      [['--in', path('x.npy'), '--mode', 'magic'], 2, 'intensity'],
      [['--in', path('x.npy'), '--packed'], 2, '[n, 128]'],
      [['--in', path('cube.npy')], 1, 'matrix'],
      [['--in', path('grey.npy')], 2, 'value 7 in row 0, column 1'],
      [['--in', path('float.npy')], 2, 'value 0.5 in row 0, column 1'],
      [['--in', path('wide.npy')], 2, '1024'],
      [['--in', path('text.npy')], 1, 'magic'],
      [['--in', path('nothing.npy')], 1, 'nothing.npy'],
    ] as const) {
      const { code: got, terminal } = await project(...args, ...out);
      expect(terminal.errors, args.join(' ')).to.contain(said);
      expect(got, terminal.errors).to.equal(code);
    }
  });
});

describe('opu info', () => {
  it('prints identity, limits, configuration and counters', async () => {
    const terminal = new RecordingTerminal();
    expect(await runCli(['info', ADDRESS], terminal)).to.equal(0);
    expect(terminal.errors).to.equal('');
    for (const text of ['EMU-tiny-7', 'patternSlots', 'minimumPeriodTicks', '(37.5 us)', 'underrun']) {
      expect(terminal.output).to.contain(text);
    }
  });

  it('prints one JSON document with --json', async () => {
    const terminal = new RecordingTerminal();
    expect(await runCli(['info', ADDRESS, '--json'], terminal)).to.equal(0);
    const info = JSON.parse(terminal.output) as { identity: { profile: string }; counters: { frames: number } };
    expect(info.identity.profile).to.equal('tiny');
    expect(info.counters.frames).to.equal(0);
  });

  it('says what is wrong with an address', async () => {
    for (const [address, code, said] of [
      ['emulator:tny', 2, "Did you mean 'tiny'?"],
      ['emulator:tiny?sed=1', 2, "Did you mean 'seed'?"],
      ['tcp://127.0.0.1:1', 1, 'Nothing listens on tcp://127.0.0.1:1'],
      ['tcp://127.0.0.1', 2, 'port from 1 to 65535'],
      ['cable:x', 2, 'known are'],
      ['here', 2, 'scheme'],
    ] as const) {
      const terminal = new RecordingTerminal();
      expect(await runCli(['info', address], terminal), address).to.equal(code);
      expect(terminal.errors, address).to.contain(said);
    }
  });
});
