import { schemes } from '@opu/cli';
import { type OpenOptions, type OpuDevice, openOpu, type Readout, type Schemes } from '@opu/driver';

/** A driver that has one defect. */
export interface BrokenDriver {
  readonly defect: string;
  /** Id of the promise that it breaks. */
  readonly promise: string;
  open(schemes: Schemes): Promise<OpuDevice>;
}

/** Short, so that links that stay away are given up soon. */
export const TIMEOUTS: OpenOptions['timeouts'] = { request: 200, silence: 100, reconnect: 300 };

export const healthy = (watched: Schemes = schemes): Promise<OpuDevice> =>
  openOpu('emulator:tiny', { schemes: watched, timeouts: TIMEOUTS });

/** A driver that does what `device` does, but for what is given. */
export function overlaid(device: OpuDevice, broken: Partial<OpuDevice>): OpuDevice {
  return new Proxy(device, {
    get: (target, name) => {
      if (Object.hasOwn(broken, name)) return Reflect.get(broken, name);
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** A defect at the driver's face. */
export function face(promise: string, defect: string, broken: (device: OpuDevice) => Partial<OpuDevice>): BrokenDriver {
  const open = async (watched: Schemes): Promise<OpuDevice> => {
    const device = await healthy(watched);
    return overlaid(device, broken(device));
  };
  return { promise, defect, open };
}

/** A stream whose readouts go through a generator. */
export function streamed(device: OpuDevice, change: (readouts: AsyncIterable<Readout>) => AsyncGenerator<Readout>) {
  return (...args: Parameters<OpuDevice['stream']>): ReturnType<OpuDevice['stream']> => {
    const stream = device.stream(...args);
    return { readouts$: stream.readouts$, [Symbol.asyncIterator]: () => change(stream) };
  };
}

/** Every readout, of batches and streams, is changed. */
export function changing(change: (readout: Omit<Readout, 'image'>) => Partial<Readout>) {
  return (device: OpuDevice): Partial<OpuDevice> => ({
    project: async (...args) => {
      const { pixels, readouts } = await device.project(...args);
      return { pixels, readouts: readouts.map((readout) => ({ ...readout, ...change(readout) })) };
    },
    stream: streamed(device, async function* (readouts) {
      for await (const readout of readouts) yield { ...readout, ...change(readout) };
    }),
  });
}
