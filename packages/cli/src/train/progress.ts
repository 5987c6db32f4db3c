import { inBackground } from '@opu/core';
import type { EpochEvent, ModeSummary, RunEvent, StepEvent, SweepRow, TrainingMode } from '@opu/dfa';
import { secondsFromTicks } from '@opu/driver';
import type { Terminal } from '../frame/terminal.js';
import { writeJsonLine } from '../frame/terminal.js';

/** Milliseconds between two redraws of the progress line. */
const REDRAW_MILLISECONDS = 100;

/** Where nobody watches, a step is told when nothing was for so long. */
const LINE_MILLISECONDS = 10_000;

/** Tells what a run does while it works. */
export interface Progress {
  tell(event: RunEvent): void;
  /** Ends a line that is redrawn in place. */
  end(): void;
}

export function createProgress(terminal: Terminal, json: boolean, now: () => number): Progress {
  if (json) return new JsonProgress(terminal);
  return new TextProgress(terminal, now);
}

/** Every event a line on standard output, of the steps ten an epoch. */
class JsonProgress implements Progress {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  tell(event: RunEvent): void {
    if (event.kind === 'step' && (event.step + 1) % Math.ceil(event.stepsPerEpoch / 10) !== 0) return;
    // Whoever reads the lines and went away ends the program by itself.
    inBackground(writeJsonLine(this.#terminal, event), () => {});
  }

  end(): void {}
}

export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60) % 60;
  const tail = `${String(minutes).padStart(whole >= 3600 ? 2 : 1, '0')}:${String(whole % 60).padStart(2, '0')}`;
  return whole >= 3600 ? `${Math.floor(whole / 3600)}:${tail} h` : `${tail} min`;
}

export function formatPercent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** One line redrawn in place where a person watches, a line an epoch where nobody does. */
class TextProgress implements Progress {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #mode:
    | { name: TrainingMode; totalSteps: number; epochs: number; firstStep: number; start: number; batch: number }
    | undefined;
  #framesAtStart = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #drawn = false;
  #lineAt = 0;

  constructor(terminal: Terminal, now: () => number) {
    this.#terminal = terminal;
    this.#now = now;
  }

  tell(event: RunEvent): void {
    switch (event.kind) {
      case 'run':
        this.#line(
          `Training on ${event.data} (${count(event.train)} ${event.unit}, ${count(event.test)} to test with); run folder ${event.folder}`,
        );
        return;
      case 'mode': {
        const { mode: name, totalSteps, epochs, stepsDone: firstStep, device } = event;
        this.#mode = { name, totalSteps, epochs, firstStep, start: this.#now(), batch: event.batch };
        this.#framesAtStart = event.frames;
        const from = firstStep > 0 ? `, from step ${firstStep} of ${totalSteps}` : '';
        this.#line(`${this.#terminal.style('bold', name)}${device === undefined ? '' : ` on ${device}`}${from}`);
        return;
      }
      case 'step':
        if (this.#terminal.interactive) this.#draw(event);
        else if (this.#now() - this.#lineAt >= LINE_MILLISECONDS) this.#line(this.#step(event));
        return;
      case 'epoch':
        this.#line(this.#epoch(event));
        return;
      case 'warning':
        this.#line(`${this.#terminal.style('yellow', 'warning:')} ${event.text}`);
        return;
      default:
    }
  }

  end(): void {
    if (this.#drawn) this.#terminal.progress('\r\u001b[K');
    this.#drawn = false;
  }

  #line(text: string): void {
    this.#lineAt = this.#now();
    this.end();
    this.#terminal.message(text);
  }

  #rates(event: StepEvent | EpochEvent): { samples: string; frames: string; left: string } {
    const mode = this.#mode!;
    const seconds = Math.max(1e-3, (this.#now() - mode.start) / 1000);
    const steps = event.stepsDone - mode.firstStep;
    const { device } = event;
    return {
      samples: `${count((steps * mode.batch) / seconds)} samples/s`,
      frames: device === undefined ? '' : `, ${count((device.frames - this.#framesAtStart) / seconds)} frames/s`,
      left: formatDuration(((mode.totalSteps - event.stepsDone) * seconds) / Math.max(1, steps)),
    };
  }

  #draw(event: StepEvent): void {
    const now = this.#now();
    if (now - this.#drawnAt < REDRAW_MILLISECONDS) return;
    this.#drawnAt = now;
    this.#terminal.progress(`\r\u001b[K${this.#step(event).slice(0, this.#terminal.columns - 1)}`);
    this.#drawn = true;
  }

  #step(event: StepEvent): string {
    const { samples, frames, left } = this.#rates(event);
    const { name, epochs } = this.#mode!;
    return (
      `  ${name} epoch ${event.epoch + 1}/${epochs} step ${event.step + 1}/${event.stepsPerEpoch}` +
      `  loss ${event.loss.toFixed(4)}  accuracy ${formatPercent(event.accuracy)}  ${samples}${frames}  ${left} left`
    );
  }

  #epoch(event: EpochEvent): string {
    const { samples, frames, left } = this.#rates(event);
    const angles = Object.values(event.alignment).map((cosine) => cosine.toFixed(2));
    const alignment = angles.length === 0 ? '' : `  alignment ${angles.join(' ')}`;
    const done = event.stepsDone === this.#mode!.totalSteps;
    return (
      `  epoch ${event.epoch + 1}/${this.#mode!.epochs}  loss ${event.trainLoss.toFixed(4)}` +
      `  test ${formatPercent(event.testAccuracy)}${alignment}  ${samples}${frames}${done ? '' : `  ${left} left`}`
    );
  }
}

/** The table at the end of a run. */
export function summaryRows(summaries: readonly ModeSummary[]): string[][] {
  return summaries.map(({ mode, testAccuracy, wallSeconds, device }) => [
    mode,
    formatPercent(testAccuracy),
    device === undefined ? '-' : formatDuration(secondsFromTicks(device.elapsedTicks)),
    formatDuration(wallSeconds),
    device === undefined ? '-' : count(device.frames),
  ]);
}

/** The table at the end of a sweep. */
export function sweepRows(rows: readonly SweepRow[]): string[][] {
  return rows.map(({ mode, mean, deviation, testAccuracies, wallSeconds }) => [
    mode,
    formatPercent(mean),
    formatPercent(deviation),
    ...testAccuracies.map(formatPercent),
    formatDuration(wallSeconds),
  ]);
}
