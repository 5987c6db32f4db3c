import { SeededRandom } from '@opu/compute';
import { openOpu, type RemoteDevice } from '@opu/driver';
import { emulatorScheme } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { type OpticalSketchOptions, openOpticalSketch } from './optical-sketch.js';

const INPUTS = 64;

describe('an optical sketch', () => {
  let device: RemoteDevice;
  before(async () => {
    device = await openOpu('emulator:tiny?seed=4', { schemes: { emulator: emulatorScheme } });
  });
  after(() => device.close());

  const open = (options: Partial<OpticalSketchOptions> = {}) =>
    openOpticalSketch(device, { inputs: INPUTS, outputs: 40, ...options });
  const vectors = (count: number, seed: number) =>
    ndarray(new SeededRandom(seed, 'fresh').fillNormal(new Float32Array(count * INPUTS)), [count, INPUTS]);
  const squares = (data: Float32Array, row: number, width: number) =>
    data.subarray(row * width, (row + 1) * width).reduce((sum, value) => sum + value * value, 0);

  it('keeps the squared length of other vectors than it was scaled with: within 4 standard errors (false alarm 6e-5, fixed seed)', async () => {
    const sketch = await open();
    expect(sketch.rows).to.equal('gaussian');
    expect(sketch.isometry.standardError).to.be.within(0.001, 0.1);
    const x = vectors(64, 9);
    const y = await sketch.apply(x);
    const ratios = Array.from({ length: 64 }, (_, i) => squares(y.data, i, 40) / squares(x.data, i, INPUTS));
    const mean = ratios.reduce((sum, r) => sum + r, 0) / 64;
    expect(mean).to.be.closeTo(1, 4 * Math.SQRT2 * sketch.isometry.standardError);
  });

  it('is linear within the noise of the camera: S(x + y) = Sx + Sy within 10 % of its length', async () => {
    const sketch = await open({ encoder: 'bitplanes:10' });
    const [x, y] = [vectors(1, 1), vectors(1, 2)];
    const sum = ndarray(
      x.data.map((value, i) => value + y.data[i]!),
      [1, INPUTS],
    );
    const [sx, sy, both] = [await sketch.apply(x), await sketch.apply(y), await sketch.apply(sum)];
    const off = both.data.map((value, j) => value - sx.data[j]! - sy.data[j]!);
    expect(Math.sqrt(squares(off, 0, 40) / squares(both.data, 0, 40))).to.be.below(0.1);
  });

  it("says which rows it gives: plain ones have a Gaussian's kurtosis within 0.5, weighted ones are 1 heavier and more", async () => {
    const kurtosisOf = async (rows: 'gaussian' | 'amplitude-weighted') => {
      const sketch = await open({ rows, outputs: 200 });
      expect(sketch.rows).to.equal(rows);
      const identity = new Float32Array(INPUTS * INPUTS);
      for (let i = 0; i < INPUTS; i++) identity[i * INPUTS + i] = 1;
      const { data } = await sketch.apply(ndarray(identity, [INPUTS, INPUTS]));
      const moment = (power: number) => data.reduce((sum, value) => sum + value ** power, 0) / data.length;
      return moment(4) / moment(2) ** 2;
    };
    expect(await kurtosisOf('gaussian')).to.be.closeTo(3, 0.5);
    // Normal times a Rayleigh amplitude has 6.
    expect(await kurtosisOf('amplitude-weighted')).to.be.above(4.5);
  });

  it('counts frames and device time, and costs no frame for a row of zeros, dense or sparse', async () => {
    const sketch = await open({ probes: 0 });
    const before = sketch.spent;
    const zeros = {
      rows: 2,
      columns: INPUTS,
      indptr: Int32Array.of(0, 0, 0),
      indices: Int32Array.of(),
      data: Float32Array.of(),
    };
    const y = await sketch.apply(zeros);
    expect(Array.from(y.data).every((value) => value === 0)).to.equal(true);
    expect(sketch.spent.frames).to.equal(before.frames);
    await sketch.apply(vectors(1, 1));
    expect(sketch.spent.frames - before.frames).to.be.within(16, 32);
    expect(sketch.spent.deviceTicks).to.be.above(before.deviceTicks);
  });

  it('has as many rows as were asked for, odd numbers of a complex mode too', async () => {
    const sketch = await open({ mode: 'phase-shifting', outputs: 7, probes: 16 });
    expect((await sketch.apply(vectors(2, 1))).shape).to.deep.equal([2, 7]);
  });

  it('says how far values are rounded', async () => {
    expect((await open({ probes: 0 })).roundingShare).to.equal(0.5 / 255);
    expect((await open({ probes: 0, encoder: 'ternary' })).roundingShare).to.equal(0);
  });

  const refused: [Partial<OpticalSketchOptions>, RegExp][] = [
    [{ outputs: 0 }, /outputs is 0/],
    [{ outputs: 1.5 }, /outputs is 1.5/],
    [{ inputs: 1e6 }, /1000000/],
    [{ outputs: 1e6 }, /pixels|outputs/],
    [{ probes: 1 }, /probes is 1/],
  ];
  for (const [options, message] of refused) {
    it(`refuses ${JSON.stringify(options)}`, async () => {
      const error = await open(options).catch((e: Error) => e);
      expect(error).to.have.property('code', 'INVALID_ARGUMENT');
      expect((error as Error).message).to.match(message);
    });
  }

  it('ends when it is asked to', async () => {
    const error = await open({ signal: AbortSignal.abort() }).catch((e: Error) => e);
    expect(error).to.have.property('code', 'ABORTED');
  });
});
