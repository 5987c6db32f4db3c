import {
  type ConfigureReply,
  crc32c,
  createReadouts,
  payloadSize,
  pixelFormat,
  ReadoutRecordList,
  type Readouts,
  readoutFlag,
} from '@opu/protocol';
import type { ReadoutRecord } from '../format/records.js';

/** A recorded readout as it is handed out again. */
export interface ReplayedReadout {
  readonly record: ReadoutRecord;
  readonly frame: number;
  readonly patternId: number;
  readonly resetTick: number;
  readonly exposureStartTick: number;
  readonly droppedBefore: number;
  readonly isLast: boolean;
}

/** Bytes of an image on the wire. */
export function wireImageBytes(configuration: ConfigureReply): number {
  const pixels = configuration.regionWidth * configuration.regionHeight;
  const bits = bitsOnWire[configuration.pixelFormat] ?? 8;
  return Math.ceil((pixels * bits) / 8);
}

const EMPTY_PAYLOAD = payloadSize(createReadouts());

/** Bytes of the payload of a message with one readout. */
export function readoutPayloadBytes(imageBytes: number): number {
  return EMPTY_PAYLOAD + ReadoutRecordList.recordBytes + imageBytes;
}

const bitsOnWire: Readonly<Record<number, number>> = {
  [pixelFormat.MONO8]: 8,
  [pixelFormat.MONO10_PACKED]: 10,
  [pixelFormat.MONO12_PACKED]: 12,
  [pixelFormat.MONO16]: 16,
  [pixelFormat.FLOAT32]: 32,
};

export function readoutsMessage(readouts: readonly ReplayedReadout[], configuration: ConfigureReply): Readouts {
  const imageBytes = wireImageBytes(configuration);
  const data = new Uint8Array(readouts.length * imageBytes);
  const frames = ReadoutRecordList.from(
    readouts.map((readout, i) => {
      const { record } = readout;
      const at = i * imageBytes;
      const bits = bitsOnWire[configuration.pixelFormat]!;
      if (bits === 10 || bits === 12) pack(record.data, bits, data, at);
      else data.set(record.data, at);
      const saturatedPixels = Math.round(record.saturatedShare * record.width * record.height);
      return {
        frame: readout.frame,
        patternId: readout.patternId,
        resetTick: readout.resetTick,
        exposureStartTick: readout.exposureStartTick,
        exposureTicks: record.exposureTicks,
        referencePhase: record.referencePhaseRadians,
        flags:
          (record.ghostRisk ? readoutFlag.GHOST_RISK : 0) |
          (saturatedPixels > 0 ? readoutFlag.SATURATED : 0) |
          (readout.isLast ? readoutFlag.RUN_END : 0),
        saturatedPixels,
        droppedBefore: readout.droppedBefore,
        imageCrc: crc32c(data, at, at + imageBytes),
      };
    }),
  );
  return {
    type: 'READOUTS',
    regionX: configuration.regionX,
    regionY: configuration.regionY,
    regionWidth: configuration.regionWidth,
    regionHeight: configuration.regionHeight,
    pixelFormat: configuration.pixelFormat,
    imageBytes,
    frames,
    data,
  };
}

/** Pixels of two bytes each as 10 or 12 bits without gaps, least significant bit first. */
function pack(pixels: Uint8Array, bits: 10 | 12, target: Uint8Array, offset: number): void {
  let at = offset;
  let held = 0;
  let heldBits = 0;
  for (let i = 0; i < pixels.length; i += 2) {
    held |= (pixels[i]! | (pixels[i + 1]! << 8)) << heldBits;
    heldBits += bits;
    for (; heldBits >= 8; heldBits -= 8) {
      target[at++] = held;
      held >>>= 8;
    }
  }
  if (heldBits > 0) target[at] = held;
}
