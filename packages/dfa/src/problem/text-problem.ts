import { OpuError } from '@opu/driver';
import type { TextDataset } from '../data/text/text-files.js';
import { transformer } from '../network/transformer.js';
import { TextTask } from '../task/text-task.js';
import type { Problem } from './problem.js';

/** The next character of a text by a transformer: one layer for each entry of `hidden`, all of one width. */
export function textProblem(text: TextDataset): Problem {
  return {
    name: text.name,
    inputs: text.alphabet.length,
    classes: text.alphabet.length,
    train: text.train.length,
    test: text.test.length,
    unit: 'characters',
    create(pool, { batch, seed, hidden, heads, context, dropout }) {
      const width = hidden[0]!;
      if (hidden.some((other) => other !== width)) {
        throw new OpuError(
          'INVALID_ARGUMENT',
          `hidden is ${hidden.join(', ')}; the layers of a transformer must have the same width.`,
        );
      }
      const task = new TextTask(pool, text, batch, context, seed);
      const { classes: tokens } = task;
      const network = transformer({ pool, seed, tokens, context, width, heads, layers: hidden.length, dropout });
      return { task, network };
    },
  };
}
