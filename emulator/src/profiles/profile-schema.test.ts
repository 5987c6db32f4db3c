import { readFileSync } from 'node:fs';
import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { profiles } from './catalogue/index.js';
import { parseProfile } from './parse-profile.js';
import { profileSchema } from './profile-schema.js';

// biome-ignore lint/suspicious/noExplicitAny: data that is about to be spoiled has no type
type Any = any;

/** The path of the key that the parser blames; nothing when it takes the profile. */
function blamedKey(value: Any): string | undefined {
  try {
    parseProfile(value, 'p.json');
    return undefined;
  } catch (error) {
    if (!isOpuError(error, 'INVALID_FILE')) throw error;
    return String(error.details.key);
  }
}

/** The containers and keys of everything in a profile, to put something else there. */
function* places(value: Any): Generator<[Any, string]> {
  for (const key of Object.keys(value)) {
    yield [value, key];
    if (typeof value[key] === 'object' && !Array.isArray(value[key])) yield* places(value[key]);
  }
}

const complete = (name: string): Any => ({
  $schema: 'profile.schema.json',
  ...JSON.parse(JSON.stringify(profiles.find((p) => p.name === name))),
  optics: {
    medium: { model: 'dense', grainPixels: 2, polarisationDegree: 1, decorrelationMilliseconds: 5 },
    camera: {
      quantumEfficiency: 0.5,
      darkCurrentElectronsPerSecond: 1,
      readNoiseElectrons: 1,
      fullWellElectrons: 1000,
      photoResponseNonUniformity: 0.1,
      darkSignalNonUniformityElectrons: 1,
      blackLevel: 1,
    },
    fluxPhotonsPerSecond: 1e6,
  },
});

describe('schema of profile files', () => {
  it('is published in schema/profile.schema.json', () => {
    const published = readFileSync(new URL('../../schema/profile.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).to.deep.equal(JSON.parse(JSON.stringify(profileSchema)));
  });

  it('takes every profile that there is', () => {
    for (const profile of profiles) expect(blamedKey(profile), profile.name).to.equal(undefined);
    for (const name of ['opu-1m-300k', 'lab-slm']) expect(blamedKey(complete(name))).to.equal(undefined);
  });

  it('takes a value at each of its bounds and refuses one beyond, wherever in a profile', () => {
    const inMicroseconds = ['settleMicroseconds', 'rowMicroseconds', 'triggerDelayMicroseconds'];
    let tried = 0;
    for (const [i, [, key]] of [...places(complete('opu-1m-300k'))].entries()) {
      if (!inMicroseconds.includes(key)) continue;
      for (const [value, isTaken] of [
        [0, true],
        [1e9, true],
        [-1e-9, false],
        [1e9 + 1, false],
      ] as const) {
        const profile = complete('opu-1m-300k');
        const [container] = [...places(profile)][i]!;
        container[key] = value;
        const blamed = blamedKey(profile);
        expect(blamed === undefined, `${key} = ${value}`).to.equal(isTaken);
        tried++;
      }
    }
    expect(tried).to.equal(12);
  });

  it('refuses a profile wherever one value of it is spoiled, and blames that key: 1 000 times and more', () => {
    const spoilers = [-1, 1e20, Number.NaN, 'x', null, true, {}, [], [8, 8], undefined];
    const isText = ['$schema', 'name', 'description'];
    let refused = 0;
    for (const name of ['opu-1m-300k', 'lab-slm']) {
      const count = [...places(complete(name))].length;
      for (let i = 0; i < count; i++) {
        for (const spoiler of spoilers) {
          const profile = complete(name);
          const [container, key] = [...places(profile)][i]!;
          const isLeftOut = spoiler === undefined;
          if (isLeftOut) delete container[key];
          else container[key] = spoiler;
          const blamed = blamedKey(profile);
          if (blamed === undefined) {
            const mayBeText = typeof spoiler === 'string' && (isText.includes(key) || container === profile.sources);
            const mayBeEmpty =
              ['sources', 'optics', 'medium', 'camera'].includes(key) && JSON.stringify(spoiler) === '{}';
            const isOptional =
              container === profile.sources ||
              !('nram' in container && !['$schema', 'optics', 'sources'].includes(key));
            expect(mayBeText || mayBeEmpty || (isLeftOut && isOptional), `${key} = ${String(spoiler)}`).to.equal(true);
            continue;
          }
          refused++;
          expect(blamed, `${key} = ${String(spoiler)}`).to.contain(key);
        }
      }
    }
    expect(refused).to.be.above(1_000);
  });

  it('refuses an unknown key wherever it stands, but among sources', () => {
    for (const name of ['opu-1m-300k', 'lab-slm']) {
      const count = [...places(complete(name))].length;
      for (let i = 0; i < count; i++) {
        const profile = complete(name);
        const [container] = [...places(profile)][i]!;
        container.unknown = 'x';
        const where = blamedKey(profile);
        if (container === profile.sources) expect(where).to.equal(undefined);
        else expect(where).to.match(/unknown$/);
      }
    }
  });
});
