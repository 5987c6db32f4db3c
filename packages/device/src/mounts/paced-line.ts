import { type Alarm, type Clock, inBackground, TICKS_PER_SECOND, type Ticks } from '@opu/core';

/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;
/** While bytes are under way, those that have arrived are handed on this often: 1 ms. */
const STEP_TICKS = 100_000;
/**
 * What is taken in advance, so that the line has something to carry while whoever fills it wakes up late: 20 ms, as the drivers
 * and chips of serial ports do, which have some kilobytes.
 */
const ADVANCE_TICKS = 2_000_000;
const LEAST_ADVANCE_BYTES = 4096;

export interface PacedLineOptions {
  /** Bits a second, 8N1. */
  readonly baud: number;
  readonly clock: Clock;
  /** Takes bytes whose stop bit is over. While it asks for a pause the line stands still, as with flow control. */
  readonly deliver: (bytes: Uint8Array) => Promise<unknown> | undefined;
}

/**
 * One direction of a serial line: no byte arrives before the line has carried it, and as long as there is something to carry the
 * line is never idle, however late the clock wakes it.
 */
export class PacedLine {
  readonly #clock: Clock;
  readonly #deliver: PacedLineOptions['deliver'];
  readonly #ticksPerByte: number;
  readonly #advanceBytes: number;
  #queue: Uint8Array[] = [];
  #waiting = 0;
  /** When the first byte that waits began, or the line became free; a fraction of a tick counts. */
  #begun: Ticks = 0;
  #alarm: Alarm | undefined;
  #isHeld = false;
  #roomy: (() => void)[] = [];
  #ended = false;

  constructor({ baud, clock, deliver }: PacedLineOptions) {
    this.#clock = clock;
    this.#deliver = deliver;
    this.#ticksPerByte = (BITS_PER_BYTE * TICKS_PER_SECOND) / baud;
    this.#advanceBytes = Math.max(LEAST_ADVANCE_BYTES, Math.floor(ADVANCE_TICKS / this.#ticksPerByte));
  }

  /** Takes bytes, which must not change any more. Returns a promise to await before more are given. */
  carry(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended || chunk.length === 0) return undefined;
    if (this.#waiting === 0) this.#begun = Math.max(this.#begun, this.#clock.now());
    this.#queue.push(chunk);
    this.#waiting += chunk.length;
    this.#schedule();
    return this.#waiting <= this.#advanceBytes ? undefined : this.#until(this.#advanceBytes);
  }

  /** Resolves when everything was handed on, or the line was ended. */
  async drained(): Promise<void> {
    while (this.#waiting > 0 || this.#isHeld) await this.#until(0);
  }

  /** What is under way is lost. */
  end(): void {
    this.#ended = true;
    this.#alarm?.cancel();
    this.#queue = [];
    this.#waiting = 0;
    this.#isHeld = false;
    this.#tellRoom();
  }

  async #until(bytes: number): Promise<void> {
    do await new Promise<void>((resolve) => this.#roomy.push(resolve));
    while (this.#waiting > bytes);
  }

  #tellRoom(): void {
    const roomy = this.#roomy;
    this.#roomy = [];
    for (const resolve of roomy) resolve();
  }

  #schedule(): void {
    if (this.#alarm !== undefined || this.#isHeld || this.#waiting === 0) return;
    const firstArrives = this.#begun + this.#ticksPerByte;
    const lastArrives = this.#begun + this.#waiting * this.#ticksPerByte;
    const tick = Math.max(firstArrives, Math.min(lastArrives, this.#clock.now() + STEP_TICKS));
    this.#alarm = this.#clock.at(Math.ceil(tick), () => {
      this.#alarm = undefined;
      // Whoever takes the bytes never rejects.
      inBackground(this.#handOn(), () => {});
    });
  }

  /** Hands on what has arrived: the first byte at least, however its time was rounded. */
  async #handOn(): Promise<void> {
    const carried = Math.max(1, Math.floor((this.#clock.now() - this.#begun) / this.#ticksPerByte));
    let arrived = Math.min(this.#waiting, carried);
    while (arrived > 0) {
      const first = this.#queue[0]!;
      const piece = first.subarray(0, arrived);
      if (piece.length === first.length) this.#queue.shift();
      else this.#queue[0] = first.subarray(piece.length);
      arrived -= piece.length;
      this.#waiting -= piece.length;
      this.#begun += piece.length * this.#ticksPerByte;
      const pause = this.#deliver(piece);
      if (pause !== undefined) {
        this.#isHeld = true;
        await pause;
        if (this.#ended) return;
        this.#isHeld = false;
        this.#begun = Math.max(this.#begun, this.#clock.now());
        break;
      }
      if (this.#ended) return;
    }
    this.#tellRoom();
    this.#schedule();
  }
}
