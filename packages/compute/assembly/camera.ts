// The camera: src/camera/README.md specifies it and src/camera/camera.reference.ts is the same in plain TypeScript.

import { hash4 } from './hash';
import { angle4, cosine4, radius4, signBit, sine4, swapMask } from './normal-pair';

/** Means below are drawn by inversion, others by the corrected normal. */
const INVERSION_BELOW: f32 = 8;

/** e^-x for x in [0, 8], relative error below 1e-12: the series of e^(x/256), eight times squared. */
function expMinus(x: f64): f64 {
  const r = x * (-1.0 / 256.0);
  let y = 1.0 + r * (1.0 + r * (1.0 / 2.0 + r * (1.0 / 6.0 + r * (1.0 / 24.0 + r * (1.0 / 120.0 + r * (1.0 / 720.0))))));
  for (let i = 0; i < 8; i++) y *= y;
  return y;
}

/** Poisson number of a mean below 8 by inversion of the distribution function at u = (bits + 1/2) / 2^32. */
function invertPoisson(mean: f32, bits: u32): f32 {
  const m = <f64>max(mean, 0);
  const u = (<f64>bits + 0.5) * 2.3283064365386963e-10;
  let term = expMinus(m);
  let sum = term;
  let n = 0;
  while (u > sum && n < 64) {
    n++;
    term = (term * m) / <f64>n;
    sum += term;
  }
  return <f32>n;
}

/** PRNU factors 1 + prnu z1 and DSNU electrons dsnu z2 of `count` (a multiple of 4) sensor pixels. One tile. */
export function pixelPatterns(
  tile: i32, scratch: usize,
  numbers: usize, count: i32, key0: u32, key1: u32, key2: u32, key3: u32, prnu: f32, dsnu: f32,
  gains: usize, offsets: usize,
): void {
  for (let at: usize = 0; at < <usize>count << 2; at += 16) {
    const pixel = v128.load(numbers + at);
    const direction = hash4(pixel, i32x4.splat(key2), i32x4.splat(key3));
    const radius = v128.xor(radius4(hash4(pixel, i32x4.splat(key0), i32x4.splat(key1))), signBit(direction));
    const x = angle4(direction), swap = swapMask(direction);
    const c = cosine4(x), s = sine4(x);
    const first = f32x4.mul(radius, v128.bitselect(s, c, swap));
    const second = f32x4.mul(radius, v128.bitselect(c, s, swap));
    v128.store(gains + at, f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.splat(prnu), first)));
    v128.store(offsets + at, f32x4.mul(f32x4.splat(dsnu), second));
  }
}

/** Intensity of four pixels: |sums scale + wave e^(i phase)|^2. A record of a frame holds the phase's cosine and sine. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function intensity4(
  real: usize, imaginary: usize, scale: v128, waveReal: usize, waveImaginary: usize, record: usize,
): v128 {
  let a = f32x4.mul(f32x4.convert_i32x4_s(v128.load(real)), scale);
  let b = f32x4.mul(f32x4.convert_i32x4_s(v128.load(imaginary)), scale);
  if (waveReal != 0) {
    const c = v128.load32_splat(record, 24), s = v128.load32_splat(record, 28);
    const x = v128.load(waveReal), y = v128.load(waveImaginary);
    a = f32x4.add(a, f32x4.sub(f32x4.mul(x, c), f32x4.mul(y, s)));
    b = f32x4.add(b, f32x4.add(f32x4.mul(x, s), f32x4.mul(y, c)));
  }
  return f32x4.add(f32x4.mul(a, a), f32x4.mul(b, b));
}

/**
 * Intensities of a chunk of one frame's pixels (a tile; chunks of `chunk` pixels, a multiple of 4), times `weight`, added
 * to `out` if asked.
 */
export function intensities(
  tile: i32, scratch: usize,
  real: usize, imaginary: usize, scale: f32, waveReal: usize, waveImaginary: usize, frames: usize,
  pixels: i32, chunk: i32, weight: f32, accumulate: i32, out: usize,
): void {
  const chunks = (pixels + chunk - 1) / chunk;
  const frame = <usize>(tile / chunks), first = (tile % chunks) * chunk;
  const end = min(first + chunk, pixels);
  const record = frames + (frame << 5);
  const line = frame * <usize>pixels;
  for (let pixel = first; pixel < end; pixel += 4) {
    const at = (line + <usize>pixel) << 2, wave = <usize>pixel << 2;
    const left = end - pixel;
    let re = real + at, im = imaginary + at, to = out + at;
    if (left < 4) {
      memory.copy(scratch, re, <usize>left << 2);
      memory.copy(scratch + 16, im, <usize>left << 2);
      memory.copy(scratch + 32, to, <usize>left << 2);
      re = scratch;
      im = scratch + 16;
      to = scratch + 32;
    }
    const waveAt: usize = waveReal == 0 ? 0 : waveReal + wave;
    let value = intensity4(re, im, f32x4.splat(scale), waveAt, waveImaginary + wave, record);
    value = f32x4.mul(f32x4.splat(weight), value);
    if (accumulate) value = f32x4.add(v128.load(to), value);
    v128.store(to, value);
    if (left < 4) memory.copy(out + at, to, <usize>left << 2);
  }
}

