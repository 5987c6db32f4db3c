import { type ComputePool, scale } from '@opu/compute';
import type { Feedback, TrainingMode } from '../feedback/feedback.js';
import type { Network } from '../network/network.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { type ScheduleOptions, scheduleFactor } from '../optimizers/schedule.js';
import type { Batch, Task } from '../task/task.js';
import { meanCosine } from './alignment.js';
import { refuseDivergence } from './divergence.js';
import type { DeviceUse, EpochEvent, TrainingEvent } from './events.js';
import { fillGradients, needsFeedback, trueSignals } from './gradients.js';
import { Loss } from './loss.js';
import { type Milliseconds, Stopwatch } from './stopwatch.js';

export interface TrainerOptions {
  readonly pool: ComputePool;
  readonly network: Network;
  readonly task: Task;
  readonly mode: TrainingMode;
  readonly optimizer: Optimizer;
  /** Needed by the dfa modes. */
  readonly feedback?: Feedback;
  readonly epochs: number;
  readonly schedule?: ScheduleOptions;
  /** The alignment is measured after every so many epochs (it costs a batch of projections); 1 by default. */
  readonly alignmentEveryEpochs?: number;
  /** What the device has done so far, asked after each step. */
  readonly deviceUse?: () => DeviceUse;
  /** Told before and after each projection of a step, so that host work costs device time. */
  readonly hostBooking?: { beforeProjection(): Promise<void>; afterProjection(): void };
  /** The host's time, for the report only. */
  readonly now?: Milliseconds;
}

/** Where a run stands: what a checkpoint keeps beside weights and optimiser state. */
export interface Progress {
  readonly stepsDone: number;
  readonly firstLoss: number;
  /** Sums over the training batches of the epoch under way. */
  readonly loss: number;
  readonly correct: number;
  readonly counted: number;
}

/**
 * Trains a network step by step. Same options, same seeds: the same weights, bit for bit. What a step draws at random
 * depends on its number alone, so training goes on from any step whose weights and optimiser state are at hand.
 */
export class Trainer {
  readonly #options: TrainerOptions;
  readonly #loss: Loss;
  readonly #stopwatch: Stopwatch;
  #progress: Progress = { stepsDone: 0, firstLoss: 0, loss: 0, correct: 0, counted: 0 };

  constructor(options: TrainerOptions) {
    this.#options = options;
    this.#loss = new Loss(options.pool, options.task.classes);
    this.#stopwatch = new Stopwatch(options.now ?? (() => 0));
  }

  get totalSteps(): number {
    return this.#options.epochs * this.#options.task.stepsPerEpoch;
  }

