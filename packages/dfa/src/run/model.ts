import type { ComputePool } from '@opu/compute';
import type { TrainingConfiguration } from '../config/configuration.js';
import { DigitalFeedback } from '../feedback/digital.js';
import type { Feedback, TrainingMode } from '../feedback/feedback.js';
import { OpticalFeedback } from '../feedback/optical.js';
import type { Network } from '../network/network.js';
import { createOptimizer, type Optimizer } from '../optimizers/optimizer.js';
import type { Task } from '../task/task.js';
import type { Milliseconds } from '../train/stopwatch.js';
import { Trainer } from '../train/trainer.js';
import { stepWork, weightsOf } from '../train/work.js';
import type { HostBooking } from './host-booking.js';
import type { OpticalSource } from './optical-source.js';

/** Everything that one mode trains with. */
export interface Model {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly trainer: Trainer;
}

export interface ModelParts {
  readonly pool: ComputePool;
  /** With what is particular to the mode in place. */
  readonly configuration: TrainingConfiguration;
  readonly mode: TrainingMode;
  readonly task: Task;
  readonly network: Network;
  /** Needed by the mode optical. */
  readonly optical: OpticalSource | undefined;
  readonly now: Milliseconds;
}

/** Joins task and network with optimiser and feedback. The same for every mode but for the feedback. */
export function createModel(parts: ModelParts): Model {
  const { pool, configuration, mode, task, network, optical, now } = parts;
  const optimizer = createOptimizer(pool, configuration.optimizer, network.parameters);
  const booking = createBooking(parts);
  const feedback = createFeedback(parts, booking);
  const trainer = new Trainer({
    pool,
    network,
    task,
    mode,
    optimizer,
    epochs: configuration.epochs,
    schedule: configuration.schedule,
    parts: mode === 'optical' ? configuration.pipeline : 1,
    alignmentEveryEpochs: Math.ceil(configuration.epochs / 25),
    ...(feedback === undefined ? {} : { feedback }),
    ...(optical === undefined ? {} : { deviceUse: () => optical.meter.use }),
    ...(booking === undefined ? {} : { hostBooking: booking }),
    now,
  });
  return { network, optimizer, trainer };
}

function createBooking({ configuration, mode, network, task, optical, now }: ModelParts): HostBooking | undefined {
  const { hostTime } = configuration;
  if (optical === undefined || hostTime === 'zero') return undefined;
  const work = stepWork(weightsOf(network), task.batch(0, 0).rows, mode);
  return optical.bookHost({ hostTime, work, now });
}

function createFeedback(parts: ModelParts, booking: HostBooking | undefined): Feedback | undefined {
  const { pool, configuration, mode, network, task, optical } = parts;
  const { seed, threshold, feedback: sharing } = configuration;
  const widths = network.hidden.map((block) => block.outputs);
  const common = { pool, seed, sharing, classes: task.classes, widths };
  switch (mode) {
    case 'dfa':
      return new DigitalFeedback(common);
    case 'dfa-ternary':
      return new DigitalFeedback({ ...common, threshold });
    case 'optical':
      return new OpticalFeedback({
        ...common,
        projection: optical!.projection,
        threshold,
        ...(booking === undefined ? {} : { gate: booking.gate }),
      });
    default:
      return undefined;
  }
}
