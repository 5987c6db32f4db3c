import { OpuError } from '@opu/core';
import type { ExposureRequest, ImageSource, RenderedImage } from '@opu/device';
import type { FrameEntry } from '../read/capture-index.js';
import type { FrameStore } from './frame-store.js';

/** The images of a recording, by the numbers that their frames have in the replay. */
export class RecordedImages implements ImageSource {
  readonly #store: FrameStore;
  readonly #entries = new Map<number, FrameEntry>();

  constructor(store: FrameStore) {
    this.#store = store;
  }

  /** Frame `frame` shows this readout of the recording. */
  expect(frame: number, entry: FrameEntry): void {
    this.#entries.set(frame, entry);
  }

  /** @throws OpuError INVALID_FILE when the file changed since it was indexed */
  image({ frame }: ExposureRequest): RenderedImage {
    const entry = this.#entries.get(frame);
    if (entry === undefined) throw new OpuError('BUG', `Frame ${frame} of a replay shows nothing of the recording.`);
    // Images are asked for in order: those before are not asked for again.
    for (const earlier of this.#entries.keys()) {
      if (earlier >= frame) break;
      this.#entries.delete(earlier);
    }
    const record = this.#store.read(entry);
    return {
      pixels: record.format === 'mono16' ? wordsOf(record.data) : record.data,
      saturatedPixels: Math.round(record.saturatedShare * record.width * record.height),
      ghostRisk: record.ghostRisk,
      referencePhaseRadians: record.referencePhaseRadians,
    };
  }
}

/** Pixels of two bytes each, little-endian, wherever in memory they lie. */
function wordsOf(bytes: Uint8Array): Uint16Array {
  return Uint16Array.from({ length: bytes.length >> 1 }, (_, i) => bytes[2 * i]! | (bytes[2 * i + 1]! << 8));
}