/** Electrons of four pixels after every noise, under the frame's four keys. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function noisyElectrons(
  mean: v128, key0: v128, key1: v128, key2: v128, key3: v128,
  numbers: usize, gains: usize, offsets: usize, readNoise: v128, scratch: usize,
): v128 {
  const pixel = v128.load(numbers);
  const direction = hash4(pixel, key2, key3);
  const radius = v128.xor(radius4(hash4(pixel, key0, key1)), signBit(direction));
  const x = angle4(direction), swap = swapMask(direction);
  const c = cosine4(x), s = sine4(x);
  const z = f32x4.mul(radius, v128.bitselect(s, c, swap));
  const spread = f32x4.sqrt(f32x4.pmax(f32x4.sub(mean, f32x4.splat(0.1388888888888889)), f32x4.splat(0)));
  const skew = f32x4.mul(f32x4.sub(f32x4.mul(z, z), f32x4.splat(1)), f32x4.splat(0.16666666666666666));
  const drawn = f32x4.add(f32x4.add(mean, f32x4.mul(spread, z)), f32x4.add(skew, f32x4.splat(0.5)));
  let electrons = f32x4.floor(f32x4.pmax(drawn, f32x4.splat(0)));
  if (v128.any_true(f32x4.lt(mean, f32x4.splat(INVERSION_BELOW)))) {
    const bits = hash4(pixel, key3, key1);
    v128.store(scratch, mean);
    v128.store(scratch, electrons, 16);
    v128.store(scratch, bits, 32);
    for (let lane: usize = 0; lane < 16; lane += 4) {
      const own = load<f32>(scratch + lane);
      if (own < INVERSION_BELOW) store<f32>(scratch + lane, invertPoisson(own, load<u32>(scratch + lane, 32)), 16);
    }
    electrons = v128.load(scratch, 16);
  }
  const read = f32x4.mul(readNoise, f32x4.mul(radius, v128.bitselect(c, s, swap)));
  return f32x4.add(f32x4.add(f32x4.mul(electrons, v128.load(gains)), v128.load(offsets)), read);
}

/**
 * Grey values of a chunk of one frame's pixels (a tile): u8 if `bytes` is 1, u16 if 2. Light comes as integer sums (`real`,
 * `imaginary`) or, where `imaginary` is 0, as f32 intensities at `real`. `saturated` gets each tile's number of pixels at the
 * largest grey value. A frame's record: four keys, electrons an intensity of 1, dark electrons, cosine and sine of the phase.
 */
export function exposeFrames(
  tile: i32, scratch: usize,
  real: usize, imaginary: usize, scale: f32, waveReal: usize, waveImaginary: usize, frames: usize,
  pixels: i32, chunk: i32, numbers: usize, gains: usize, offsets: usize,
  noise: i32, readNoise: f32, fullWell: f32, gain: f32, black: f32, greatest: i32,
  bytes: i32, out: usize, saturated: usize,
): void {
  const chunks = (pixels + chunk - 1) / chunk;
  const frame = <usize>(tile / chunks), first = (tile % chunks) * chunk;
  const end = min(first + chunk, pixels);
  const record = frames + (frame << 5);
  const line = frame * <usize>pixels;
  const key0 = v128.load32_splat(record), key1 = v128.load32_splat(record, 4);
  const key2 = v128.load32_splat(record, 8), key3 = v128.load32_splat(record, 12);
  const perIntensity = v128.load32_splat(record, 16), dark = v128.load32_splat(record, 20);
  const top = i32x4.splat(greatest), ceiling = f32x4.splat(<f32>greatest + 0.5);
  let count = i32x4.splat(0);
  for (let pixel = first; pixel < end; pixel += 4) {
    const at = (line + <usize>pixel) << 2, own = <usize>pixel << 2;
    const left = end - pixel;
    let re = real + at, im = imaginary + at;
    if (left < 4) {
      memory.fill(scratch, 0, 32);
      memory.copy(scratch, re, <usize>left << 2);
      if (imaginary != 0) memory.copy(scratch + 16, im, <usize>left << 2);
      re = scratch;
      im = scratch + 16;
    }
    const light = imaginary == 0
      ? v128.load(re)
      : intensity4(re, im, f32x4.splat(scale), waveReal == 0 ? 0 : waveReal + own, waveImaginary + own, record);
    let electrons = f32x4.pmin(f32x4.add(f32x4.mul(light, perIntensity), dark), f32x4.splat(1e7));
    if (noise) {
      electrons = noisyElectrons(
        electrons, key0, key1, key2, key3,
        numbers + own, gains + own, offsets + own, f32x4.splat(readNoise), scratch + 64,
      );
    }
    electrons = f32x4.pmin(electrons, f32x4.splat(fullWell));
    const level = f32x4.add(f32x4.mul(f32x4.splat(gain), electrons), f32x4.splat(black + 0.5));
    // a whole number below 2^16 stands in the low bits of itself plus 2^23
    const whole = f32x4.floor(f32x4.pmax(f32x4.pmin(level, ceiling), f32x4.splat(0)));
    const grey = v128.and(f32x4.add(whole, f32x4.splat(8388608)), i32x4.splat(0xffff));
    let full = i32x4.eq(grey, top);
    if (left < 4) full = v128.and(full, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left)));
    count = i32x4.sub(count, full);
    const words = i16x8.narrow_i32x4_u(grey, grey);
    const packed = bytes == 1 ? i8x16.narrow_i16x8_u(words, words) : words;
    const to = out + (line + <usize>pixel) * <usize>bytes;
    if (left < 4) {
      v128.store(scratch, packed);
      memory.copy(to, scratch, <usize>(left * bytes));
    } else if (bytes == 1) {
      v128.store_lane<u32>(to, packed, 0);
    } else {
      v128.store_lane<u64>(to, packed, 0);
    }
  }
  const pairs = i32x4.add(count, v128.shuffle<i32>(count, count, 2, 3, 0, 1));
  store<i32>(saturated + (<usize>tile << 2), i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1));
}
