import { schemes } from '@opu/cli';
import {
  type EncoderName,
  type LinearModeName,
  type OpticalProjection,
  openLinearProjection,
  openOpu,
} from '@opu/driver';
import { expect } from 'chai';
import ndarray from 'ndarray';

const INPUTS = 24;
const OUTPUTS = 256;

type Kind = 'whole' | 'real';
type Spread = 'dense' | 'sparse';
type Signs = 'one sign' | 'two signs';

/** A vector of numbers up to 1 (real) or of -1, 0, 1 (whole), the same for each call. */
function vectorOf(kind: Kind, spread: Spread, signs: Signs): Float32Array {
  return Float32Array.from({ length: INPUTS }, (_, i) => {
    const draw = Math.imul(i * 7 + 3, 0x9e37_79b1) >>> 8;
    const share = (draw & 0xffff) / 0xffff;
    if (spread === 'sparse' && i % 6 !== 0) return 0;
    const sign = signs === 'one sign' || (draw >>> 16) % 2 === 0 ? 1 : -1;
    return sign * (kind === 'whole' ? 1 : 0.1 + 0.9 * share);
  });
}

async function projected(projection: OpticalProjection, vector: Float32Array): Promise<Float32Array> {
  return (await projection.project(ndarray(vector, [1, INPUTS]))).data;
}

/** |y - s reference| / |s reference|. */
function relativeError(y: Float32Array, reference: Float32Array, scale: number): number {
  let wrong = 0;
  let size = 0;
  for (let m = 0; m < y.length; m++) {
    wrong += (y[m]! / scale - reference[m]!) ** 2;
    size += reference[m]! ** 2;
  }
  return Math.sqrt(wrong / size);
}

async function opened(
  query: string,
  mode: LinearModeName,
  encoder: EncoderName,
  work: (projection: OpticalProjection) => Promise<void>,
): Promise<void> {
  // Grain for off-axis; light and camera as `tiny` has them otherwise.
  const device = await openOpu(`emulator:opu-1m-300k?seed=5&medium=signs${query}`, { schemes });
  try {
    const more = mode === 'off-axis' ? { grainPixels: 3 } : {};
    await work(
      await openLinearProjection(device, { mode, encoder, inputs: INPUTS, outputs: OUTPUTS, onceFrames: 16, ...more }),
    );
  } finally {
    await device.close();
  }
}

describe('the error of a linear projection against the scale of its input, camera noise on', function () {
  this.timeout(60_000);
  const modes = ['anchor', 'phase-shifting'] as const;
  const scales = [1e-6, 1e-3, 1, 3, 255, 1e6];

  for (const mode of modes) {
    for (const kind of ['whole', 'real'] as const) {
      it(`${mode}, bitplanes:8, ${kind} numbers: at most 25 % at every scale from 1e-6 to 1e6, and the largest at most 2.2 times the smallest`, async () => {
        const references = new Map<string, Float32Array>();
        const cases = (['dense', 'sparse'] as const).flatMap((spread) =>
          (['one sign', 'two signs'] as const).map((signs) => ({
            spread,
            signs,
            vector: vectorOf(kind, spread, signs),
          })),
        );
        await opened('&ideal=float', mode, 'bitplanes:12', async (exact) => {
          for (const { spread, signs, vector } of cases) references.set(spread + signs, await projected(exact, vector));
        });
        await opened('', mode, 'bitplanes:8', async (projection) => {
          for (const { spread, signs, vector } of cases) {
            const errors: number[] = [];
            for (const scale of scales) {
              const y = await projected(
                projection,
                vector.map((value) => value * scale),
              );
              errors.push(relativeError(y, references.get(spread + signs)!, scale));
            }
            const said = `${spread}, ${signs}: ${errors.map((error) => error.toFixed(3)).join(' ')}`;
            expect(Math.max(...errors), said).to.be.below(0.25);
            expect(Math.max(...errors) / Math.min(...errors), said).to.be.below(2.2);
          }
        });
      });
    }
  }

  it('small whole numbers through 8 planes are as good as through the ternary encoder', async () => {
    const vector = vectorOf('whole', 'dense', 'two signs');
    let ternary: Float32Array = new Float32Array(0);
    await opened('', 'anchor', 'ternary', async (projection) => {
      ternary = await projected(projection, vector);
    });
    await opened('', 'anchor', 'bitplanes:8', async (projection) => {
      expect(relativeError(await projected(projection, vector), ternary, 1)).to.be.below(0.25);
    });
  });

  it('zero projects to zero, exactly, and is not shown', async () => {
    await opened('', 'anchor', 'bitplanes:8', async (projection) => {
      const before = projection.framesMade;
      const y = await projected(projection, new Float32Array(INPUTS));
      expect([...y]).to.deep.equal(Array.from({ length: OUTPUTS }, () => 0));
      expect(projection.framesMade).to.equal(before);
    });
  });
});
