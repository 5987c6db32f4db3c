import { readFileSync, statSync } from 'node:fs';
import { didYouMean, OpuError } from '@opu/core';
import { profiles } from './catalogue/index.js';
import type { Profile } from './model/profile.js';
import { parseProfileText } from './parse-profile.js';

/** A profile file is some kilobytes; what is larger is some other file. */
const MAXIMUM_FILE_BYTES = 1 << 20;

/**
 * Finds a profile by its name, or reads it from a JSON file if `nameOrPath` looks like a path (ends in `.json` or has a
 * path separator).
 * @throws OpuError INVALID_ARGUMENT for an unknown name, INVALID_FILE for a file that cannot be read or does not fit
 */
export function resolveProfile(nameOrPath: string): Profile {
  const known = profiles.find((profile) => profile.name === nameOrPath);
  if (known !== undefined) return known;
  if (nameOrPath.endsWith('.json') || /[/\\]/.test(nameOrPath)) return readProfileFile(nameOrPath);
  const names = profiles.map((profile) => profile.name);
  throw new OpuError(
    'INVALID_ARGUMENT',
    `There is no profile '${nameOrPath}'.${didYouMean(nameOrPath, names)} Profiles are ${names.join(', ')}, or the path ` +
      'of a JSON file (ending in .json).',
    { details: { profile: nameOrPath } },
  );
}

function readProfileFile(path: string): Profile {
  let text: string;
  try {
    const { size } = statSync(path);
    if (size > MAXIMUM_FILE_BYTES) {
      throw new OpuError(
        'INVALID_FILE',
        `${path} has ${size} bytes; a profile file has at most ${MAXIMUM_FILE_BYTES}.`,
      );
    }
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof OpuError) throw error;
    throw new OpuError('INVALID_FILE', `Cannot read the profile ${path}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return parseProfileText(text, path);
}
