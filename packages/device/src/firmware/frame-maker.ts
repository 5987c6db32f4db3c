import type { Ticks } from '@opu/core';
import type { ConfigureReply, PlayedSequence } from '@opu/protocol';
import type { PatternRam } from '../patterns/pattern-ram.js';
import type { ExposedFrame } from '../readout/readout-assembler.js';
import type { ExposureRequest, FrameTicks } from '../source/exposure.js';

/** Makes frames of resets: which pattern is shown, under which id, with which phase of the reference beam. */
export class FrameMaker {
  readonly #ram: PatternRam;
  readonly #remembersPattern: boolean;
  #configuration: ConfigureReply;
  #played: PlayedSequence | undefined;
  /** Frames of the present run. */
  #k = 0;
  #nextFrame = 0;
  #shown: Uint8Array | undefined;

  /** @param remembersPattern whether light depends on the pattern before (liquid crystal) */
  constructor(ram: PatternRam, configuration: ConfigureReply, remembersPattern: boolean) {
    this.#ram = ram;
    this.#configuration = configuration;
    this.#remembersPattern = remembersPattern;
  }

  /** Number that the next frame gets. */
  get nextFrame(): number {
    return this.#nextFrame;
  }

  /** Whether there is a pattern to go on with. */
  get hasNext(): boolean {
    return this.#played !== undefined || this.#ram.length > 0;
  }

  /** Id of the pattern that is due; nothing when it has not come. */
  get nextPatternId(): number | undefined {
    return this.#played === undefined ? this.#ram.at(0)?.id : this.#played.firstPatternId + this.#k;
  }

  configure(configuration: ConfigureReply): void {
    if (configuration.patternBytes !== this.#configuration.patternBytes) this.#shown = undefined;
    this.#configuration = configuration;
  }

  /** A run starts, with the patterns in RAM or with a stored sequence. */
  start(played: PlayedSequence | undefined): void {
    this.#played = played;
    this.#k = 0;
  }

  /**
   * The mirrors were reset to the pattern that is due; one from RAM leaves it.
   * @param id of the pattern, or its place in the sequence that is played
   */
  begin(
    tick: Ticks,
    frame: number,
    id: number,
    exposureStartTick: Ticks,
    exposureTicks: Ticks,
  ): { readonly frame: ExposedFrame; readonly leftRam: boolean } {
    const played = this.#played;
    const k = this.#k++;
    let pattern: Uint8Array;
    let patternId = id;
    let isLast: boolean;
    if (played === undefined) {
      const stored = this.#ram.shift()!;
      pattern = stored.bytes;
      isLast = stored.last;
    } else {
      pattern = played.patterns[id]!;
      patternId = played.firstPatternId + k;
      isLast = k === played.patterns.length * played.repetitions - 1;
    }
    const exposed: ExposedFrame = {
      frame,
      pattern,
      resetTick: tick,
      exposureStartTick,
      exposureTicks,
      referencePhaseRadians: this.#phase(k),
      patternId,
      isLast,
      droppedBefore: 0,
    };
    if (this.#remembersPattern) {
      if (this.#shown !== undefined) exposed.previousPattern = this.#shown;
      this.#shown = pattern;
    }
    this.#nextFrame = frame + 1;
    return { frame: exposed, leftRam: played === undefined };
  }

  /**
   * The frames of this run that come next if nothing gets in their way: a guess.
   * @param ticksOf when the frame after the last one would be exposed (0), and those after it
   */
  guess(limit: number, ticksOf: (ahead: number) => FrameTicks): readonly ExposureRequest[] {
    const guessed: ExposureRequest[] = [];
    let previous = this.#shown;
    for (let i = 0; i < limit; i++) {
      const next = this.#patternAhead(i);
      if (next === undefined) break;
      const { resetTick, exposureStartTick, exposureTicks } = ticksOf(i);
      guessed.push({
        frame: this.#nextFrame + i,
        pattern: next.bytes,
        resetTick,
        exposureStartTick,
        exposureTicks,
        referencePhaseRadians: this.#phase(this.#k + i),
        ...(this.#remembersPattern && previous !== undefined ? { previousPattern: previous } : {}),
      });
      previous = next.bytes;
      if (next.last) break;
    }
    return guessed;
  }

  /** Steps go round from frame to frame of a run. */
  #phase(k: number): number {
    const { referenceOn, referencePhaseSteps } = this.#configuration;
    return referenceOn === 1 ? (2 * Math.PI * (k % referencePhaseSteps)) / referencePhaseSteps : 0;
  }

  #patternAhead(index: number): { readonly bytes: Uint8Array; readonly last: boolean } | undefined {
    const played = this.#played;
    if (played === undefined) return this.#ram.at(index);
    const k = this.#k + index;
    const { patterns, repetitions } = played;
    if (k >= patterns.length * repetitions) return undefined;
    return { bytes: patterns[k % patterns.length]!, last: false };
  }
}
