import type { Ticks } from '@opu/core';
import {
  type DeviceFacts,
  type DuePattern,
  type FramePlanner,
  type NoFrame,
  type PlannedFrame,
  stagesOfFacts,
} from '@opu/device';
import type { ConfigureReply } from '@opu/protocol';
import type { FrameEntry } from '../read/capture-index.js';
import type { Answers } from './answers.js';
import type { RecordedConfiguration } from './recorded-configurations.js';

/**
 * Frames on the ticks of a recording. When a readout's own tick has passed before its pattern was there, it and those after it are
 * moved as a whole to where there is time.
 */
export class RecordedPlanner implements FramePlanner<RecordedConfiguration> {
  /** The recording has the ticks of the frames that edges fired. */
  readonly knowsExternalTriggers = true;
  readonly #answers: Answers;
  readonly #facts: DeviceFacts;
  readonly #begun: (frame: number, entry: FrameEntry) => void;
  #configuration: ConfigureReply;
  #shift = 0;

  /** @param begun hears which readout of the recording a frame shows */
  constructor(
    answers: Answers,
    facts: DeviceFacts,
    configuration: RecordedConfiguration,
    begun: (frame: number, entry: FrameEntry) => void,
  ) {
    this.#answers = answers;
    this.#facts = facts;
    this.#begun = begun;
    this.#configuration = configuration.reply;
  }

  configure({ reply }: RecordedConfiguration): void {
    this.#configuration = reply;
  }

  resetTick(pattern: DuePattern, earliest: Ticks, lastReset: Ticks | undefined): Ticks | NoFrame {
    const answer = this.#answers.of(pattern);
    if (typeof answer === 'string') return { why: 'none', text: answer };
    const entry = answer.frame;
    if (entry === undefined) return { why: 'discarded' };
    // Where a frame goes that has to be moved: the next slot of the device's own grid.
    const slot = lastReset === undefined ? earliest : Math.max(earliest, lastReset + this.#configuration.periodTicks);
    const planned = entry.resetTick + this.#shift;
    if (planned < earliest || (lastReset !== undefined && planned <= lastReset)) this.#shift = slot - entry.resetTick;
    else if (entry.resetTick >= slot) this.#shift = 0;
    return entry.resetTick + this.#shift;
  }

  frame(pattern: DuePattern, resetTick: Ticks, frame: number): PlannedFrame {
    const entry = (this.#answers.of(pattern) as { readonly frame: FrameEntry }).frame;
    this.#answers.used(pattern);
    this.#begun(frame, entry);
    const exposureStartTick = entry.exposureStartTick + resetTick - entry.resetTick;
    const { T, Q } = stagesOfFacts(this.#facts, this.#configuration);
    return {
      resetTick,
      exposureStartTick,
      exposureTicks: entry.exposureTicks,
      sentTick: exposureStartTick + entry.exposureTicks + T + Q,
    };
  }

  discarded(pattern: DuePattern): void {
    this.#answers.used(pattern);
  }

  release(pattern: DuePattern): void {
    this.#answers.giveBack(pattern);
  }
}