  /** Rows of a training batch that have a label. */
  get rowsPerStep(): number {
    const { labels } = this.#options.task.batch(0, 0);
    return labels.reduce((sum, label) => sum + (label >= 0 ? 1 : 0), 0);
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Goes on from a checkpoint's progress; weights and optimiser state are restored by the caller. */
  restore(progress: Progress): void {
    this.#progress = progress;
  }

  /** Trains to the end, one event a step and one more an epoch; whoever consumes it may stop between any two steps. */
  async *run(): AsyncGenerator<TrainingEvent, void, void> {
    const { stepsPerEpoch } = this.#options.task;
    while (this.#progress.stepsDone < this.totalSteps) {
      const epoch = Math.floor(this.#progress.stepsDone / stepsPerEpoch);
      const step = this.#progress.stepsDone % stepsPerEpoch;
      if (step === 0) this.#progress = { ...this.#progress, loss: 0, correct: 0, counted: 0 };
      const batchLoss = await this.#step(epoch, step);
      const { stepsDone, loss, correct, counted } = this.#progress;
      const means = { loss: loss / counted, accuracy: correct / counted };
      // The epoch is closed before its last step is told, so that nobody can stop a run between the two.
      const closed = step === stepsPerEpoch - 1 ? await this.#closeEpoch(epoch) : undefined;
      yield { kind: 'step', epoch, step, stepsPerEpoch, stepsDone, ...means, batchLoss, ...this.#device() };
      if (closed !== undefined) yield closed;
    }
  }

  /** Loss and accuracy with the present weights, on the test set by default. */
  test(batches = this.#options.task.testBatches()): { readonly loss: number; readonly accuracy: number } {
    const { network } = this.#options;
    let loss = 0;
    let correct = 0;
    let counted = 0;
    for (const batch of batches) {
      const pass = { rows: batch.rows, training: false, step: this.#progress.stepsDone };
      const result = this.#loss.of(network.forward(batch.input, pass), batch);
      loss += result.lossSum;
      correct += result.correct;
      counted += result.counted;
    }
    return { loss: loss / counted, accuracy: correct / counted };
  }

  async #step(epoch: number, step: number): Promise<number> {
    const { pool, network, task, mode, optimizer, feedback, schedule = { kind: 'constant' } } = this.#options;
    const stopwatch = this.#stopwatch;
    const { stepsDone } = this.#progress;
    stopwatch.start();
    const batch = task.batch(epoch, step);
    stopwatch.book('data');
    const pass = { rows: batch.rows, training: true, step: stepsDone };
    const { error, lossSum, correct, counted } = this.#loss.of(network.forward(batch.input, pass), batch);
    const meanLoss = lossSum / counted;
    const firstLoss = stepsDone === 0 ? meanLoss : this.#progress.firstLoss;
    refuseDivergence(network, meanLoss, firstLoss, epoch, step);
    stopwatch.book('forward');
    await this.#options.hostBooking?.beforeProjection();
    const signals = needsFeedback(mode, feedback) ? await feedback.signals(error, batch.rows, 1 / counted) : [];
    this.#options.hostBooking?.afterProjection();
    stopwatch.book('feedback');
    scale(pool, 1 / counted, error);
    const changed = fillGradients(network, mode, error, signals);
    stopwatch.book('backward');
    const rate = scheduleFactor(schedule, stepsDone, task.stepsPerEpoch, this.totalSteps);
    optimizer.update(changed, stepsDone + 1, rate);
    stopwatch.book('update');
    this.#progress = {
      stepsDone: stepsDone + 1,
      firstLoss,
      loss: this.#progress.loss + lossSum,
      correct: this.#progress.correct + correct,
      counted: this.#progress.counted + counted,
    };
    return meanLoss;
  }

  async #closeEpoch(epoch: number): Promise<EpochEvent> {
    this.#stopwatch.start();
    const { task, epochs, alignmentEveryEpochs = 1 } = this.#options;
    const isMeasured = (epoch + 1) % alignmentEveryEpochs === 0 || epoch === epochs - 1;
    const alignment = isMeasured ? await this.#alignment(task.batch(epoch, 0)) : {};
    const validation = task.validationBatches?.();
    const validated = validation === undefined ? undefined : this.test(validation);
    const test = this.test();
    this.#stopwatch.book('test');
    const { stepsDone, loss, correct, counted } = this.#progress;
    return {
      kind: 'epoch',
      epoch,
      stepsDone,
      trainLoss: loss / counted,
      trainAccuracy: correct / counted,
      testLoss: test.loss,
      testAccuracy: test.accuracy,
      ...(validated === undefined ? {} : { validationAccuracy: validated.accuracy }),
      alignment,
      ...this.#device(),
      hostMilliseconds: this.#stopwatch.totals,
    };
  }

  async #alignment(batch: Batch): Promise<Record<string, number>> {
    const { pool, network, mode, feedback } = this.#options;
    if (!needsFeedback(mode, feedback)) return {};
    const pass = { rows: batch.rows, training: false, step: this.#progress.stepsDone };
    const { error, counted } = this.#loss.of(network.forward(batch.input, pass), batch);
    const returned = await feedback.signals(error, batch.rows, 1 / counted);
    scale(pool, 1 / counted, error);
    const wanted = trueSignals(network, error);
    return Object.fromEntries(
      network.hidden.map((block, i) => [block.name, meanCosine(returned[i]!, wanted[i]!, block.outputs)]),
    );
  }

  #device(): { device?: DeviceUse } {
    const use = this.#options.deviceUse?.();
    return use === undefined ? {} : { device: use };
  }
}
