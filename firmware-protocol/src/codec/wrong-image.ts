import { crc32c } from '../crc/crc32c.js';
import type { Readouts } from '../generated/messages.js';

/**
 * Index of the first image that is not the one whose CRC its record tells (OPU-RDO-4); undefined when all are. The images of large
 * messages were checked with their payload, and are not looked at again.
 */
export function wrongImageOf({ frames, data, imageBytes }: Readouts, checkedFrom: number): number | undefined {
  if (data.length >= checkedFrom) return undefined;
  for (let i = 0; i < frames.count; i++) {
    if (crc32c(data, i * imageBytes, (i + 1) * imageBytes) !== frames.imageCrc(i)) return i;
  }
  return undefined;
}
