import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { profiles } from './catalogue/index.js';
import { frameTiming, minimumPeriod } from './model/frame-timing.js';
import { readoutTicks, stageTicks } from './model/stages.js';
import { parseProfile, parseProfileText } from './parse-profile.js';
import { resolveProfile } from './resolve-profile.js';

/** Paths of everything in a profile that is a figure: numbers, lists, and the region of interest as one. */
function figures(value: object, path = ''): string[] {
  return Object.entries(value).flatMap(([key, entry]) => {
    const at = path === '' ? key : `${path}.${key}`;
    if (at === 'sources' || at === 'optics' || ['name', 'description', 'kind'].includes(key)) return [];
    if (typeof entry === 'object' && !Array.isArray(entry) && key !== 'regionOfInterest') return figures(entry, at);
    return [at];
  });
}

/** A profile as plain data that a test may spoil. */
// biome-ignore lint/suspicious/noExplicitAny: a spoiled profile has no type
const copyOf = (name: string): any => JSON.parse(JSON.stringify(profiles.find((p) => p.name === name)));

describe('profiles', () => {
  it('have the stage ticks of the timing model', () => {
    const expected: Record<string, object> = {
      'opu-1m-300k': { L: 4560, S: 1250, W: 0, D: 500, E: 40_000, T: 100, Q: 147 * 330, P: 125_000, V: 1 },
      'opu-2khz': { L: 4560, S: 1250, W: 0, D: 500, E: 40_000, T: 100, Q: 120 * 330, P: 50_000, V: 1 },
      'lab-dlp7000': { L: 3072, S: 1250, W: 0, D: 200, E: 3000, T: 100, Q: 51_200, P: 51_300, V: 1 },
      'lab-slm': {
        L: 1_600_000,
        S: 1_000_000,
        W: 0,
        D: 1000,
        E: 200_000,
        T: 100,
        Q: 409_600,
        P: 2 * 1_666_667,
        V: 1_666_667,
      },
      tiny: { L: 128, S: 1250, W: 0, D: 500, E: 2000, T: 100, Q: 3200, P: 10_000, V: 1 },
    };
    for (const [name, timing] of Object.entries(expected)) {
      expect(frameTiming(resolveProfile(name)), name).to.deep.equal(timing);
    }
  });

  it('have the frame rates of the data sheets that they come from, within 1 % (DLPC900: 5 %, its rows take whole ticks)', () => {
    const rate = (name: string, height: number): number => {
      const profile = resolveProfile(name);
      const regionOfInterest = { x: 0, y: 0, width: profile.camera.width, height };
      return 1e8 / minimumPeriod(profile, { regionOfInterest, exposureTicks: 1 }).ticks;
    };
    expect(rate('lab-dlp9500', 1200)).to.be.closeTo(164, 1.64);
    expect(rate('lab-dlp6500', 2048)).to.be.closeTo(100, 1);
    expect(1e8 / stageTicks(resolveProfile('lab-dlp9500')).L).to.be.closeTo(23_148, 231);
    const { S, L } = stageTicks(resolveProfile('lab-dlp6500'));
    expect(1e8 / (S + L)).to.be.closeTo(9523, 476);
    expect(1e8 / stageTicks(resolveProfile('lab-dlp7000')).L).to.be.closeTo(32_552, 325);
  });

  it('name a source for every figure, and for nothing else', () => {
    for (const profile of profiles) {
      const sourced = Object.keys(profile.sources).filter((path) => !path.startsWith('optics.'));
      expect(sourced.sort(), profile.name).to.deep.equal(figures(profile).sort());
    }
  });

  it('give the published rates within 10 %: 8, 3.8, 1.9, 1.0, 0.34 kHz at 81k, 163k, 326k, 600k, 2M outputs', () => {
    const published: [outputs: number, rate: number][] = [
      [81_000, 8000],
      [163_000, 3800],
      [326_000, 1900],
      [600_000, 1000],
      [2_000_000, 340],
    ];
    const profile = resolveProfile('opu-1m-300k');
    for (const [outputs, rate] of published) {
      // As many whole rows as the outputs fill; the largest published figure is the whole sensor.
      const height = outputs === 2_000_000 ? profile.camera.height : Math.round(outputs / 2048);
      const regionOfInterest = { x: 0, y: 0, width: 2048, height };
      const period = minimumPeriod(profile, { regionOfInterest, exposureTicks: 1000 });
      expect(period.limitingTerm).to.equal('camera-readout');
      expect(1e8 / period.ticks / rate, `${outputs}`).to.be.within(0.9, 1.1);
    }
  });

  it('read a row in the time of the full height only at full height', () => {
    const profile = resolveProfile('opu-1m-300k');
    expect(readoutTicks(profile, { x: 0, y: 0, width: 64, height: 1088 })).to.equal(1088 * 270);
    expect(readoutTicks(profile, { x: 0, y: 0, width: 64, height: 1087 })).to.equal(1087 * 330);
  });

  it('make ticks of each duration before they multiply it', () => {
    const profile = copyOf('tiny');
    profile.modulator.rowLoadNanoseconds = 41;
    profile.camera.rowMicroseconds = 1.001;
    expect(stageTicks(profile).L).to.equal(32 * 5);
    expect(readoutTicks(profile, profile.defaults.regionOfInterest)).to.equal(32 * 101);
  });
});

