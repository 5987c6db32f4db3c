import { OpuError } from '@opu/driver';
import type { TrainingConfiguration } from '../config/configuration.js';
import { dataKind } from '../data/data-kind.js';
import { limitDataset } from '../data/dataset.js';
import { syntheticDigits } from '../data/digits/digits.js';
import { isFolder } from '../data/folder.js';
import { readGraphFolder } from '../data/graph/graph-files.js';
import { readIdxFolder } from '../data/idx-files.js';
import { readTextFolder } from '../data/text/text-files.js';
import { graphProblem } from './graph-problem.js';
import { imageProblem } from './image-problem.js';
import type { Problem } from './problem.js';
import { textProblem } from './text-problem.js';

/** @throws OpuError INVALID_FILE, naming file, place, what was expected and what was found */
export function loadProblem(configuration: TrainingConfiguration): Problem {
  const { data, seed, trainCount, testCount } = configuration;
  const kind = dataKind(data);
  if (kind !== 'digits' && !isFolder(data)) {
    throw new OpuError(
      'INVALID_FILE',
      `${data} is no folder. Give one with images (IDX files), a graph or a text (input.txt), or 'synthetic' for drawn digits.`,
    );
  }
  switch (kind) {
    case 'digits':
      return imageProblem(
        syntheticDigits({
          seed,
          ...(trainCount === undefined ? {} : { trainCount }),
          ...(testCount === undefined ? {} : { testCount }),
        }),
      );
    case 'graph':
      return graphProblem(readGraphFolder(data));
    case 'text':
      return textProblem(readTextFolder(data));
    case 'images':
      return imageProblem(limitDataset(readIdxFolder(data), trainCount, testCount));
  }
}
