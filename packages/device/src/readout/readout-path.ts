import { type Alarm, type Clock, isOpuError, OpuError, type Ticks } from '@opu/core';
import { BuiltReadouts, type ConfigureReply, type DeviceMachine, type Readouts } from '@opu/protocol';
import { PatternMemory } from '../patterns/pattern-memory.js';
import type { ExposureRequest, ImageSource } from '../source/exposure.js';
import { imageBytesOf } from '../source/pixel-formats.js';
import { type AssembledReadouts, assembleReadouts, type ExposedFrame, framesPerMessage } from './readout-assembler.js';

/** The light of a frame that is due comes before everything else of its tick. */
const RENDERING_RANK = -1;

/** A readout waits at most this long for others to travel with it: 10 ms. */
const LONGEST_WAIT_TICKS = 1_000_000;
/** Memory for messages of so many bytes is used again, and so much is kept for that. */
const LARGE_MESSAGE_BYTES = 4 * 1024;
const MOST_SPARE_BYTES = 32 * 2 ** 20;

export interface ReadoutPathOptions {
  readonly machine: DeviceMachine;
  readonly images: ImageSource;
  readonly clock: Clock;
  /** Whether light depends on the pattern before (liquid crystal). */
  readonly remembersPattern: boolean;
  /** Frames that patterns in RAM will become, as far as that can be guessed: the ones after all frames under way. */
  readonly guess: (limit: number) => readonly ExposureRequest[];
  /** Everything that was sent over the link is with the host, or on its way. */
  readonly drained: () => void;
  /** Readouts were handed over because they had waited long enough, not because of anything that the sequencer did. */
  readonly waitedEnough: () => void;
  /** Light takes its time: events of the process get their turn before it goes on. */
  readonly pause: () => void;
  /** There is no image for a frame, and never will be. */
  readonly failed: (error: OpuError) => void;
}

/**
 * Frames from their reset until their readout is with the protocol. Light is computed only when the bytes are needed; small
 * readouts share a message, which is sent when it is full, when no other frame is about to follow, or when its first
 * frame has waited for 10 ms. Light that takes long is computed in steps, each an alarm on the tick on which it is due: virtual
 * time stands still until it is there.
 */
export class ReadoutPath {
  readonly memory = new PatternMemory();
  readonly #options: ReadoutPathOptions;
  /** Memory of messages that the host has, of one length. */
  #spare: Uint8Array[] = [];
  #configuration!: ConfigureReply;
  /** Reset, and not sent over the link yet; oldest first. */
  #underWay: ExposedFrame[] = [];
  /** Sent over the link, and not with the protocol yet. */
  #sent: ExposedFrame[] = [];
  #firstSentTick = 0;
  #perMessage = 1;
  #dropped = 0;
  #waits = false;
  /** Readouts of frames below this are nobody's. */
  #forgetBelow = 0;
  #deadline: Alarm | undefined;
  /** The message that is being made of the oldest frames sent. */
  #assembly: Generator<void, AssembledReadouts> | undefined;
  #assembled = 0;
  #nextStep: Alarm | undefined;
  #isBroken = false;
  /** Pixels at full scale in all readouts. */
  saturatedPixels = 0;

  constructor(options: ReadoutPathOptions) {
    this.#options = options;
  }

  /** Frames that are not with the protocol yet. */
  get pending(): number {
    return this.#underWay.length + this.#sent.length;
  }

  /** The oldest frame for whose readout there is no room, counted without those that were dropped before it. */
  get firstWaiting(): number | undefined {
    const first = this.#waits ? this.#sent[0] : undefined;
    return first === undefined ? undefined : first.frame - first.droppedBefore;
  }

  /** Only while nothing is pending. */
  configure(configuration: ConfigureReply): void {
    this.#configuration = configuration;
  }