describe('minimum period', () => {
  it('names the limiting term', () => {
    const tiny = resolveProfile('tiny');
    expect(minimumPeriod(tiny)).to.deep.equal({ ticks: 3750, limitingTerm: 'modulator-exposure' });
    expect(minimumPeriod(tiny, { exposureTicks: 1 })).to.deep.equal({ ticks: 3300, limitingTerm: 'camera-readout' });
    const regionOfInterest = { x: 0, y: 0, width: 32, height: 1 };
    const load = { ...tiny, modulator: { ...tiny.modulator, rowLoadNanoseconds: 1000 } } as typeof tiny;
    const limit = minimumPeriod(load, { exposureTicks: 1, regionOfInterest });
    expect(limit).to.deep.equal({ ticks: 1250 + 3200, limitingTerm: 'modulator-load' });
  });

  it('is a multiple of the refresh period, and so is the period that is applied', () => {
    const slm = resolveProfile('lab-slm');
    expect(minimumPeriod(slm).ticks).to.equal(2 * 1_666_667);
    expect(frameTiming(slm, { periodTicks: 3_333_335 }).P).to.equal(3 * 1_666_667);
  });

  it('refuses a shorter period with the term and the bound', () => {
    const attempt = (): unknown => frameTiming(resolveProfile('tiny'), { periodTicks: 3749 });
    expect(attempt).to.throw(/3749 ticks .* 3750 ticks \(Pmin\) that modulator-exposure/);
    try {
      attempt();
    } catch (error) {
      expect(isOpuError(error, 'CONFIGURATION_REFUSED')).to.equal(true);
    }
    expect(frameTiming(resolveProfile('tiny'), { periodTicks: 3750 }).P).to.equal(3750);
    expect(frameTiming(resolveProfile('tiny'), { periodTicks: 'minimum' }).P).to.equal(3750);
  });
});

describe('profile files', () => {
  it('are read back as they were written', () => {
    for (const profile of profiles) {
      expect(parseProfileText(JSON.stringify(profile), 'p.json'), profile.name).to.deep.equal(profile);
    }
  });

  it('are refused with the field, the value and the rule', () => {
    const spoil: [change: (profile: ReturnType<typeof copyOf>) => void, message: RegExp][] = [
      [(p) => (p.modulator.kind = 'ddm'), /modulator\.kind must be one of "dmd", "liquid-crystal".*Did you mean 'dmd'/],
      [(p) => (p.modulator.width = 0), /modulator\.width must be an integer, 1 or more, at most 65536; found 0/],
      [(p) => (p.camera.rowMicrosecond = 1), /unknown key 'camera\.rowMicrosecond'\. Did you mean 'rowMicroseconds'\?/],
      [(p) => delete p.nbuf, /nbuf must be an integer, 1 or more.*it is missing/],
      [(p) => (p.defaults.regionOfInterest.width = 33), /defaults\.regionOfInterest\.width must be .* at most 32/],
      [(p) => (p.defaults.bitDepth = 16), /defaults\.bitDepth must be one of 8, 10, 12, 32; found 16/],
      [(p) => (p.defaults.bitDepth = 32), /defaults\.bitDepth must be one of 8, 10, 12, the camera's; found 32/],
      [(p) => (p.defaults.periodMicroseconds = 0), /periodMicroseconds must be a number, above 0, .*; found 0/],
      [(p) => (p.defaults.periodMicroseconds = 'min'), /must be "minimum", or a number.*; found "min"/],
      [(p) => (p.camera.maximumExposureMicroseconds = 1e-3), /camera\.maximumExposureMicroseconds must be .* or more/],
      [(p) => (p.camera.bitDepths = []), /camera\.bitDepths must be a list, each one of 8, 10, 12, 32/],
      [(p) => (p.optics = { medium: { model: 'structured', decorrelationMilliseconds: 1 } }), /which cannot drift/],
      [(p) => delete p.modulator.kind, /modulator\.kind must be one of "dmd", "liquid-crystal"; it is missing/],
      [(p) => (p.modulator.settleMicroseconds = -1), /settleMicroseconds must be a number, 0 or more/],
      [
        (p) => (p.defaults.link = 'usb4'),
        /defaults\.link must be the name of a link; found "usb4".*Did you mean 'usb3'/,
      ],
      [(p) => (p.sources.nram = 3), /sources\.nram must be a string; found 3/],
    ];
    for (const [change, message] of spoil) {
      const profile = copyOf('tiny');
      change(profile);
      expect(() => parseProfile(profile, 'p.json')).to.throw(message);
    }
    expect(() => parseProfileText('{', 'p.json')).to.throw(/p\.json is not JSON/);
  });

  it('are asked for by path, profiles by name', () => {
    expect(() => resolveProfile('opu-1m-30k')).to.throw("Did you mean 'opu-1m-300k'?");
    expect(() => resolveProfile('./missing.json')).to.throw('Cannot read the profile ./missing.json');
    expect(() => resolveProfile('./')).to.throw('Cannot read the profile ./');
  });
});
