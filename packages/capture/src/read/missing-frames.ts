import type { CaptureRecord, ReadoutRecord } from '../format/records.js';

/** Frames that were recorded and are lost, by their numbers, both included. */
export interface MissingFrames {
  readonly from: number;
  readonly to: number;
}

/**
 * Finds what damage took: frames between the last readout before it and the first one behind it that nothing accounts for. Frame
 * numbers jump for other reasons, too (an aborted run), and only those jumps count that span damage.
 */
export class MissingFrameFinder {
  #next: number | undefined;
  #accountedFor = 0;
  #isDamaged = false;

  /** A damaged part stands here. */
  damaged(): void {
    this.#isDamaged = true;
  }

  /** The next record of what is whole. @returns what is missing in front of it */
  see(record: CaptureRecord): MissingFrames | undefined {
    if (record.kind === 'gap') this.#accountedFor += record.frames;
    return record.kind === 'readout' ? this.#readout(record) : undefined;
  }

  #readout({ frame, droppedBefore }: ReadoutRecord): MissingFrames | undefined {
    const from = this.#next;
    const to = frame - droppedBefore - 1;
    const lost = from === undefined ? 0 : to - from + 1 - this.#accountedFor;
    const isMissing = this.#isDamaged && lost > 0;
    this.#next = frame + 1;
    this.#accountedFor = 0;
    this.#isDamaged = false;
    return isMissing ? { from: to - lost + 1, to } : undefined;
  }
}
