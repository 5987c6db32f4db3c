import { type LinearProjectionOptions, openLinearProjection } from '@opu/driver';
import { opticsParameters } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { lightDevice } from './light-device.test.double.js';

const EXPOSURE = 2000;
const parameters = opticsParameters({
  modulator: { kind: 'dmd', width: 32, height: 32 },
  sensor: { width: 128, height: 64 },
  exposureTicks: EXPOSURE,
});
const INPUTS = 10;

function ternaryVectors(count: number) {
  const data = Int8Array.from({ length: count * INPUTS }, (_, k) => ((Math.imul(k + 1, 0x9e37_79b1) >>> 13) % 3) - 1);
  return ndarray(data, [count, INPUTS]);
}

async function project(
  options: Partial<LinearProjectionOptions>,
  ideal: boolean | 'float',
  vectors = ternaryVectors(40),
) {
  const medium = { ...parameters.medium, grainPixels: options.grainPixels ?? 1 };
  const device = lightDevice({ ...parameters, medium }, 3, EXPOSURE, { ideal });
  const projection = await openLinearProjection(device, {
    mode: 'anchor',
    inputs: INPUTS,
    outputs: 1000,
    ...options,
  });
  return { device, projection, outputs: (await projection.project(vectors)).data };
}

function relativeError(values: Float32Array, truth: Float32Array): number {
  let error = 0;
  let power = 0;
  for (let i = 0; i < truth.length; i++) {
    error += (values[i]! - truth[i]!) ** 2;
    power += truth[i]! ** 2;
  }
  return Math.sqrt(error / power);
}

interface Case {
  readonly name: string;
  readonly options: Partial<LinearProjectionOptions>;
  readonly linear: number;
  readonly variance: number;
  readonly noise: number;
}

/** Bounds of the variance are 3 deviations over seeds: 3.4 % with an anchor, whose field weights the outputs, 0.8 % without (2 % with 300 outputs). */
const cases: readonly Case[] = [
  { name: 'anchor', options: { mode: 'anchor' }, linear: 1e-5, variance: 0.1, noise: 0.1 },
  { name: 'phase-shifting', options: { mode: 'phase-shifting' }, linear: 1e-5, variance: 0.025, noise: 0.06 },
  {
    name: 'phase-shifting, 3 phases',
    options: { mode: 'phase-shifting', phases: 3 },
    linear: 1e-5,
    variance: 0.025,
    noise: 0.07,
  },
  {
    name: 'off-axis, grain 3',
    options: { mode: 'off-axis', grainPixels: 3, outputs: 300 },
    linear: 0.01,
    variance: 0.06,
    noise: 0.04,
  },
];

describe('linear modes on the light of the emulator', () => {
  for (const { name, options, linear, variance, noise } of cases) {
    describe(name, () => {
      it(`is linear with the float read-out: relative error below ${linear}`, async () => {
        const identity = ndarray(
          Int8Array.from({ length: INPUTS * INPUTS }, (_, k) => (k % (INPUTS + 1) === 0 ? 1 : 0)),
          [INPUTS, INPUTS],
        );
        const { outputs: rows, projection } = await project(options, 'float', identity);
        const count = projection.outputs;
        const vectors = ternaryVectors(40);
        const { outputs } = await project(options, 'float', vectors);
        const expected = new Float32Array(40 * count);
        for (let v = 0; v < 40; v++) {
          for (let m = 0; m < count; m++) {
            let sum = 0;
            for (let i = 0; i < INPUTS; i++) sum += vectors.get(v, i) * rows[i * count + m]!;
            expected[v * count + m] = sum;
          }
        }
        expect(relativeError(outputs, expected)).to.be.below(linear);
      });

      it(`has outputs of variance |vector|^2 within ${100 * variance} % (3 deviations over seeds)`, async () => {
        const vectors = ternaryVectors(40);
        const { outputs, projection } = await project(options, 'float', vectors);
        const power = outputs.reduce((sum, value) => sum + value * value, 0) / projection.outputs;
        const size = vectors.data.reduce((sum, value) => sum + value * value, 0);
        expect(power / size).to.be.closeTo(1, variance);
      });

      it(`is within ${Math.round(100 * noise)} % (root mean square) of the float truth with the noisy 8-bit camera`, async () => {
        const { outputs: truth } = await project(options, 'float');
        const { outputs } = await project(options, false);
        expect(relativeError(outputs, truth)).to.be.below(noise);
      });
    });
  }

  it('costs 4 frames a ternary vector with an anchor, and 2 once, in chunks that fill pattern RAM', async () => {
    const { device, projection } = await project({}, true);
    expect(projection.framesPerVector).to.equal(4);
    expect(projection.framesMade).to.equal(2 + 40 * 4);
    expect(device.batches).to.deep.equal([2, 64, 64, 32]);
  });

  it('is the same with macro-pixels and with raw patterns, to the byte', async () => {
    const macro = await project({ layout: 'macro' }, true);
    const raw = await project({ layout: 'raw' }, true);
    expect(raw.outputs).to.deep.equal(macro.outputs);
  });
});

