import { type ReadoutRecordList, type Readouts, readoutFlag } from '@opu/protocol';
import type { Readout } from '../api/opu-device.js';

export type ReadoutFacts = Omit<Readout, 'image'>;

/** What is known of a frame besides its image. */
export function readoutFacts(frames: ReadoutRecordList, index: number, pixels: number): ReadoutFacts {
  return {
    frame: frames.frame(index),
    patternId: frames.patternId(index),
    resetTick: frames.resetTick(index),
    exposureStartTick: frames.exposureStartTick(index),
    exposureTicks: frames.exposureTicks(index),
    referencePhaseRadians: frames.referencePhase(index),
    droppedBefore: frames.droppedBefore(index),
    saturatedShare: pixels === 0 ? 0 : frames.saturatedPixels(index) / pixels,
    ghostRisk: (frames.flags(index) & readoutFlag.GHOST_RISK) !== 0,
  };
}

/** Pixels of one image of a message. */
export function pixelsOf(message: Readouts): number {
  return message.regionWidth * message.regionHeight;
}
