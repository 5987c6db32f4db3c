import { type LinearProjectionOptions, openLinearProjection } from '@opu/driver';
import { opticsParameters } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { lightDevice } from './light-device.test.double.js';

const EXPOSURE = 2000;
const parameters = opticsParameters({
  modulator: { kind: 'dmd', width: 32, height: 32 },
  sensor: { width: 64, height: 32 },
  exposureTicks: EXPOSURE,
});
const INPUTS = 10;
const OUTPUTS = 1000;

function ternaryVectors(count: number) {
  const data = Int8Array.from({ length: count * INPUTS }, (_, k) => ((Math.imul(k + 1, 0x9e37_79b1) >>> 13) % 3) - 1);
  return ndarray(data, [count, INPUTS]);
}

async function project(
  options: Partial<LinearProjectionOptions>,
  ideal: boolean | 'float',
  vectors = ternaryVectors(40),
) {
  const device = lightDevice(parameters, 3, EXPOSURE, { ideal });
  const projection = await openLinearProjection(device, {
    mode: 'anchor',
    inputs: INPUTS,
    outputs: OUTPUTS,
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

describe('linear modes on the light of the emulator', () => {
  for (const mode of ['anchor', 'phase-shifting'] as const) {
    describe(mode, () => {
      it('is linear with the float read-out: relative error below 1e-5', async () => {
        const identity = ndarray(
          Int8Array.from({ length: INPUTS * INPUTS }, (_, k) => (k % (INPUTS + 1) === 0 ? 1 : 0)),
          [INPUTS, INPUTS],
        );
        const { outputs: rows } = await project({ mode }, 'float', identity);
        const vectors = ternaryVectors(40);
        const { outputs } = await project({ mode }, 'float', vectors);
        const expected = new Float32Array(40 * OUTPUTS);
        for (let v = 0; v < 40; v++) {
          for (let m = 0; m < OUTPUTS; m++) {
            let sum = 0;
            for (let i = 0; i < INPUTS; i++) sum += vectors.get(v, i) * rows[i * OUTPUTS + m]!;
            expected[v * OUTPUTS + m] = sum;
          }
        }
        expect(relativeError(outputs, expected)).to.be.below(1e-5);
      });

      it('has outputs of variance |vector|^2 within 5 % (10 x 1000 matrix entries, deviation 1.4 %)', async () => {
        const vectors = ternaryVectors(40);
        const { outputs } = await project({ mode }, 'float', vectors);
        const power = outputs.reduce((sum, value) => sum + value * value, 0) / OUTPUTS;
        const size = vectors.data.reduce((sum, value) => sum + value * value, 0);
        expect(power / size).to.be.within(0.95, 1.05);
      });

      it('is within 15 % (root mean square) of the float truth with the noisy 8-bit camera', async () => {
        const { outputs: truth } = await project({ mode }, 'float');
        const { outputs } = await project({ mode }, false);
        expect(relativeError(outputs, truth)).to.be.below(0.15);
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
