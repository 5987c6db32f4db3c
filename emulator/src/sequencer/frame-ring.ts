import type { SequencerSettings } from './settings.js';

const fields = ['patternId', 'k', 'loadStart', 'loadEnd', 'reset', 'txStart', 'txEnd', 'droppedBefore'] as const;
type Field = (typeof fields)[number];

/**
 * The frames under way as columns of numbers, addressed by `frame & mask`. It grows when more frames are under way than
 * ever before, and allocates nothing otherwise.
 */
export class FrameRing {
  mask = 15;
  patternId = new Float64Array(16);
  /** Number of the frame in its run. */
  k = new Float64Array(16);
  loadStart = new Float64Array(16);
  loadEnd = new Float64Array(16);
  reset = new Float64Array(16);
  /** NaN for a frame whose image is discarded, like `txEnd`. */
  txStart = new Float64Array(16);
  txEnd = new Float64Array(16);
  droppedBefore = new Float64Array(16);
  /** The durations that the frame was begun with. */
  settings: SequencerSettings[] = [];
  #oldestKept = 0;

  /** True while the columns still hold the frame, `next` being the number of the next one to come. */
  holds(frame: number, next: number): boolean {
    return frame < next && frame >= Math.max(this.#oldestKept, next - 1 - this.mask);
  }

  /** Makes room for the frames from `oldest` to `newest`. */
  reserve(oldest: number, newest: number): void {
    while (newest - oldest > this.mask) {
      const mask = 2 * this.mask + 1;
      for (const field of fields) this[field] = this.#spread(this[field], oldest, newest, mask);
      const settings: SequencerSettings[] = [];
      for (let frame = oldest; frame < newest; frame++) settings[frame & mask] = this.settings[frame & this.mask]!;
      this.settings = settings;
      this.#oldestKept = oldest;
      this.mask = mask;
    }
  }

  #spread(column: this[Field], oldest: number, newest: number, mask: number): this[Field] {
    const larger = new Float64Array(mask + 1);
    for (let frame = oldest; frame < newest; frame++) larger[frame & mask] = column[frame & this.mask]!;
    return larger;
  }
}
