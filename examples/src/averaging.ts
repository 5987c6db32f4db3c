// Streams one pattern many times and watches the camera's noise average out, with RxJS.
import { openOpu } from '@opu/driver';
import { emulatorScheme } from '@opu/emulator';
import { bufferCount, lastValueFrom, map, toArray } from 'rxjs';

const device = await openOpu('emulator:tiny', { schemes: { emulator: emulatorScheme } });
try {
  const pattern = new Uint8Array(device.configuration.patternBytes).fill(0b10110010);
  function* repeat(times: number): Generator<Uint8Array> {
    for (let i = 0; i < times; i++) yield pattern;
  }

  const averages = await lastValueFrom(
    device.stream(repeat(128)).readouts$.pipe(
      map((readout) => readout.image.data),
      bufferCount(16),
      map((images) =>
        Float64Array.from(images[0]!, (_, pixel) => images.reduce((sum, image) => sum + image[pixel]!, 0) / 16),
      ),
      toArray(),
    ),
  );

  const difference = (a: Float64Array, b: Float64Array): number =>
    Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length / 2);
  const counters = await device.counters();
  console.log(`${averages.length} averages of 16 frames; the device made ${counters.get('frames')} frames`);
  console.log(`noise of an average: ${difference(averages[0]!, averages[1]!).toFixed(3)} grey values`);
} finally {
  await device.close();
}
