import { ComputePool } from '@opu/compute';
import type { TrainingConfiguration } from '../config/configuration.js';
import type { ImageDataset } from '../data/dataset.js';
import { DigitalFeedback } from '../feedback/digital.js';
import type { Feedback, TrainingMode } from '../feedback/feedback.js';
import { OpticalFeedback } from '../feedback/optical.js';
import { mlp } from '../network/mlp.js';
import type { Network } from '../network/network.js';
import { createOptimizer, type Optimizer } from '../optimizers/optimizer.js';
import { ImageTask } from '../task/image-task.js';
import { Trainer, type TrainerOptions } from '../train/trainer.js';
import type { OpticalSource } from './optical-source.js';

/** Everything that one mode trains with, on a pool of its own. */
export interface Model {
  readonly pool: ComputePool;
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly trainer: Trainer;
}

/** Builds network, task, optimiser and feedback of a mode. The same for every mode but for the feedback. */
export function createModel(
  configuration: TrainingConfiguration,
  mode: TrainingMode,
  data: ImageDataset,
  optical: OpticalSource | undefined,
  now: TrainerOptions['now'],
): Model {
  const { seed, hidden, activation, batch, dropout } = configuration;
  const pool = new ComputePool();
  const task = new ImageTask(pool, data, batch, seed);
  const network = mlp({ pool, seed, inputs: task.inputs, hidden, classes: task.classes, activation, dropout });
  const optimizer = createOptimizer(pool, configuration.optimizer, network.parameters);
  const feedback = createFeedback(pool, configuration, mode, task.classes, optical);
  const trainer = new Trainer({
    pool,
    network,
    task,
    mode,
    optimizer,
    epochs: configuration.epochs,
    schedule: configuration.schedule,
    ...(feedback === undefined ? {} : { feedback }),
    ...(optical === undefined ? {} : { deviceUse: () => optical.meter.use }),
    ...(now === undefined ? {} : { now }),
  });
  return { pool, network, optimizer, trainer };
}

function createFeedback(
  pool: ComputePool,
  configuration: TrainingConfiguration,
  mode: TrainingMode,
  classes: number,
  optical: OpticalSource | undefined,
): Feedback | undefined {
  const { seed, hidden: widths, threshold } = configuration;
  switch (mode) {
    case 'dfa':
      return new DigitalFeedback({ pool, seed, classes, widths });
    case 'dfa-ternary':
      return new DigitalFeedback({ pool, seed, classes, widths, threshold });
    case 'optical':
      return new OpticalFeedback({ pool, projection: optical!.projection, classes, widths, threshold });
    default:
      return undefined;
  }
}
