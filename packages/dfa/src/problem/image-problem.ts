import type { ImageDataset } from '../data/dataset.js';
import { mlp } from '../network/mlp.js';
import { ImageTask } from '../task/image-task.js';
import type { Problem } from './problem.js';

/** Images by a multilayer perceptron. */
export function imageProblem(data: ImageDataset): Problem {
  return {
    name: data.name,
    inputs: data.train.rows * data.train.columns,
    classes: data.classes,
    train: data.train.count,
    test: data.test.count,
    unit: 'images',
    create(pool, { batch, seed, hidden, activation, dropout }) {
      const task = new ImageTask(pool, data, batch, seed);
      const { inputs, classes } = task;
      return { task, network: mlp({ pool, seed, inputs, hidden, classes, activation, dropout }) };
    },
  };
}
