import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';

const here = dirname(fileURLToPath(import.meta.url));

async function run(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(here, `${name}.js`), ...args], {
    timeout: 60_000,
  });
  return stdout;
}

function figure(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1]);
}

describe('examples', () => {
  it('speckle: contrast within 0.85 and 1.15, one frame every 100 us', async () => {
    const text = await run('speckle');
    expect(figure(text, /contrast ([\d.]+)/)).to.be.within(0.85, 1.15);
    expect(figure(text, /every ([\d.]+) us/)).to.equal(100);
  });

  it('averaging: 8 averages from 128 frames, noise of an average below 1 grey value', async () => {
    const text = await run('averaging');
    expect(text).to.match(/^8 averages of 16 frames; the device made 128 frames$/m);
    expect(figure(text, /average: ([\d.]+)/)).to.be.within(0.01, 1);
  });

  it('linear: additive within 25 % with a noisy 8-bit camera', async () => {
    const text = await run('linear');
    expect(figure(text, /= ([\d.]+) with/)).to.be.within(0.001, 0.25);
  });

  it('frame-source: a device of one file projects, streams 200 frames and is reached over TCP', async () => {
    const text = await run('frame-source');
    const square = text.split('\n').slice(0, 8);
    const around = [3, 4, 5];
    const expected = Array.from({ length: 8 }, (_, y) =>
      Array.from({ length: 8 }, (_, x) => (around.includes(x) && around.includes(y) ? '#' : '.')).join(' '),
    );
    expect(square).to.deep.equal(expected);
    // S + E = 1 250 + 5 000 ticks; reading 8 rows takes less.
    expect(text).to.contain('Lens: streamed up to frame 200, one every 6250 ticks');
    expect(text).to.contain('LENS-1 at tcp: 201 frames so far');
    const source = readFileSync(join(here, '../src/frame-source.ts'), 'utf8');
    expect(source.split('\n').length).to.be.below(80);
  });

  it('mnist-ridge: says how it is used when it is given no folder', async () => {
    const error = await run('mnist-ridge').catch((reason: { stderr: string; code: number }) => reason);
    expect(error).to.have.property('code', 2);
    expect(error).to.have.property('stderr').that.includes('usage: node examples/dist/mnist-ridge.js');
  });

  it('robustness: a line for each bit depth, accuracy between 10 and 100 %', async () => {
    const text = await run('robustness', 'bits', '--quick');
    const lines = [...text.matchAll(/^ {2}(\d+) bit +([\d.]+) %/gm)];
    expect(lines.map(([, bits]) => bits)).to.deep.equal(['8', '10', '12']);
    for (const [, , accuracy] of lines) expect(Number(accuracy)).to.be.within(10, 100);
  });
});
