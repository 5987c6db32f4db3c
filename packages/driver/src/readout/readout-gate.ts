import { OpuError } from '@opu/core';
import {
  depthOfFormat,
  imageBytesOf,
  problemOfReadouts,
  type Readouts,
  SUMMED_UP_BYTES,
  wrongImageOf,
} from '@opu/protocol';
import type { AppliedConfiguration } from '../api/opu-device.js';

/** What the images of a run look like, by the configuration that it began with. */
export type ImageShape = Pick<AppliedConfiguration, 'bitDepth' | 'regionOfInterest'>;

/**
 * What every readout has to pass before a run sees it, whatever kind of run that is: as many images as records, of the size and
 * format that is configured, each with the checksum that its record tells.
 * @returns what to end the session with, because a device that breaks this cannot be believed; nothing for sound readouts
 */
export function judgeReadouts(message: Readouts, shape: ImageShape): OpuError | undefined {
  const { width, height } = shape.regionOfInterest;
  const { regionWidth, regionHeight, pixelFormat, imageBytes } = message;
  const wanted = imageBytesOf(pixelFormat, width * height);
  if (depthOfFormat(pixelFormat) !== shape.bitDepth) {
    return violation('OPU-RDO-3', `pixels in format ${pixelFormat}, and ${shape.bitDepth} bits are configured`, {
      pixelFormat,
      bitDepth: shape.bitDepth,
    });
  }
  if (regionWidth !== width || regionHeight !== height) {
    return violation('OPU-RDO-3', `${regionWidth} x ${regionHeight} pixels, and ${width} x ${height} are configured`, {
      regionWidth,
      regionHeight,
    });
  }
  if (imageBytes !== wanted) {
    return violation(
      'OPU-RDO-3',
      `images of ${imageBytes} bytes, and ${width * height} pixels of them need ${wanted}`,
      {
        imageBytes,
      },
    );
  }
  const problem = problemOfReadouts(message);
  if (problem !== undefined) return violation('OPU-RDO-3', problem, { bytes: message.data.length });
  const wrong = wrongImageOf(message, SUMMED_UP_BYTES);
  if (wrong === undefined) return undefined;
  const frame = message.frames.frame(wrong);
  return violation('OPU-RDO-4', `the image of frame ${frame} with another checksum than its record tells`, { frame });
}

function violation(clause: string, what: string, details: Readonly<Record<string, unknown>>): OpuError {
  return new OpuError(
    'PROTOCOL_VIOLATION',
    `The device sent ${what} (${clause}). Nothing of it is used; report it to the maker of the device.`,
    { details: { clause, ...details } },
  );
}
