import { hash32 } from '../random/hash.js';
import { type CameraParameters, type FrameExposure, frameKeys, pixelKeys } from './camera-parameters.js';
import { normalPair } from './normal-pair.js';

/** The camera of README.md, one pixel after another. Numbers in and out are f32. */
const { fround } = Math;

/** e^-x for x in [0, 8], relative error below 1e-12. */
export function expMinus(x: number): number {
  const r = x * (-1 / 256);
  let y = 1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720))))));
  for (let i = 0; i < 8; i++) y *= y;
  return y;
}

/** Poisson number of a mean below 8 by inversion at u = (bits + 1/2) / 2^32. */
export function invertPoisson(mean: number, bits: number): number {
  const m = Math.max(mean, 0);
  const u = (bits + 0.5) * 2 ** -32;
  let term = expMinus(m);
  let sum = term;
  let n = 0;
  while (u > sum && n < 64) {
    n++;
    term = (term * m) / n;
    sum += term;
  }
  return n;
}

/** Nearly Poisson number of a mean from 8 on, from a normal number z. */
export function normalPoisson(mean: number, z: number): number {
  const spread = fround(Math.sqrt(Math.max(0, fround(mean - fround(5 / 36)))));
  const skew = fround(fround(fround(z * z) - 1) * fround(1 / 6));
  return Math.floor(Math.max(0, fround(fround(mean + fround(spread * z)) + fround(skew + 0.5))));
}

/** Intensity of |scale (real + i imaginary) + wave e^(i phase)|^2; no wave where it is left out. */
export function intensityReference(
  real: number,
  imaginary: number,
  scale: number,
  wave?: readonly [number, number],
  phase: readonly [number, number] = [1, 0],
): number {
  let a = fround(fround(real) * fround(scale));
  let b = fround(fround(imaginary) * fround(scale));
  if (wave !== undefined) {
    const [x, y] = wave.map(fround) as [number, number];
    const [c, s] = phase.map(fround) as [number, number];
    a = fround(a + fround(fround(x * c) - fround(y * s)));
    b = fround(b + fround(fround(x * s) + fround(y * c)));
  }
  return fround(fround(a * a) + fround(b * b));
}

/** Grey value of one pixel of one frame. `pixel` is its number on the whole sensor. */
export function greyReference(
  camera: CameraParameters,
  frame: FrameExposure,
  pixel: number,
  intensity: number,
): number {
  const mean = fround(fround(intensity * fround(frame.electronsPerIntensity)) + fround(frame.darkElectrons));
  let electrons = Math.min(1e7, mean);
  if (camera.noise) electrons = noisyElectrons(camera, frame, pixel, electrons);
  const level = fround(
    fround(fround(camera.greyPerElectron) * Math.min(fround(camera.fullWell), electrons)) +
      fround(fround(camera.blackLevel) + 0.5),
  );
  return Math.floor(Math.max(0, Math.min(2 ** camera.bitDepth - 0.5, level)));
}

function noisyElectrons(camera: CameraParameters, frame: FrameExposure, pixel: number, mean: number): number {
  const [k0, k1, k2, k3] = frameKeys(camera.seed, frame.frame) as unknown as [number, number, number, number];
  const [shot, read] = normalPair(hash32(pixel, k0, k1), hash32(pixel, k2, k3));
  const electrons = mean < 8 ? invertPoisson(mean, hash32(pixel, k3, k1)) : normalPoisson(mean, shot);
  const [gain, offset] = pixelReference(camera, pixel);
  const fixed = fround(fround(electrons * gain) + offset);
  return fround(fixed + fround(fround(camera.readNoise) * read));
}

/** Gain and offset of a pixel. */
export function pixelReference(camera: CameraParameters, pixel: number): [gain: number, offset: number] {
  const [k0, k1, k2, k3] = pixelKeys(camera.seed) as unknown as [number, number, number, number];
  const [g, o] = normalPair(hash32(pixel, k0, k1), hash32(pixel, k2, k3));
  return [fround(1 + fround(fround(camera.prnu) * g)), fround(fround(camera.dsnu) * o)];
}
