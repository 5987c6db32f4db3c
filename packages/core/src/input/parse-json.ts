import { OpuError } from '../errors/opu-error.js';

/**
 * Parses a JSON text of foreign origin. A byte order mark in front, as some editors write it, is no part of it.
 * @param origin what the text came from, for messages: a file's path
 * @throws OpuError INVALID_FILE that says where the text stops being JSON
 */
export function parseJson(text: string, origin: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new OpuError('INVALID_FILE', `${origin} is not JSON: ${(cause as Error).message}`, { cause });
  }
}
