import { SeededRandom } from '@opu/compute';
import {
  createEmulatedDevice,
  createOptics,
  type EmulatedDevice,
  type EmulatedDeviceOptions,
  type ImagePixels,
  opticsOfProfile,
  resolveProfile,
} from '@opu/emulator';
import { opticsAround } from './optics-around.js';

const BATCH_FRAMES = 4;

/**
 * An emulated device whose light costs nothing: what is left is protocol, sequencer and link. Its images are all of one
 * speckle, made once, so that what depends on the bytes (COBS) has bytes as a camera gives them.
 */
export function createDarkDevice(
  profileName: string,
  options: Pick<EmulatedDeviceOptions, 'clock' | 'trace'> = {},
): EmulatedDevice {
  const profile = resolveProfile(profileName);
  const bright = createOptics(opticsOfProfile(profile), 0, { ideal: true });
  const optics = opticsAround(bright, {
    // An image that costs nothing gains nothing from company.
    batchFrames: BATCH_FRAMES,
    createImages: (count) => speckled(bright.createImages(count), bright.pixelCount),
    expose: () => {},
  });
  return createEmulatedDevice({ ...options, profile, optics });
}

/** Exponentially distributed grey values, the same in every image. */
function speckled(images: ImagePixels, pixelsPerImage: number): ImagePixels {
  const first = Math.min(images.length, pixelsPerImage);
  const random = new SeededRandom(0, 'speckle');
  for (let i = 0; i < first; i++) images[i] = Math.min(255, -40 * Math.log(random.uniform(i)));
  for (let i = first; i < images.length; i += first) images.copyWithin(i, 0, Math.min(first, images.length - i));
  return images;
}
