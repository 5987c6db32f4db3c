import { checkBySchema, OpuError, parseJson, type SchemaValidator } from '@opu/core';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { resolveLink } from '../link/named-links.js';
import type { Profile } from './model/profile.js';
import { profileSchema } from './profile-schema.js';

// Compiled when the first file is read: most programs read none.
let compiled: SchemaValidator | undefined;

/**
 * Turns the content of a profile file into a profile: one that fits the published schema, and what the schema cannot say.
 * @param origin what the value came from, for messages: the file's path
 * @throws OpuError INVALID_FILE that names the field, the value, what is allowed, and for an unknown key the nearest known one
 */
export function parseProfile(value: unknown, origin: string): Profile {
  compiled ??= new Ajv2020({ allErrors: true, verbose: true, strict: true }).compile(profileSchema);
  checkBySchema(compiled, value, { origin });
  // The path of the schema is for editors; it says nothing of the device.
  const { $schema: _, ...profile } = structuredClone(value) as Profile & { readonly $schema?: string };
  checkRelations(profile, origin);
  const link = linkName(profile.defaults.link, origin);
  return { ...profile, defaults: { ...profile.defaults, link }, sources: profile.sources ?? {} };
}

/** What concerns several fields at once. */
function checkRelations({ camera, defaults, optics }: Profile, origin: string): void {
  const { minimumExposureMicroseconds: shortest, maximumExposureMicroseconds: longest } = camera;
  const within = (key: string, value: number, min: number, max: number): void => {
    if (value < min || value > max) {
      throw wrong(origin, key, `must be a number, ${min} or more, at most ${max}`, value);
    }
  };
  within('camera.maximumExposureMicroseconds', longest, shortest, 1e9);
  within('defaults.exposureMicroseconds', defaults.exposureMicroseconds, shortest, longest);
  const { x, y, width, height } = defaults.regionOfInterest;
  within('defaults.regionOfInterest.x', x, 0, camera.width - 1);
  within('defaults.regionOfInterest.y', y, 0, camera.height - 1);
  within('defaults.regionOfInterest.width', width, 1, camera.width - x);
  within('defaults.regionOfInterest.height', height, 1, camera.height - y);
  if (!camera.bitDepths.includes(defaults.bitDepth)) {
    throw wrong(
      origin,
      'defaults.bitDepth',
      `must be one of ${camera.bitDepths.join(', ')}, the camera's`,
      defaults.bitDepth,
    );
  }
  const { model, decorrelationMilliseconds } = optics?.medium ?? {};
  if (model === 'structured' && decorrelationMilliseconds !== undefined) {
    throw wrong(
      origin,
      'optics.medium.decorrelationMilliseconds',
      'must be left out with the structured medium, which cannot drift',
      decorrelationMilliseconds,
    );
  }
}

function linkName(name: string, origin: string): string {
  try {
    return resolveLink(name).name;
  } catch (error) {
    throw wrong(origin, 'defaults.link', 'must be the name of a link', name, ` ${(error as Error).message}`);
  }
}

function wrong(origin: string, key: string, rule: string, value: unknown, hint = ''): OpuError {
  const text = `${origin}: ${key} ${rule}; found ${JSON.stringify(value)}.${hint}`;
  return new OpuError('INVALID_FILE', text, { details: { key, value } });
}

/** Reads the text of a profile file. */
export function parseProfileText(text: string, origin: string): Profile {
  return parseProfile(parseJson(text, origin), origin);
}
