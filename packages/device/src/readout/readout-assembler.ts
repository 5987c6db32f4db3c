import { OpuError } from '@opu/core';
import {
  BuiltReadouts,
  type ConfigureReply,
  HEADER_BYTES,
  ReadoutRecordList,
  type Readouts,
  readoutFlag,
  sizeReadouts,
  TRAILER_BYTES,
} from '@opu/protocol';
import type { ExposureRequest, ImageSource, RenderedImage } from '../source/exposure.js';
import { depthOfFormat, imageBytesOf } from '../source/pixel-formats.js';
import { packPixels } from './pack-pixels.js';

/** Frames in one message, at most. */
const MAXIMUM_FRAMES = 256;
/** Bytes of images in one message; one image is always taken. */
const MAXIMUM_BYTES = 256 * 1024;

/** A frame from its reset on: what the optics need to know of it, and what its readout says. */
export interface ExposedFrame extends ExposureRequest {
  readonly patternId: number;
  readonly isLast: boolean;
  previousPattern?: Uint8Array;
  droppedBefore: number;
}

/** Bytes of the payload of READOUTS around the records and images. */
const EMPTY_PAYLOAD = sizeReadouts({
  type: 'READOUTS',
  regionX: 0,
  regionY: 0,
  regionWidth: 0,
  regionHeight: 0,
  pixelFormat: 0,
  imageBytes: 0,
  frames: ReadoutRecordList.allocate(0),
  data: new Uint8Array(0),
});

/** Bytes of the payload of READOUTS with one frame. */
export function readoutPayloadBytes(imageBytes: number): number {
  return EMPTY_PAYLOAD + ReadoutRecordList.recordBytes + imageBytes;
}

/**
 * Bytes on the wire of a readout that is sent alone. The link's time is booked for every frame as if it were: frames that
 * share a message are told to the host together, at the end of the last one's sending, and each one's times stay those of
 * the timing rules.
 */
export function readoutMessageBytes(imageBytes: number): number {
  return HEADER_BYTES + readoutPayloadBytes(imageBytes) + TRAILER_BYTES;
}

/** Frames that fit in one message to a host that takes payloads of `maximumPayload` bytes; 0 if not even one does. */
export function framesPerMessage(imageBytes: number, maximumPayload: number): number {
  const each = ReadoutRecordList.recordBytes + imageBytes;
  const fit = Math.floor((maximumPayload - EMPTY_PAYLOAD) / each);
  return Math.min(fit, MAXIMUM_FRAMES, Math.max(1, Math.floor(MAXIMUM_BYTES / imageBytes)));
}

export interface AssembledReadouts {
  readonly message: Readouts;
  readonly saturatedPixels: number;
}

/**
 * Builds the message of readouts, in the steps of the images.
 * @param memory that of an earlier message, see `BuiltReadouts.recycle`
 * @param following frames that come after `frames`, known or guessed, to compute along
 */
export function* assembleReadouts(
  frames: readonly ExposedFrame[],
  configuration: ConfigureReply,
  images: ImageSource,
  following: (index: number, limit: number) => readonly ExposureRequest[],
  memory?: Uint8Array,
): Generator<void, AssembledReadouts> {
  const imageBytes = imageBytesOf(configuration);
  const bits = depthOfFormat(configuration.pixelFormat) === 10 ? 10 : 12;
  const message = new BuiltReadouts(frames.length, { ...configuration, imageBytes }, memory);
  const { frames: records, data } = message;
  let saturatedPixels = 0;
  for (let i = 0; i < frames.length; i++) {
    const frame = frames[i]!;
    // A generator only for an image that is not there: for small images it costs as much as the rest.
    const rendered = images.image(frame) ?? (yield* inSteps(images, frame, (limit) => following(i + 1, limit)));
    const { pixels, saturatedPixels: saturated } = rendered;
    const at = i * imageBytes;
    if (pixels instanceof Uint16Array) packPixels(pixels, bits, data, at);
    else data.set(pixels instanceof Uint8Array ? pixels : littleEndian(pixels), at);
    saturatedPixels += saturated;
    records.setFrame(i, frame.frame);
    records.setPatternId(i, frame.patternId);
    records.setResetTick(i, frame.resetTick);
    records.setExposureStartTick(i, frame.exposureStartTick);
    records.setExposureTicks(i, frame.exposureTicks);
    records.setReferencePhase(i, rendered.referencePhaseRadians ?? frame.referencePhaseRadians);
    records.setFlags(
      i,
      (rendered.ghostRisk === true ? readoutFlag.GHOST_RISK : 0) |
        (saturated > 0 ? readoutFlag.SATURATED : 0) |
        (frame.isLast ? readoutFlag.RUN_END : 0),
    );
    records.setSaturatedPixels(i, saturated);
    records.setDroppedBefore(i, frame.droppedBefore);
    message.sumUp(i);
  }
  return { saturatedPixels, message };
}

function inSteps(
  images: ImageSource,
  frame: ExposedFrame,
  following: (limit: number) => readonly ExposureRequest[],
): Generator<void, RenderedImage> {
  const steps = images.imageInSteps?.(frame, following);
  if (steps !== undefined) return steps;
  throw new OpuError('BUG', `A frame source has no image of frame ${frame.frame} and no steps to make it in.`);
}

const hostIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function littleEndian(floats: Float32Array): Uint8Array {
  if (hostIsLittleEndian) return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
  const bytes = new Uint8Array(floats.byteLength);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < floats.length; i++) view.setFloat32(4 * i, floats[i]!, true);
  return bytes;
}
