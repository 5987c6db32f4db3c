import { SeededRandom } from '@opu/compute';
import { encodeMessage, type Message, type MessageCodec } from '@opu/protocol';

const HOSTILE = [0, 1, 2, 15, 16, 17, 127, 128, 255, 65_535, 2 ** 31, 2 ** 32 - 1, 2 ** 52, 2 ** 53 - 1];

/** Seeded chance, the same on every machine. */
export class Dice {
  readonly #random: SeededRandom;
  #thrown = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed, 'dice');
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return this.#random.integer(this.#thrown++, limit);
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]!;
  }
}

/** A well-formed message of any of these types; its numbers are small, at some border, or anything that fits. */
export function nonsense(dice: Dice, codecs: readonly MessageCodec[]): Message {
  const message = dice.pick(codecs).create();
  const fields = message as unknown as Record<string, unknown>;
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'number') fields[name] = anyNumber(dice);
    else if (value instanceof Uint8Array) fields[name] = anyBytes(dice);
    if (!isWritable(message)) fields[name] = typeof value === 'number' ? dice.below(256) : value;
  }
  return message;
}

function anyNumber(dice: Dice): number {
  if (dice.below(2) === 0) return dice.below(40);
  return dice.below(2) === 0 ? dice.pick(HOSTILE) : dice.below(2 ** 32);
}

function anyBytes(dice: Dice): Uint8Array {
  return Uint8Array.from({ length: dice.below(300) }, () => dice.below(256));
}

/** False when a number is too large for its field. */
function isWritable(message: Message): boolean {
  try {
    encodeMessage({ sequence: 0 }, message);
    return true;
  } catch {
    return false;
  }
}
