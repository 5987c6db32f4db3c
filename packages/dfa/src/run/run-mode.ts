import { createHash } from 'node:crypto';
import { ComputePool } from '@opu/compute';
import { isOpuError, OpuError, parseAddress } from '@opu/driver';
import { configurationOfMode } from '../config/configuration.js';
import type { TrainingMode } from '../feedback/feedback.js';
import { feedbackOutputs } from '../feedback/slices.js';
import type { Network } from '../network/network.js';
import type { ModeSummary } from '../results/summary.js';
import type { EpochEvent } from '../train/events.js';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, encodeWeights, restoreTensors } from './checkpoint.js';
import { createModel, type Model } from './model.js';
import { OpticalSource } from './optical-source.js';
import type { RunContext } from './run-context.js';
import { previousName } from './run-folder.js';

/** Steps whose mean loss makes one line of metrics.jsonl. */
const STEPS_PER_LINE = 10;

/** Trains one mode of a run, from its checkpoint if the run is resumed and there is one. */
export async function runMode(context: RunContext, mode: TrainingMode): Promise<ModeSummary> {
  const checkpoint = loadCheckpoint(context, checkpointName(mode));
  const configuration = configurationOfMode(context.configuration, mode);
  const pool = new ComputePool();
  let optical: OpticalSource | undefined;
  try {
    const { task, network } = context.problem.create(pool, configuration);
    if (mode === 'optical') optical = await openOptical(context, network, checkpoint);
    const model = createModel({ pool, configuration, mode, task, network, optical, now: context.now });
    return await new ModeRun(context, mode, model, optical, checkpoint).finish();
  } finally {
    pool.close();
    await optical?.close();
  }
}

function checkpointName(mode: TrainingMode): string {
  return `${mode}/checkpoint.safetensors`;
}

/** The checkpoint to go on from; none where there is none yet. */
function loadCheckpoint({ folder, resume, configurationHash }: RunContext, name: string): Checkpoint | undefined {
  if (resume === false) return undefined;
  const previous = previousName(name);
  // A run that was killed between setting one aside and writing the next has the one before alone.
  const isBefore = (resume === 'previous' || folder.read(name) === undefined) && folder.read(previous) !== undefined;
  const chosen = isBefore ? previous : name;
  const bytes = folder.read(chosen);
  if (bytes === undefined) return undefined;
  try {
    return decodeCheckpoint(bytes, folder.file(chosen), configurationHash);
  } catch (error) {
    if (chosen === previous || folder.read(previous) === undefined || !isOpuError(error, 'INVALID_FILE')) throw error;
    throw new OpuError(
      'INVALID_FILE',
      `${error.message} The checkpoint before it is kept: go on from there with --resume ${folder.path} --from-previous.`,
      { cause: error },
    );
  }
}

async function openOptical(
  context: RunContext,
  network: Network,
  checkpoint: Checkpoint | undefined,
): Promise<OpticalSource> {
  const { configuration, problem, openDevice } = context;
  const widths = network.hidden.map((block) => block.outputs);
  const outputs = feedbackOutputs(widths, configuration.feedback);
  const device = await openDevice(configuration.device);
  return OpticalSource.open(device, configuration, problem.classes, outputs, checkpoint?.state.device);
}

class ModeRun {
  readonly #context: RunContext;
  readonly #mode: TrainingMode;
  readonly #model: Model;
  readonly #optical: OpticalSource | undefined;
  readonly #start: number;
  readonly #secondsBefore: number;
  #savedAt = -1;

  constructor(
    context: RunContext,
    mode: TrainingMode,
    model: Model,
    optical: OpticalSource | undefined,
    checkpoint: Checkpoint | undefined,
  ) {
    this.#context = context;
    this.#mode = mode;
    this.#model = model;
    this.#optical = optical;
    this.#start = context.now();
    this.#secondsBefore = checkpoint?.state.wallSeconds ?? 0;
    if (checkpoint !== undefined) {
      restoreTensors(checkpoint, model.network, model.optimizer);
      model.trainer.restore(checkpoint.state.progress);
      this.#savedAt = checkpoint.state.progress.stepsDone;
    }
    context.folder.cutMetrics(mode, model.trainer.progress.stepsDone);
  }

