// A linear projection made of light: ternary vectors through a fixed random matrix of 10 x 2048, by the anchor method.
import { openLinearProjection, openOpu } from '@opu/driver';
import { emulatorScheme } from '@opu/emulator';
import ndarray from 'ndarray';

const inputs = 10;
const outputs = 2048;
const device = await openOpu('emulator:opu-1m-300k?seed=3', { schemes: { emulator: emulatorScheme } });
try {
  const projection = await openLinearProjection(device, { mode: 'anchor', inputs, outputs });

  const a = [1, 0, -1, 0, 0, 1, 0, 0, -1, 0];
  const b = [0, 1, 0, 0, 0, 0, -1, 0, 0, 1];
  const sum = a.map((value, i) => value + b[i]!);
  const result = await projection.project(ndarray(Int8Array.from([...a, ...b, ...sum]), [3, inputs]));

  const [Ta, Tb, Tsum] = [0, 1, 2].map((row) => result.data.subarray(row * outputs, (row + 1) * outputs));
  let error = 0;
  let power = 0;
  for (let i = 0; i < outputs; i++) {
    error += (Tsum![i]! - Ta![i]! - Tb![i]!) ** 2;
    power += Tsum![i]! ** 2;
  }
  console.log(
    `${projection.framesMade} frames for 3 vectors (${projection.framesPerVector} a vector, ${projection.framesOnce} once)`,
  );
  console.log(`|T(a + b) - Ta - Tb| / |T(a + b)| = ${Math.sqrt(error / power).toFixed(3)} with a noisy 8-bit camera`);
} finally {
  await device.close();
}
