import { OpuError } from '@opu/core';
import { ownReadouts, type Readouts, type RunEnded } from '@opu/protocol';
import ndarray from 'ndarray';
import type { AppliedConfiguration, Image, Readout } from '../api/opu-device.js';
import { allocatePixels, decodePixels, type PixelArray } from '../readout/pixel-decoding.js';
import { pixelsOf, readoutFacts } from '../readout/readout-facts.js';
import type { ImageShape } from '../readout/readout-gate.js';
import type { Run } from '../session/run.js';
import type { RunPort } from '../session/run-port.js';
import type { PatternFeed } from './pattern-feed-types.js';

/** Patterns that go to the device in one block, at most. */
const BLOCK_PATTERNS = 256;
const BLOCK_BYTES = 1 << 20;
/** Memory for readouts that were received and not yet taken. */
const WINDOW_BYTES = 64 * 2 ** 20;
const WINDOW_FRAMES = 1024;
const LEAST_WINDOW_FRAMES = 16;

interface Arrived {
  readonly message: Readouts;
  /** Index of the next frame to hand out. */
  next: number;
}

/**
 * A stream of readouts while it runs: pulls patterns as far as the device has room, takes readouts as far as the reader
 * has room, and hands them out one at a time.
 */
export class StreamRun implements Run {
  readonly shape: ImageShape;
  readonly #port: RunPort;
  readonly #patternBytes: number;
  readonly #feed: PatternFeed;
  readonly #window: number;
  readonly #mayDrop: boolean;
  #arrived: Arrived[] = [];
  #sourceEnded = false;
  #sourceWaits = false;
  /** The source kept the device waiting for so long that time may pass without it. */
  #sourceIsSlow = false;
  #markedLast = false;
  #started = false;
  /** It is being ended: no START of it may come behind that. */
  #isStopping = false;
  #offered = 0;
  #leftovers = 0;
  /** What a stopped run left ends with a mark of its own, and the device stops there. */
  #leftoversEnd = false;
  #received = 0;
  #taken = 0;
  #granted = 0;
  #ended = false;
  /** Nothing is to be done for it any more. */
  #isOver = false;
  #firstPatternId: number | undefined;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(port: RunPort, configuration: AppliedConfiguration, feed: PatternFeed) {
    this.#port = port;
    this.shape = configuration;
    this.#patternBytes = configuration.patternBytes;
    this.#feed = feed;
    this.#mayDrop = configuration.overrun === 'drop';
    const { width, height } = configuration.regionOfInterest;
    const frames = Math.floor(WINDOW_BYTES / Math.max(1, width * height));
    this.#window = Math.min(WINDOW_FRAMES, Math.max(LEAST_WINDOW_FRAMES, frames));
  }

  get isStarving(): boolean {
    return this.#wake !== undefined && (!this.#sourceWaits || this.#sourceIsSlow);
  }

  /** What ends the run on a device that may still be in one, when nothing more of it is wanted. */
  get ending(): 'STOP' | undefined {
    return this.#started && this.#port.isRunning ? 'STOP' : undefined;
  }

  /** Id of the first pattern of its own source, once it was handed to the device. */
  get firstPatternId(): number | undefined {
    return this.#firstPatternId;
  }

  begin(): void {
    this.#grant(this.#window);
    // What a stopped run left in the device is shown first.
    const { count, end } = this.#port.leftovers;
    this.#leftovers = count;
    this.#leftoversEnd = end;
    this.progress();
    this.#port.settled();
  }

  /** The next readout; nothing at the end of the stream. */
  async take(): Promise<Readout | undefined> {
    for (;;) {
      const readout = this.#takeArrived();
      if (readout !== undefined) return readout;
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#isComplete) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#port.settled();
      });
    }
  }

  /** Its turn is over. */
  left(): void {
    this.#isOver = true;
    this.cancel();
  }

  /** The reader has left: the device gets room for the frames that it has to finish before it can end the run. */
  discard(): void {
    this.#isStopping = true;
    this.cancel();
    this.#arrived = [];
    if (this.#started) this.#grant(this.#window);
  }

  cancel(): void {
    const isOpen = !this.#sourceEnded;
    this.#sourceEnded = true;
    if (isOpen) this.#feed.cancel();
  }

  // Run.

  readouts(message: Readouts, skipBelow: number, borrowed: boolean): void {
    const { frames } = message;
    let next = 0;
    while (next < frames.count && frames.frame(next) < skipBelow) next++;
    if (next === frames.count) return;
    this.#received += frames.count - next;
    this.#arrived.push({ message: borrowed ? ownReadouts(message) : message, next });
    this.#awake();
  }

  /** Pulls patterns and offers them, as far as there is room. */
  progress(): void {
    const port = this.#port;
    const most = Math.max(1, Math.min(BLOCK_PATTERNS, Math.floor(BLOCK_BYTES / this.#patternBytes)));
    while (!this.#sourceEnded && !this.#sourceWaits && this.#failure === undefined) {
      const limit = Math.min(port.room, most);
      if (limit === 0) break;
      const pulled = this.#pull(limit);
      if (pulled === undefined) break;
      this.#sourceEnded = pulled.end;
      if (pulled.patterns.length > 0) {
        const data = this.#join(pulled.patterns);
        if (data === undefined) return;
        this.#markedLast = pulled.end;
        this.#offered += pulled.patterns.length;
        this.#firstPatternId ??= port.nextPatternId;
        port.offer({ count: pulled.patterns.length, patternBytes: this.#patternBytes, data, last: pulled.end });
      }
      if (pulled.end) this.#awake();
    }
    const hasLeftovers = this.#leftovers > this.#received;
    const hasWork = this.#offered > 0 || (hasLeftovers && !this.#sourceEnded);
    if (this.#started || this.#isStopping || this.#failure !== undefined || !hasWork) return;
    this.#started = true;
    this.#port.start();
  }

  ended(message: RunEnded): void {
    if (this.#leftoversEnd && this.#started) {
      this.#leftoversEnd = false;
      this.#started = false;
      this.progress();
      this.#awake();
      return;
    }
    const due = this.#offered + this.#leftovers;
    if (!this.#sourceEnded || (!this.#mayDrop && this.#received < due)) {
      const open = this.#sourceEnded ? '' : ', and the last pattern is still to come';
      this.failed(
        new OpuError(
          'FRAMES_LOST',
          `The device says that its run is over after ${message.framesDone} frames, but only ${this.#received} of ${due} ` +
            `readouts came${open}.`,
        ),
      );
      return;
    }
    this.#ended = true;
    this.#awake();
  }

  stopping(): void {
    this.#isStopping = true;
    this.cancel();
    // The device answers once its frames are sent, whether or not somebody reads them now.
    if (this.#started) this.#grant(this.#window);
  }

  stopped(): void {
    this.cancel();
    this.#ended = true;
    this.#awake();
  }

  failed(error: unknown): void {
    this.#failure ??= { error };
    this.cancel();
    this.#awake();
  }

  get #isComplete(): boolean {
    if (this.#ended) return true;
    // What is shown until the device stops belongs to this stream.
    if (!this.#sourceEnded || this.#isStopping) return false;
    const isShowing = this.#offered > 0 || this.#started;
    if (isShowing && this.#received < this.#offered + this.#leftovers) return false;
    return !this.#markedLast || this.#port.wasRestarted;
  }

  #pull(limit: number): ReturnType<PatternFeed['pull']> {
    try {
      const pulled = this.#feed.pull(limit);
      if (pulled === undefined) this.#awaitSource();
      return pulled;
    } catch (error) {
      this.#sourceEnded = true;
      this.failed(error);
      return undefined;
    }
  }

  #awaitSource(): void {
    this.#sourceWaits = true;
    this.#sourceIsSlow = false;
    // In lockstep a source that answers at once does so before any time passes; one that takes longer does not stop time.
    const patience = this.#port.after(0, () => {
      this.#sourceIsSlow = true;
      this.#port.settled();
    });
    this.#feed.wait().then(
      () => {
        patience.cancel();
        this.#sourceWaits = false;
        if (this.#isOver) return;
        this.progress();
        this.#port.settled();
      },
      (error: unknown) => {
        patience.cancel();
        this.#sourceWaits = false;
        this.#sourceEnded = true;
        this.failed(error);
      },
    );
  }

  #join(patterns: readonly Uint8Array[]): Uint8Array | undefined {
    const size = this.#patternBytes;
    const data = new Uint8Array(patterns.length * size);
    for (const [i, pattern] of patterns.entries()) {
      if (!(pattern instanceof Uint8Array) || pattern.length !== size) {
        const got = pattern instanceof Uint8Array ? `${pattern.length} bytes` : typeof pattern;
        this.failed(
          new OpuError(
            'INVALID_ARGUMENT',
            `A pattern of the stream is ${got}; the present layout needs ${size} bytes.`,
          ),
        );
        return undefined;
      }
      data.set(pattern, i * size);
    }
    return data;
  }

  #takeArrived(): Readout | undefined {
    const head = this.#arrived[0];
    if (head === undefined) return undefined;
    const readout = makeReadout(head.message, head.next++);
    if (head.next === head.message.frames.count) this.#arrived.shift();
    this.#taken++;
    const free = this.#window - (this.#granted - this.#taken);
    if (free >= this.#window >> 2) this.#grant(free);
    return readout;
  }

  #grant(count: number): void {
    this.#granted += count;
    this.#port.grant(count);
  }

  #awake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

function makeReadout(message: Readouts, index: number): Readout {
  const pixels = pixelsOf(message);
  const { imageBytes, pixelFormat: format } = message;
  const data = message.data.subarray(index * imageBytes, (index + 1) * imageBytes);
  let image: PixelArray = data;
  if (format !== 0) {
    image = allocatePixels(format === 4 ? 32 : 12, pixels);
    decodePixels(format, data, imageBytes, pixels, 1, image, 0);
  }
  return {
    ...readoutFacts(message.frames, index, pixels),
    image: ndarray(image as Uint8Array, [message.regionHeight, message.regionWidth]) as Image,
  };
}