  async finish(): Promise<ModeSummary> {
    const { trainer } = this.#model;
    const { configuration, emit } = this.#context;
    emit({
      kind: 'mode',
      mode: this.#mode,
      epochs: configuration.epochs,
      totalSteps: trainer.totalSteps,
      stepsDone: trainer.progress.stepsDone,
      batch: trainer.rowsPerStep,
      frames: this.#optical?.meter.use.frames ?? 0,
      ...(this.#optical === undefined ? {} : { device: parseAddress(configuration.device).text }),
    });
    try {
      await this.#train();
    } catch (error) {
      throw this.#withCheckpoint(error);
    }
    return this.#close();
  }

  async #train(): Promise<void> {
    const { emit, folder, configuration } = this.#context;
    const mode = this.#mode;
    const every = configuration.checkpointEverySteps;
    let lossSum = 0;
    let steps = 0;
    for await (const event of this.#model.trainer.run()) {
      emit({ ...event, mode });
      const { stepsDone } = event;
      if (event.kind === 'epoch') {
        folder.appendMetrics({ ...event, mode });
        if (every === undefined || stepsDone % every === 0) this.#save();
        this.#stopIfAsked();
        continue;
      }
      lossSum += event.batchLoss;
      steps++;
      if (stepsDone % STEPS_PER_LINE === 0) {
        folder.appendMetrics({ kind: 'steps', mode, stepsDone, loss: lossSum / steps });
        lossSum = 0;
        steps = 0;
      }
      // After the last step of an epoch its event follows, which belongs to what a checkpoint there stands for.
      if (event.step === event.stepsPerEpoch - 1) continue;
      if (every !== undefined && stepsDone % every === 0) this.#save();
      this.#stopIfAsked();
    }
  }

  #stopIfAsked(): void {
    const { progress, totalSteps } = this.#model.trainer;
    if (this.#context.signal?.aborted && progress.stepsDone < totalSteps) throw new OpuError('ABORTED', 'Interrupted.');
  }

  /** Writes a checkpoint unless the last one is of this very step. */
  #save(): void {
    const { folder, emit, configurationHash } = this.#context;
    const { network, optimizer, trainer } = this.#model;
    const { progress } = trainer;
    if (this.#savedAt === progress.stepsDone) return;
    const bytes = encodeCheckpoint(network, optimizer, {
      progress,
      ...(this.#optical === undefined ? {} : { device: this.#optical.meter.use }),
      wallSeconds: this.#wallSeconds,
      configurationHash,
    });
    const file = folder.replace(checkpointName(this.#mode), bytes);
    this.#savedAt = progress.stepsDone;
    emit({ kind: 'checkpoint', mode: this.#mode, stepsDone: progress.stepsDone, file });
  }

  /** Keeps what was reached, except weights that have diverged, and says how to go on. */
  #withCheckpoint(error: unknown): unknown {
    const { folder } = this.#context;
    if (!isOpuError(error) || error.code === 'DIVERGED' || error.code === 'BUG') return error;
    this.#save();
    return new OpuError(
      error.code,
      `${error.message} Training by ${this.#mode} stopped after ${this.#savedAt} of ${this.#model.trainer.totalSteps} ` +
        `steps; the checkpoint is written. Go on with: opu train --resume ${folder.path}`,
      { cause: error, details: { ...error.details, stepsDone: this.#savedAt } },
    );
  }

  async #close(): Promise<ModeSummary> {
    const { folder, configuration, emit } = this.#context;
    const { network, trainer } = this.#model;
    const mode = this.#mode;
    const bytes = encodeWeights(network, { mode, seed: String(configuration.seed) });
    folder.write(`${mode}/weights.safetensors`, bytes);
    const device = await this.#optical?.summary();
    if (device !== undefined && !device.framesAgree) {
      emit({
        kind: 'warning',
        mode,
        text: `The trainer got ${device.frames} frames, the device counted ${device.framesCounted}.`,
      });
    }
    this.#save();
    const lines = folder.metrics().filter((line) => line.mode === mode && line.kind === 'epoch');
    const epochs = lines as unknown as EpochEvent[];
    const last = epochs.at(-1)!;
    const best = bestOf(epochs);
    const { stepsDone } = trainer.progress;
    return {
      mode,
      epochs: configuration.epochs,
      steps: stepsDone,
      samples: stepsDone * this.#model.trainer.rowsPerStep,
      bestEpoch: best.epoch,
      testAccuracy: best.testAccuracy,
      testLoss: best.testLoss,
      alignment: epochs.findLast(({ alignment }) => Object.keys(alignment).length > 0)?.alignment ?? {},
      wallSeconds: this.#wallSeconds,
      hostMilliseconds: last.hostMilliseconds,
      weightsHash: createHash('sha256').update(bytes).digest('hex'),
      ...(device === undefined ? {} : { device }),
    };
  }

  get #wallSeconds(): number {
    return this.#secondsBefore + (this.#context.now() - this.#start) / 1000;
  }
}

/** The epoch that counts: the last one, or the first that does best on the validation set where there is one. */
function bestOf(epochs: readonly EpochEvent[]): EpochEvent {
  return epochs.reduce((best, epoch) => {
    if (epoch.validationAccuracy === undefined) return epoch;
    return epoch.validationAccuracy > best.validationAccuracy! ? epoch : best;
  });
}
