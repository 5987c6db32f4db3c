import { ComputePool, denseEntry, denseEntryVariance } from '@opu/compute';
import type { ExposureRequest } from '@opu/device';
import { expect } from 'chai';
import type { OpticalConfiguration } from './model/configuration.js';
import { patternLayout, spreadPattern } from './model/macro-pixels.js';
import { opticsParameters } from './model/parameters.js';
import { createOptics } from './optics.js';

const parameters = opticsParameters({
  modulator: { kind: 'dmd', width: 34, height: 32 },
  sensor: { width: 32, height: 32 },
  exposureTicks: 2000,
});
const configuration: OpticalConfiguration = {
  regionOfInterest: { x: 0, y: 0, width: 32, height: 32 },
  bitDepth: 8,
  macroPixels: { columns: 0, rows: 0 },
  reference: { on: false, amplitude: 0, tiltX: 0, tiltY: 0 },
};

function request(pattern: Uint8Array, frame = 0): ExposureRequest {
  return { frame, pattern, resetTick: 0, exposureStartTick: 1750, exposureTicks: 2000, referencePhaseRadians: 0 };
}

function halfOn(): Uint8Array {
  return Uint8Array.from({ length: (34 * 32) / 8 }, (_, k) => (k % 2 === 0 ? 0xaa : 0x55));
}