describe('opening a linear projection', () => {
  it('says which feature is missing, and what does not fit', async () => {
    const device = lightDevice(parameters, 3, EXPOSURE);
    const open = (options: Partial<LinearProjectionOptions>) =>
      openLinearProjection(device, { mode: 'anchor', inputs: 10, outputs: 100, ...options }).then(
        () => 'opened',
        (error: Error) => error.message,
      );
    expect(await open({ outputs: 128 * 64 + 1 })).to.include('the sensor has 128 x 64, 8192 in all');
    expect(await open({ inputs: 1000 })).to.include('this modulator takes 1 to 972');
    expect(await open({ mode: 'off-axis' }), 'grain measured').to.match(
      /^The grain is 1(\.\d+)? pixels; .* at least 3/,
    );
    expect(await open({ mode: 'off-axis', grainPixels: 2 })).to.include('needs at least 3');
    expect(await open({ mode: 'phase-shifting', phases: 5 as 4 })).to.include('takes 3 or 4');
    expect(await open({ referenceAmplitude: 0 })).to.include('referenceAmplitude is 0');
    expect(await open({ onceFrames: 0 })).to.include('onceFrames is 0');
    (device.limits as { features: ReadonlySet<string> }).features = new Set(['macro-pixels']);
    expect(await open({ mode: 'phase-shifting' })).to.include('needs reference-beam, which this device does not offer');
  });

  it('measures the grain for off-axis when it is not given, and counts the frames', async () => {
    const grained = { ...parameters, medium: { ...parameters.medium, grainPixels: 3 } };
    const device = lightDevice(grained, 3, EXPOSURE);
    const projection = await openLinearProjection(device, { mode: 'off-axis', inputs: 10, outputs: 100 });
    expect(projection.framesOnce).to.equal(16 + 1 + 2 * 10);
    expect(projection.framesMade).to.equal(projection.framesOnce);
  });

  it('refuses vectors of the wrong shape, and a device that was configured for something else since', async () => {
    const device = lightDevice(parameters, 3, EXPOSURE);
    const projection = await openLinearProjection(device, { mode: 'anchor', inputs: 10, outputs: 100 });
    const project = (columns: number) =>
      projection.project(ndarray(new Int8Array(columns), [1, columns])).then(
        ({ shape }) => shape.join(),
        (error: Error) => error.message,
      );
    expect(await project(10)).to.equal('1,100');
    expect(await project(9)).to.include('takes [batch, 10]');
    await device.configure({ macroPixels: { columns: 3, rows: 3 } });
    expect(await project(10)).to.include('Open the projection again');
  });

  it('reads a strided view as it is', async () => {
    const vectors = ternaryVectors(6);
    const device = lightDevice(parameters, 3, EXPOSURE, { ideal: true });
    const projection = await openLinearProjection(device, { mode: 'anchor', inputs: 10, outputs: 100 });
    const straight = await projection.project(vectors);
    const reversed = await projection.project(vectors.step(-1, 1));
    for (let v = 0; v < 6; v++) {
      for (let m = 0; m < 100; m++) expect(reversed.get(5 - v, m)).to.equal(straight.get(v, m));
    }
  });
});
