import { openOpu } from '@opu/driver';
import { emulatorScheme } from '@opu/emulator';
import { DigitalSketch, openOpticalSketch, type Sketch } from '@opu/sketch';

/** Where an experiment gets its sketches from: light, or its exact control. */
export interface SketchSource {
  readonly name: 'optical' | 'digital';
  use<T>(size: { inputs: number; outputs: number; seed: number }, work: (sketch: Sketch) => Promise<T>): Promise<T>;
}

export const digitalSource: SketchSource = {
  name: 'digital',
  use: (size, work) => work(new DigitalSketch(size)),
};

/** A device of which each seed is another one: its medium and its camera's noise follow from the seed. */
export function opticalSource(profile = 'opu-1m-300k?medium=signs'): SketchSource {
  return {
    name: 'optical',
    async use({ inputs, outputs, seed }, work) {
      const joint = profile.includes('?') ? '&' : '?';
      const address = `emulator:${profile}${joint}seed=${seed}`;
      const device = await openOpu(address, { schemes: { emulator: emulatorScheme } });
      try {
        return await work(await openOpticalSketch(device, { inputs, outputs, seed }));
      } finally {
        await device.close();
      }
    },
  };
}