describe('optics', () => {
  it('gives a mean of 20 +- 2 above the black level of 1 with half of the mirrors on', () => {
    const optics = createOptics(parameters, 7);
    optics.configure(configuration);
    const images = optics.createImages(1);
    optics.expose([request(halfOn())], images, new Uint32Array(1));
    const mean = Array.from(images).reduce((sum, grey) => sum + grey, 0) / images.length;
    expect(mean).to.be.within(19, 23);
  });

  it('leaves no trace of what warmed it up, drifting or at rest', () => {
    for (const decorrelationTicks of [Number.POSITIVE_INFINITY, 500]) {
      const drifting = { ...parameters, medium: { ...parameters.medium, decorrelationTicks } };
      const [cold, warm] = [false, true].map((warms) => {
        const optics = createOptics(drifting, 7);
        optics.configure(configuration);
        if (warms) optics.warmUp?.();
        const images = optics.createImages(1);
        optics.expose([request(halfOn())], images, new Uint32Array(1));
        return images;
      });
      expect(warm).to.deep.equal(cold);
    }
  });

  it('gives the same bytes for the same seed and frame, and others for another frame', () => {
    const shots = [0, 0, 1].map((frame) => {
      const optics = createOptics(parameters, 7);
      optics.configure(configuration);
      const images = optics.createImages(1);
      optics.expose([request(halfOn(), frame)], images, new Uint32Array(1));
      return images;
    });
    expect(shots[0]).to.deep.equal(shots[1]);
    expect(shots[0]).not.to.deep.equal(shots[2]);
  });

  for (const model of ['dense', 'signs', 'structured'] as const) {
    it(`${model}: gives the same bytes for macro-pixels as for the spread-out pattern, the grid dividing evenly or not (ideal camera)`, () => {
      const medium = { ...parameters.medium, model };
      for (const [columns, rows] of [
        [2, 4],
        [5, 3],
        [34, 32],
      ] as const) {
        const layout = patternLayout(parameters.modulator, { columns, rows });
        const pattern = Uint8Array.from({ length: layout.patternBytes }, (_, k) => (k * 97 + 0xb5) & 0xff);
        const macro = createOptics({ ...parameters, medium }, 7, { ideal: true });
        macro.configure({ ...configuration, macroPixels: { columns, rows } });
        const images = macro.createImages(1);
        macro.expose([request(pattern)], images, new Uint32Array(1));
        const raw = createOptics({ ...parameters, medium }, 7, { ideal: true });
        raw.configure(configuration);
        const rawImages = raw.createImages(1);
        raw.expose([request(spreadPattern(layout, pattern))], rawImages, new Uint32Array(1));
        expect(images).to.deep.equal(rawImages);
      }
    });
  }

  for (const [name, medium, reference] of [
    ['dense', {}, false],
    ['signs', { model: 'signs' }, false],
    ['structured', { model: 'structured' }, false],
    ['grain of 3 pixels, half polarised', { grainPixels: 3, polarisationDegree: 0.5 }, false],
    ['tilted reference beam, grain of 2 pixels', { grainPixels: 2 }, true],
  ] as const) {
    it(`${name}: gives the same bytes in the overlap of two regions of interest (ideal camera)`, () => {
      const optics = createOptics({ ...parameters, medium: { ...parameters.medium, ...medium } }, 7, { ideal: true });
      const beam = { on: reference, amplitude: 1, tiltX: 0.7, tiltY: -0.3 };
      const [first, second] = [
        { x: 2, y: 3, width: 20, height: 10 },
        { x: 7, y: 5, width: 20, height: 10 },
      ].map((regionOfInterest) => {
        optics.configure({ ...configuration, regionOfInterest, reference: beam });
        const images = optics.createImages(1);
        optics.expose([request(halfOn())], images, new Uint32Array(1));
        return images;
      });
      for (let y = 5; y < 13; y++) {
        for (let x = 7; x < 22; x++) {
          expect(second![(y - 5) * 20 + x - 7]).to.equal(first![(y - 3) * 20 + x - 2]);
        }
      }
    });
  }

  it('gives the intensity |sum of the entries of the mirrors that are on|^2, within 1e-5 of 1 (float read-out)', () => {
    const optics = createOptics(parameters, 7, { ideal: 'float' });
    const roi = { x: 3, y: 5, width: 6, height: 2 };
    optics.configure({ ...configuration, regionOfInterest: roi, bitDepth: 32 });
    const pattern = halfOn();
    const images = optics.createImages(1);
    optics.expose([request(pattern)], images, new Uint32Array(1));
    images.forEach((intensity: number, m: number) => {
      const pixel = (roi.y + Math.floor(m / roi.width)) * 32 + roi.x + (m % roi.width);
      let [real, imaginary] = [0, 0];
      for (let mirror = 0; mirror < 34 * 32; mirror++) {
        if (((pattern[mirror >> 3]! >> (7 - (mirror & 7))) & 1) === 0) continue;
        const [re, im] = denseEntry(7, mirror, pixel);
        real += re;
        imaginary += im;
      }
      const expected = (real * real + imaginary * imaginary) / (2 * denseEntryVariance * 34 * 32);
      expect(intensity).to.be.closeTo(expected, 1e-5);
    });
  });

  it('refuses a region outside the sensor and keeps what was in force', () => {
    const optics = createOptics(parameters, 7);
    optics.configure(configuration);
    expect(() =>
      optics.configure({ ...configuration, regionOfInterest: { x: 1, y: 0, width: 32, height: 32 } }),
    ).to.throw('regionOfInterest.x is 1');
    expect(optics.pixelCount).to.equal(1024);
  });

  it('refuses parameters that make no sense, by name, with what is allowed', () => {
    const change = (medium: object) => () =>
      createOptics({ ...parameters, medium: { ...parameters.medium, ...medium } }, 7);
    expect(change({ grainPixels: 0 })).to.throw('grainPixels of the optics is 0; it must be from 1 to 64');
    expect(change({ polarisationDegree: Number.NaN })).to.throw('polarisationDegree');
    expect(change({ model: 'structured', decorrelationTicks: 5 })).to.throw('cannot drift');
    expect(() => createOptics({ ...parameters, fluxPhotonsPerSecond: -1 }, 7)).to.throw('fluxPhotonsPerSecond');
    expect(() => createOptics(parameters, 2 ** 32)).to.throw('The seed is 4294967296');
  });

  it('gives the same bytes with little memory as with much', () => {
    const shots = [2 ** 25, 2 ** 30].map((memoryBytes) => {
      const pool = new ComputePool({ threads: 1, memoryBytes });
      const optics = createOptics(parameters, 7, {}, pool);
      optics.configure(configuration);
      const images = optics.createImages(40);
      const requests = Array.from({ length: 40 }, (_, frame) => request(halfOn(), frame));
      optics.expose(requests, images, new Uint32Array(40));
      pool.close();
      return images;
    });
    expect(shots[0]).to.deep.equal(shots[1]);
  });

  it('gives all of its memory on the pool back', () => {
    const pool = new ComputePool({ threads: 1 });
    const medium = { ...parameters.medium, polarisationDegree: 0.5 };
    const reference = { ...configuration.reference, on: true };
    const use = () => {
      const optics = createOptics({ ...parameters, medium }, 7, {}, pool);
      for (const columns of [2, 5]) {
        optics.configure({ ...configuration, macroPixels: { columns, rows: 2 }, reference });
        const pattern = new Uint8Array(optics.patternBytes).fill(0xf0);
        optics.expose([request(pattern)], optics.createImages(1), new Uint32Array(1));
      }
      optics.close();
      optics.close();
      expect(() => optics.createImages(1)).to.throw('closed');
      return pool.usedBytes;
    };
    const afterOne = use();
    expect(use(), 'after another one').to.equal(afterOne);
    pool.close();
  });
});
