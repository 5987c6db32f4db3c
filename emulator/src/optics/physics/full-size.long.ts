import { expect } from 'chai';
import { defaultProfile } from '../../profiles/index.js';
import { opticsOfProfile } from '../../source/optics-of-profile.js';
import { patternLayout, spreadPattern } from '../model/macro-pixels.js';
import { createOptics } from '../optics.js';
import { contrast, kolmogorovSmirnovExponential, mean } from '../testing/statistics.test.helper.js';

const REGION = { x: 0, y: 40, width: 2048, height: 49 };
const GRID = { columns: 5, rows: 4 };

/** A frame of the largest profile on 10^5 pixels, every second macro-pixel on, as macro-pixels or as a raw pattern. */
function frame(layout: 'macro' | 'raw'): Float32Array {
  const optics = createOptics(opticsOfProfile(defaultProfile), 3, { ideal: 'float' });
  const macro = patternLayout(optics.parameters.modulator, GRID);
  const values = new Uint8Array(macro.patternBytes).fill(0xaa);
  optics.configure({
    regionOfInterest: REGION,
    bitDepth: 32,
    macroPixels: layout === 'macro' ? GRID : { columns: 0, rows: 0 },
    reference: { on: false, amplitude: 1, tiltX: 0, tiltY: 0 },
  });
  const pattern = layout === 'macro' ? values : spreadPattern(macro, values);
  const times = { resetTick: 0, exposureStartTick: 1750, exposureTicks: 40_000, referencePhaseRadians: 0 };
  const images = optics.createImages(1) as Float32Array;
  optics.expose([{ frame: 0, pattern, ...times }], images, new Uint32Array(1));
  optics.close();
  return images;
}

describe(`a frame of ${defaultProfile.name} on ${REGION.width * REGION.height} pixels (dense medium, float read-out)`, () => {
  let macro: Float32Array;
  before(() => {
    macro = frame('macro');
  });

  it('has exponential intensity: Kolmogorov-Smirnov p > 0.01 (false alarm 1 %), contrast within 1 % of 1 (0.2 %)', () => {
    // 912 mirrors in a row are not a multiple of 5: those of the last two columns belong to no macro-pixel.
    const lit = (182 * 285 * 10) / (912 * 1140);
    expect(mean(macro)).to.be.closeTo(lit, 0.01 * lit);
    expect(kolmogorovSmirnovExponential(macro, lit).p).to.be.above(0.01);
    expect(contrast(macro)).to.be.closeTo(1, 0.01);
  });

  it('is the same to the byte through the effective matrix and as the raw pattern of half a million mirrors', () => {
    const raw = frame('raw');
    expect(Buffer.compare(Buffer.from(raw.buffer), Buffer.from(macro.buffer))).to.equal(0);
  });
});
