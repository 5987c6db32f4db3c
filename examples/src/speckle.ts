// Shows random patterns to an emulated OPU and looks at the speckle that comes back.
// node examples/dist/speckle.js [address], for instance tcp://127.0.0.1:4040
import { openOpu } from '@opu/driver';
import { tcpScheme } from '@opu/driver/node';
import { emulatorScheme } from '@opu/emulator';
import ndarray from 'ndarray';

const address = process.argv[2] ?? 'emulator:tiny?seed=7';
const device = await openOpu(address, { schemes: { emulator: emulatorScheme, tcp: tcpScheme } });
try {
  const { patternBytes, regionOfInterest } = device.configuration;
  const frames = 64;

  // One bit a mirror; a small multiplicative generator is random enough for a look.
  const bits = new Uint8Array(frames * patternBytes);
  let state = 1;
  for (let i = 0; i < bits.length; i++) {
    state = Math.imul(state, 48271) >>> 0;
    bits[i] = state >>> 24;
  }

  const batch = await device.project(ndarray(bits, [frames, patternBytes]));
  const pixels = batch.pixels.data;
  let sum = 0;
  let squares = 0;
  for (const grey of pixels) {
    sum += grey;
    squares += grey * grey;
  }
  const mean = sum / pixels.length;
  const contrast = Math.sqrt(squares / pixels.length - mean * mean) / mean;
  const first = batch.readouts[0]!;
  const last = batch.readouts[frames - 1]!;
  const seconds = ((last.resetTick - first.resetTick) / (frames - 1)) * device.limits.tickPicoseconds * 1e-12;

  console.log(
    `${device.identity.model}: ${frames} frames of ${regionOfInterest.width} x ${regionOfInterest.height} pixels`,
  );
  console.log(`mean ${mean.toFixed(1)} of 255, contrast ${contrast.toFixed(2)} (fully developed speckle: 1)`);
  console.log(`one frame every ${(seconds * 1e6).toFixed(1)} us of device time`);
} finally {
  await device.close();
}
