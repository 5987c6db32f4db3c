import type { TextDataset } from './text-files.js';

/** Added to the count of each pair, so that one that the training text lacks has a probability. */
const ADDED = 0.1;

/** What counting pairs of characters reaches: the least that a model which sees more than one character has to beat. */
export interface BigramBaseline {
  /** Share of the test text's characters that are the most frequent one after the character before. */
  readonly accuracy: number;
  /** Mean of -ln P(character | the one before) on the test text, nats a character. */
  readonly loss: number;
}

/** Counts pairs on the training part of a text and predicts its test part with them. */
export function bigramBaseline({ alphabet, train, test }: TextDataset): BigramBaseline {
  const size = alphabet.length;
  const counts = new Float64Array(size * size).fill(ADDED);
  for (let i = 1; i < train.length; i++) counts[train[i - 1]! * size + train[i]!]! += 1;
  const rows = Array.from({ length: size }, (_, row) => {
    const line = counts.subarray(row * size, (row + 1) * size);
    const total = line.reduce((sum, count) => sum + count, 0);
    return { line, total, best: line.indexOf(line.reduce((a, b) => Math.max(a, b))) };
  });
  let right = 0;
  let loss = 0;
  for (let i = 1; i < test.length; i++) {
    const { line, total, best } = rows[test[i - 1]!]!;
    if (best === test[i]) right++;
    loss -= Math.log(line[test[i]!]! / total);
  }
  return { accuracy: right / (test.length - 1), loss: loss / (test.length - 1) };
}
