import { setImmediate as letOthersWork } from 'node:timers/promises';
import { type ComputePool, scale } from '@opu/compute';
import { OpuError } from '@opu/driver';
import type { Parameter } from '../blocks/block.js';
import type { Feedback, TrainingMode } from '../feedback/feedback.js';
import type { Network } from '../network/network.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { type ScheduleOptions, scheduleFactor } from '../optimizers/schedule.js';
import { allRows, inParts, type Rows } from '../rows/rows.js';
import type { Batch, Task } from '../task/task.js';
import { meanCosine } from './alignment.js';
import { refuseDivergence } from './divergence.js';
import type { DeviceUse, EpochEvent, TrainingEvent } from './events.js';
import { fillErrorGradients, fillHiddenGradients, needsFeedback, trueSignals } from './gradients.js';
import { countedIn, Loss } from './loss.js';
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
  /** Told of the host's work and of its waiting, so that host work costs device time. */
  readonly hostBooking?: HostAccount;
  /**
   * A batch goes forward in so many parts, 1 by default; the device projects the errors of one while the host works on the
   * next. The weights are the same, bit for bit, on a device whose frames depend on their order alone.
   */
  readonly parts?: number;
  /** The host's time, for the report only. */
  readonly now?: Milliseconds;
}

export interface HostAccount {
  begins(): void;
  worked(pass: 'forward' | 'backward', share: number): void;
  waited(): Promise<void>;
}

/** A batch whose errors are on their way back. */
interface Forward {
  readonly logits: Float32Array;
  readonly error: Float32Array;
  /** One a part; the last has the signals of the whole batch when all are there. */
  readonly returning: readonly Promise<readonly Float32Array[]>[];
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
    return countedIn(this.#options.task.batch(0, 0).labels);
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
    const { pool, network, task, mode, optimizer, schedule = { kind: 'constant' }, hostBooking } = this.#options;
    const stopwatch = this.#stopwatch;
    const { stepsDone } = this.#progress;
    stopwatch.start();
    hostBooking?.begins();
    const batch = task.batch(epoch, step);
    stopwatch.book('data');
    const { logits, error, returning } = await this.#forward(batch);
    const { lossSum, correct, counted } = this.#loss.sumsOf(logits, batch);
    const meanLoss = lossSum / counted;
    const firstLoss = stepsDone === 0 ? meanLoss : this.#progress.firstLoss;
    let changed: readonly Parameter[];
    try {
      refuseDivergence(network, meanLoss, firstLoss, epoch, step);
      scale(pool, 1 / counted, error);
      changed = fillErrorGradients(network, mode, error);
      stopwatch.book('backward');
    } finally {
      await Promise.allSettled(returning);
    }
    const signals = (await Promise.all(returning)).at(-1);
    stopwatch.book('feedback');
    if (signals !== undefined) {
      await hostBooking?.waited();
      fillHiddenGradients(network, signals);
      changed = network.parameters;
    }
    stopwatch.book('backward');
    const rate = scheduleFactor(schedule, stepsDone, task.stepsPerEpoch, this.totalSteps);
    optimizer.update(changed, stepsDone + 1, rate);
    stopwatch.book('update');
    hostBooking?.worked('backward', 1);
    this.#progress = {
      stepsDone: stepsDone + 1,
      firstLoss,
      loss: this.#progress.loss + lossSum,
      correct: this.#progress.correct + correct,
      counted: this.#progress.counted + counted,
    };
    return meanLoss;
  }

  /** Brings a batch forward, part by part, and sends the error of each part on its way back as soon as it is there. */
  async #forward(batch: Batch): Promise<Forward> {
    const { network, mode, feedback, hostBooking } = this.#options;
    const { rows, labels, input } = batch;
    const pass = { rows, training: true, step: this.#progress.stepsDone };
    const factor = 1 / countedIn(labels);
    const returning: Forward['returning'][number][] = [];
    let logits: Float32Array | undefined;
    let error: Float32Array | undefined;
    for (const part of this.#partsOf(rows)) {
      if (returning.length > 0) await letOthersWork();
      hostBooking?.begins();
      logits = network.forward(input, { ...pass, part });
      error = this.#loss.errorOf(logits, batch, part);
      hostBooking?.worked('forward', part.count / rows);
      this.#stopwatch.book('forward');
      if (needsFeedback(mode, feedback)) {
        const signals = Promise.resolve(feedback.signals(error, rows, factor, pass.step, part));
        // Whoever awaits them all hears of a failure; until then nobody does.
        signals.catch(() => {});
        returning.push(signals);
      }
      this.#stopwatch.book('feedback');
    }
    return { logits: logits!, error: error!, returning };
  }

  #partsOf(rows: number): readonly Rows[] {
    const { network, parts = 1 } = this.#options;
    if (parts === 1) return [allRows(rows)];
    const { rowsTogether } = network;
    if (rowsTogether === undefined) {
      throw new OpuError(
        'NOT_SUPPORTED',
        `A pipeline of ${parts} parts needs rows that do not depend on each other, and those of this network do. Leave pipeline at 1.`,
      );
    }
    return inParts(rows, parts, rowsTogether);
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
    const returned = await feedback.signals(error, batch.rows, 1 / counted, pass.step);
    await this.#options.hostBooking?.waited();
    for (const [i, block] of network.hidden.entries()) block.fromFeedback?.(returned[i]!);
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
