import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { profiles } from './catalogue/index.js';
import { parseProfile } from './parse-profile.js';
import { profileSchema } from './profile-schema.js';

// biome-ignore lint/suspicious/noExplicitAny: data that is about to be spoiled has no type
type Any = any;

/** Whether a value fits a schema, as far as this one uses the language. */
function fits(value: Any, schema: Any): boolean {
  if (schema.oneOf !== undefined) return schema.oneOf.filter((option: Any) => fits(value, option)).length === 1;
  if (schema.const !== undefined) return value === schema.const;
  if (schema.enum !== undefined) return schema.enum.includes(value);
  if (schema.type === 'string') return typeof value === 'string';
  if (schema.type === 'array') {
    const isSet = Array.isArray(value) && new Set(value).size === value.length;
    return isSet && value.length >= schema.minItems && value.every((entry: Any) => fits(entry, schema.items));
  }
  if (schema.type === 'object') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const isComplete = (schema.required ?? []).every((key: string) => key in value);
    return (
      isComplete &&
      Object.entries(value).every(([key, entry]) => {
        const known = schema.properties?.[key];
        if (known !== undefined) return fits(entry, known);
        return typeof schema.additionalProperties === 'object' && fits(entry, schema.additionalProperties);
      })
    );
  }
  return (
    typeof value === 'number' &&
    (schema.type !== 'integer' || Number.isInteger(value)) &&
    value >= (schema.minimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity)
  );
}

function isParsed(value: Any): boolean {
  try {
    parseProfile(value, 'p.json');
    return true;
  } catch {
    return false;
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
    for (const profile of profiles) expect(fits(profile, profileSchema), profile.name).to.equal(true);
    for (const name of ['opu-1m-300k', 'lab-slm']) {
      expect(fits(complete(name), profileSchema)).to.equal(true);
      expect(isParsed(complete(name))).to.equal(true);
    }
  });

  it('refuses a profile, wherever one value of it is spoiled, only if the parser does', () => {
    const spoilers = [-1, 0, 0.5, 1e10, 1e20, 70_000, 'x', '', null, true, {}, [], [8, 8], undefined];
    let refused = 0;
    for (const name of ['opu-1m-300k', 'lab-slm']) {
      const count = [...places(complete(name))].length;
      for (let i = 0; i < count; i++) {
        for (const spoiler of spoilers) {
          const profile = complete(name);
          const [container, key] = [...places(profile)][i]!;
          if (spoiler === undefined) delete container[key];
          else container[key] = spoiler;
          if (fits(profile, profileSchema)) continue;
          refused++;
          expect(isParsed(profile), `${key} = ${JSON.stringify(spoiler)}`).to.equal(false);
        }
        const profile = complete(name);
        [...places(profile)][i]![0].unknown = 1;
        expect(isParsed(profile) && !fits(profile, profileSchema)).to.equal(false);
      }
    }
    expect(refused).to.be.above(500);
  });

  it('takes only what the parser takes, but for what concerns several values', () => {
    const several = ['link', 'width', 'height', 'x', 'y', 'bitDepth', 'bitDepths', 'maximumExposureMicroseconds'];
    const together = [...several, 'minimumExposureMicroseconds', 'exposureMicroseconds', 'model'];
    for (const name of ['opu-1m-300k', 'lab-slm']) {
      const count = [...places(complete(name))].length;
      for (let i = 0; i < count; i++) {
        for (const spoiler of [-1, 0, 1e-9, 1, 1e9, 1e12, 'x', undefined]) {
          const profile = complete(name);
          const [container, key] = [...places(profile)][i]!;
          if (together.includes(key)) continue;
          if (spoiler === undefined) delete container[key];
          else container[key] = spoiler;
          if (!fits(profile, profileSchema)) continue;
          expect(isParsed(profile), `${key} = ${JSON.stringify(spoiler)}`).to.equal(true);
        }
      }
    }
  });
});
