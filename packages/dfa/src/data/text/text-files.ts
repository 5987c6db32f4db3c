import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { OpuError } from '@opu/driver';

/** A text as numbers of its characters. */
export interface TextDataset {
  readonly name: string;
  /** The characters, in the order of their numbers. */
  readonly alphabet: readonly string[];
  /** The first 90 % of the text, and the rest to test with. */
  readonly train: Uint16Array;
  readonly test: Uint16Array;
}

const FILE = 'input.txt';
const TRAIN_SHARE = 0.9;
const MOST_CHARACTERS = 1024;

export function isTextFolder(folder: string): boolean {
  return existsSync(join(folder, FILE));
}

/**
 * Reads the text `input.txt` of a folder.
 * @throws OpuError INVALID_FILE for what is no UTF-8 text or has too many different characters
 */
export function readTextFolder(folder: string): TextDataset {
  const file = join(folder, FILE);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    throw new OpuError('INVALID_FILE', `${file} is no UTF-8 text: ${(cause as Error).message}`, { cause });
  }
  const characters = [...text];
  const alphabet = [...new Set(characters)].sort();
  if (alphabet.length < 2 || alphabet.length > MOST_CHARACTERS) {
    throw new OpuError(
      'INVALID_FILE',
      `${file} has ${alphabet.length} different characters; 2 to ${MOST_CHARACTERS} can be learned.`,
    );
  }
  const numbers = new Map(alphabet.map((character, number) => [character, number]));
  const tokens = Uint16Array.from(characters, (character) => numbers.get(character)!);
  const cut = Math.floor(TRAIN_SHARE * tokens.length);
  return { name: basename(folder), alphabet, train: tokens.subarray(0, cut), test: tokens.subarray(cut) };
}