  /** A run starts: how much fits in a message is asked of the host that controls it. */
  start(): void {
    const fit = framesPerMessage(imageBytesOf(this.#configuration), this.#options.machine.maximumReadoutPayload);
    // Frames that are further apart than the longest wait have nothing to wait for.
    this.#perMessage = this.#configuration.periodTicks >= LONGEST_WAIT_TICKS ? 1 : Math.max(1, fit);
  }

  /** The mirrors were reset: a frame begins. */
  begin(frame: ExposedFrame): void {
    frame.droppedBefore = this.#dropped;
    this.#dropped = 0;
    this.#underWay.push(frame);
  }

  /** The frame that began last has no buffer: its image is discarded. */
  discard(): void {
    const frame = this.#underWay.pop();
    if (frame !== undefined) this.#dropped = frame.droppedBefore + 1;
  }

  /**
   * The oldest frame under way was sent over the link.
   * @param moreComes whether other frames are about to follow by themselves
   */
  sent(tick: Ticks, moreComes: boolean): void {
    const frame = this.#underWay.shift();
    if (frame === undefined) return;
    if (frame.frame < this.#forgetBelow) {
      if (this.#underWay.length === 0) this.flush();
      return;
    }
    if (this.#sent.length === 0) this.#firstSentTick = tick;
    this.#sent.push(frame);
    const full = this.#sent.length >= this.#perMessage;
    const late = tick + this.#configuration.periodTicks > this.#firstSentTick + LONGEST_WAIT_TICKS;
    const isLastForNow = !(moreComes || this.#underWay.length > 0) || !this.#mayRead(frame);
    if (full || late || isLastForNow) this.flush();
    else if (this.#deadline === undefined) {
      this.#deadline = this.#options.clock.at(this.#firstSentTick + LONGEST_WAIT_TICKS, () => {
        this.#deadline = undefined;
        this.flush();
        this.#options.waitedEnough();
      });
    }
  }

  /** Hands over what was sent, as far as the host has room for it. */
  flush(): void {
    if (this.#assembly !== undefined || this.#isBroken) return;
    while (this.#sent.length > 0) {
      let count = 0;
      const most = Math.min(this.#sent.length, this.#perMessage);
      while (count < most && this.#mayRead(this.#sent[count]!)) count++;
      if (count === 0) {
        this.#waits = true;
        return;
      }
      if (!this.#hand(count)) return;
    }
    this.#waits = false;
    this.#deadline?.cancel();
    this.#deadline = undefined;
    this.#options.drained();
  }

  /** Readouts that the host has. */
  recycle(message: Readouts): void {
    const bytes = BuiltReadouts.recycle(message);
    if (bytes === undefined || bytes.length < LARGE_MESSAGE_BYTES) return;
    if (this.#spare[0]?.length !== bytes.length) this.#spare = [];
    if (this.#spare.length * bytes.length < MOST_SPARE_BYTES) this.#spare.push(bytes);
  }

  #mayRead({ frame, droppedBefore }: ExposedFrame): boolean {
    return this.#options.machine.mayRead(frame, droppedBefore);
  }

  /** Readouts of frames below `frame` that were not handed over yet never are. */
  forget(frame: number): void {
    this.#forgetBelow = frame;
    this.#giveUpAssembly();
    this.#sent = [];
    this.flush();
  }

  /**
   * Readouts of frames below `frame` that were not handed over yet are discarded: the light of them is given up, and the next readout
   * says how many those were.
   */
  cut(frame: number): void {
    for (const list of [this.#sent, this.#underWay]) {
      for (const discarded of list) {
        if (discarded.frame >= this.#forgetBelow) this.#dropped += discarded.droppedBefore + 1;
      }
    }
    this.forget(frame);
  }

  /**
   * No frame follows those under way. Light that is being computed may be that of many frames which were expected: it begins anew
   * with those that there are.
   */
  expectNoMore(): void {
    if (this.#assembly === undefined) return;
    this.#giveUpAssembly();
    this.flush();
  }

  /** Nothing is sent any more. */
  powerOff(): void {
    this.#deadline?.cancel();
    this.#deadline = undefined;
    this.#giveUpAssembly();
    this.#underWay = [];
    this.#sent = [];
  }

  /** False when the light of the oldest frames takes its time: they are handed over when it is there. */
  #hand(count: number): boolean {
    const frames = this.#sent.slice(0, count);
    this.#assembled = count;
    this.#assembly = assembleReadouts(
      frames,
      this.#configuration,
      this.#options.images,
      (index, limit) => this.#following(frames, index, limit),
      this.#spare.pop(),
    );
    return this.#goOn(this.#assembly);
  }

  #goOn(assembly: Generator<void, AssembledReadouts>): boolean {
    let step: IteratorResult<void, AssembledReadouts>;
    try {
      step = assembly.next();
    } catch (error) {
      this.#fail(error);
      return false;
    }
    if (step.done !== true) {
      const { clock, pause } = this.#options;
      pause();
      this.#nextStep = clock.at(
        clock.now(),
        () => {
          if (!this.#goOn(assembly)) return;
          this.flush();
          this.#options.waitedEnough();
        },
        { rank: RENDERING_RANK },
      );
      return false;
    }
    this.#assembly = undefined;
    this.#nextStep = undefined;
    this.saturatedPixels += step.value.saturatedPixels;
    const done = this.#sent.slice(0, this.#assembled);
    this.#sent = this.#sent.slice(this.#assembled);
    // The frame after may still have to know the pattern before.
    if (!this.#options.remembersPattern) for (const { pattern } of done) this.memory.release(pattern);
    this.#options.machine.sendReadouts(step.value.message);
    return true;
  }

  /** Frames without an image cannot be left out: nothing is sent any more. */
  #fail(error: unknown): void {
    this.powerOff();
    this.#isBroken = true;
    const text = `An image could not be made: ${String(error)}`;
    this.#options.failed(isOpuError(error) ? error : new OpuError('DEVICE_FAULT', text, { cause: error }));
  }

  #giveUpAssembly(): void {
    this.#nextStep?.cancel();
    this.#nextStep = undefined;
    this.#assembly?.return(undefined as never);
    this.#assembly = undefined;
  }

  #following(frames: readonly ExposedFrame[], index: number, limit: number): readonly ExposureRequest[] {
    const known: ExposureRequest[] = frames.slice(index, index + limit);
    for (let i = frames.length; i < this.#sent.length && known.length < limit; i++) known.push(this.#sent[i]!);
    for (let i = 0; i < this.#underWay.length && known.length < limit; i++) known.push(this.#underWay[i]!);
    if (known.length < limit) known.push(...this.#options.guess(limit - known.length));
    return known;
  }
}
