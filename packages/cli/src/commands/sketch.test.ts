import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededRandom } from '@opu/compute';
import { decodeNpy, encodeNpy, type NpyArray } from '@opu/core';
import { RecordingTerminal } from '@opu/testing/recording-terminal.js';
import { expect } from 'chai';
import { runCli } from '../program.js';
import { ringGraphNpz } from '../sketch/testing/ring-graph.js';

const LIGHT = 'emulator:tiny?seed=3';

describe('opu sketch', () => {
  let folder = '';
  const path = (name: string): string => join(folder, name);
  const save = (name: string, type: NpyArray['type'], shape: number[], data: NpyArray['data']): string => {
    writeFileSync(path(name), encodeNpy({ type, shape, data }));
    return path(name);
  };
  const load = (name: string): NpyArray => decodeNpy(readFileSync(path(name)), name);
  const run = async (...args: string[]): Promise<{ code: number; terminal: RecordingTerminal }> => {
    const terminal = new RecordingTerminal();
    return { code: await runCli(['sketch', ...args], terminal), terminal };
  };
  const answer = async (...args: string[]): Promise<Record<string, number>> => {
    const { code, terminal } = await run(...args, '--json');
    expect(terminal.errors).to.equal('');
    expect(code).to.equal(0);
    return JSON.parse(terminal.output);
  };
  const normal = (count: number, seed: number) => new SeededRandom(seed, 'cli').fillNormal(new Float64Array(count));
  const uniform = (count: number, seed: number) => new SeededRandom(seed, 'cli').fillUniform(new Float64Array(count));

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-sketch-'));
    save('a.npy', 'float64', [60, 60], uniform(3600, 1));
    writeFileSync(path('ring.npz'), ringGraphNpz());
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const address of ['digital', LIGHT]) {
    it(`trace, ${address}: within 4 standard errors (false alarm 6e-5, fixed seed), with frames and device time`, async () => {
      const found = await answer('trace', address, '--in', path('a.npy'), '--sketch', '40', '--exact', '--seed', '2');
      const { data } = load('a.npy');
      const exact = Array.from({ length: 60 }, (_, i) => Number(data[61 * i])).reduce((sum, value) => sum + value, 0);
      expect(found.exact).to.be.closeTo(exact, 1e-3);
      expect(Math.abs(found.estimate! - exact)).to.be.below(4 * found.standardError!);
      expect(found.frames! > 0, 'frames').to.equal(address === LIGHT);
      expect(found.deviceSeconds! > 0, 'device time').to.equal(address === LIGHT);
    });
  }

  it('gives no exact answer unasked, and the same answer for the same seed', async () => {
    const args = ['trace', 'digital', '--in', path('a.npy'), '--sketch', '10'];
    const [first, again] = [await answer(...args, '--seed', '5'), await answer(...args, '--seed', '5')];
    expect(first).to.not.have.property('exact');
    expect(again).to.deep.equal(first);
    expect((await answer(...args, '--seed', '6')).estimate).to.not.equal(first.estimate);
  });

  it('triangles of a sparse graph that scipy wrote: 12, exactly, and within 4 standard errors', async () => {
    const found = await answer('triangles', 'digital', '--in', path('ring.npz'), '--sketch', '400', '--exact');
    expect(found.exact).to.equal(12);
    expect(Math.abs(found.estimate! - 12)).to.be.below(4 * found.standardError!);
  });

  it('svd writes U, s and V^T whose product has the error that it says within 1e-5, and a page with the spectrum', async () => {
    const args = ['svd', LIGHT, '--in', path('a.npy'), '--rank', '8', '--sketch', '20', '--power', '2', '--exact'];
    const found = await answer(...args, '--out', path('svd'));
    const [u, s, vt, a] = ['svd/u.npy', 'svd/s.npy', 'svd/vt.npy', 'a.npy'].map(load) as NpyArray[];
    expect([u!.shape, s!.shape, vt!.shape]).to.deep.equal([[60, 8], [8], [8, 60]]);
    let [off, size] = [0, 0];
    for (let i = 0; i < 60; i++) {
      for (let j = 0; j < 60; j++) {
        let value = 0;
        for (let k = 0; k < 8; k++)
          value += Number(u!.data[i * 8 + k]) * Number(s!.data[k]) * Number(vt!.data[k * 60 + j]);
        off += (Number(a!.data[i * 60 + j]) - value) ** 2;
        size += Number(a!.data[i * 60 + j]) ** 2;
      }
    }
    expect(Math.sqrt(off / size)).to.be.closeTo(found.estimate!, 1e-5);
    expect(found.estimate! / found.exact!).to.be.within(1, 1.05);
    const page = readFileSync(path('svd/report.html'), 'utf8');
    expect(page)
      .to.include('Spectrum')
      .and.include('<polyline')
      .and.not.match(/https?:/);
    expect(JSON.parse(readFileSync(path('svd/result.json'), 'utf8')).estimate).to.equal(found.estimate);
  });

  it('product writes A^T B with the error that was to be expected within 30 %', async () => {
    const [a, b] = [
      save('p.npy', 'float64', [100, 9], normal(900, 2)),
      save('q.npy', 'float64', [100, 5], normal(500, 3)),
    ];
    const found = await answer(
      'product',
      LIGHT,
      '--in',
      a,
      '--with',
      b,
      '--sketch',
      '80',
      '--exact',
      '--out',
      path('ab'),
    );
    expect(load('ab/product.npy').shape).to.deep.equal([9, 5]);
    expect(found.exact! / found.estimate!).to.be.within(0.7, 1.3);
  });

  /** Two classes of binary samples, each with ones where its half has more of them. */
  const classes = (count: number, seed: number, wrong = 1000) => {
    const random = new SeededRandom(seed, 'classes');
    // One in `wrong` has the other's label.
    const labels = Uint8Array.from({ length: count }, (_, i) => (i % 2) ^ (i % wrong === 1 ? 1 : 0));
    const x = Uint8Array.from({ length: count * 40 }, (_, at) => {
      const isHis = at % 40 < 20 === (Math.floor(at / 40) % 2 === 0);
      return random.uniform(at) < (isHis ? 0.65 : 0.35) ? 1 : 0;
    });
    return [save(`x${seed}.npy`, 'uint8', [count, 40], x), save(`y${seed}.npy`, 'uint8', [count], labels)] as const;
  };

  it('ridge: by light within 0.05 of the exact kernel on samples of which it is right for 0.85 and more', async () => {
    const [[x, y], [tx, ty]] = [classes(120, 1), classes(200, 2)];
    const data = ['--in', x, '--labels', y, '--test', tx, '--test-labels', ty, '--sketch', '800', '--exact'];
    for (const address of [LIGHT, 'digital']) {
      const found = await answer('ridge', address, ...data, '--alpha', '0.01', '--out', path('ridge'));
      expect(found.exact!, address).to.be.above(0.85);
      expect(found.estimate!, address).to.be.closeTo(found.exact!, 0.05);
      expect(load('ridge/scores.npy').shape).to.deep.equal([200, 2]);
    }
  });

  it('double-descent: the error is largest where features equal samples, of 5 to 320 features', async () => {
    const [[x, y], [tx, ty]] = [classes(40, 3, 7), classes(300, 4)];
    const data = [
      '--in',
      x,
      '--labels',
      y,
      '--test',
      tx,
      '--test-labels',
      ty,
      '--exact',
      '--features',
      '5,10,20,40,80,160,320',
    ];
    const found = await answer('double-descent', LIGHT, ...data, '--out', path('descent'));
    expect(found.exact).to.equal(40);
    expect(found.estimate).to.equal(40);
    expect(load('descent/testErrors.npy').shape).to.deep.equal([7]);
  });

  it('newma: finds both changes of a stream within a window of 30 samples, and nothing else', async () => {
    const random = new SeededRandom(1, 'newma');
    const data = Float32Array.from({ length: 900 * 5 }, (_, at) => {
      const t = Math.floor(at / 5);
      return random.normal(at) + (t >= 400 && t < 700 ? 3 : 0);
    });
    const stream = save('stream.npy', 'float32', [900, 5], data);
    for (const address of ['digital', LIGHT]) {
      const args = ['newma', address, '--in', stream, '--window', '30', '--sketch', '200', '--false-alarms', '1e-4'];
      const { alarms } = (await answer(...args, '--out', path('newma'))) as unknown as { alarms: number[] };
      expect(alarms.length, address).to.equal(2);
      expect(alarms[0], address).to.be.within(400, 430);
      expect(alarms[1], address).to.be.within(700, 730);
    }
    expect(load('newma/statistic.npy').shape).to.deep.equal([900]);
  });

  const refused: [string, () => string[], RegExp][] = [
    ['a file that is not there', () => ['trace', 'digital', '--in', path('none.npy')], /none.npy/],
    [
      'a matrix that is not square',
      () => ['trace', 'digital', '--in', save('w.npy', 'uint8', [2, 3], new Uint8Array(6))],
      /2 rows and 3 columns/,
    ],
    [
      'a matrix without rows',
      () => ['trace', 'digital', '--in', save('e.npy', 'uint8', [0, 3], new Uint8Array(0))],
      /shape \(0, 3\)/,
    ],
    [
      'a number that is none',
      () => ['trace', 'digital', '--in', save('n.npy', 'float32', [1, 1], Float32Array.of(Number.NaN))],
      /NaN in row 0/,
    ],
    [
      'a sketch of no rows',
      () => ['trace', 'digital', '--in', path('a.npy'), '--sketch', '0'],
      /--sketch 0 must be a whole number/,
    ],
    ['a seed that is none', () => ['trace', 'digital', '--in', path('a.npy'), '--seed', '-1'], /--seed -1 must be/],
    [
      'a rank beyond the sketch',
      () => ['svd', 'digital', '--in', path('a.npy'), '--rank', '9', '--sketch', '8'],
      /rank is 9/,
    ],
    ['no second matrix', () => ['product', 'digital', '--in', path('a.npy')], /--with B.npy/],
    ['no classes', () => ['ridge', 'digital', '--in', path('a.npy')], /--labels y.npy/],
    ['an address that is none', () => ['trace', 'nothing:x', '--in', path('a.npy')], /nothing:/],
  ];
  for (const [name, args, message] of refused) {
    it(`refuses ${name} in a sentence, with exit code 2 or 1 and no output`, async () => {
      const { code, terminal } = await run(...args());
      expect(code).to.be.oneOf([1, 2]);
      expect(terminal.errors).to.match(message).and.not.include('bug');
      expect(terminal.output).to.equal('');
    });
  }

  for (const address of ['digital', LIGHT]) {
    it(`ends at Ctrl-C with 130 and writes nothing, ${address}`, async () => {
      const terminal = new RecordingTerminal();
      const done = runCli(['sketch', 'trace', address, '--in', path('a.npy'), '--out', path('never')], terminal);
      terminal.interrupt();
      expect(await done).to.equal(130);
      expect(existsSync(path('never'))).to.equal(false);
    });
  }
});
