import { stepWork } from '../train/work.js';

/** A network and its training, as far as time goes. */
export interface Workload {
  readonly inputs: number;
  readonly classes: number;
  readonly layers: number;
  readonly batch: number;
  /** Training samples of an epoch. */
  readonly samples: number;
  /** Speed of the host's matrix products. */
  readonly gigaflops: number;
  /** Parts of a batch, of which the device projects one while the host brings the next forward; 1 by default. */
  readonly pipeline?: number;
}

/** A device at a link, as far as time goes. */
export interface DeviceModel {
  readonly name: string;
  /** Frames that one vector costs: 4 for a ternary vector by anchor. */
  readonly framesPerVector: number;
  /**
   * Seconds a frame when so many outputs are read: the longer of the frame period and the sending of its read-out;
   * undefined when the sensor has fewer pixels.
   */
  frameSeconds(outputs: number): number | undefined;
}

export interface EpochPrediction {
  readonly hostSeconds: number;
  readonly deviceSeconds: number;
  /** Host and device one after the other, less what a pipeline lets them do side by side. */
  readonly totalSeconds: number;
}

function weights(load: Workload, width: number): number[] {
  const sizes = [load.inputs, ...Array.from({ length: load.layers }, () => width), load.classes];
  return sizes.slice(1).map((size, i) => size * sizes[i]!);
}

function hostSeconds(load: Workload, width: number, mode: 'bp' | 'optical'): number {
  const { forward, backward } = stepWork(weights(load, width), load.samples, mode);
  return (forward + backward) / (load.gigaflops * 1e9);
}

/** Seconds of an epoch of back-propagation on the host alone. */
export function predictBp(load: Workload, width: number): number {
  return hostSeconds(load, width, 'bp');
}

/**
 * An epoch of optical training; undefined when the network does not fit the sensor. Of two stages in n parts the shorter one is
 * hidden behind the longer one but for one part.
 */
export function predictOptical(load: Workload, width: number, device: DeviceModel): EpochPrediction | undefined {
  const frame = device.frameSeconds(load.layers * width);
  if (frame === undefined) return undefined;
  const { pipeline = 1, gigaflops } = load;
  const host = hostSeconds(load, width, 'optical');
  const deviceSeconds = load.samples * device.framesPerVector * frame;
  const forward = stepWork(weights(load, width), load.samples, 'optical').forward / (gigaflops * 1e9);
  const hidden = (1 - 1 / pipeline) * Math.min(forward, deviceSeconds);
  return { hostSeconds: host, deviceSeconds, totalSeconds: host + deviceSeconds - hidden };
}

/**
 * The smallest width at which optical training takes no longer than back-propagation, to within 1; undefined when there is
 * none that fits the sensor.
 */
export function crossoverWidth(load: Workload, device: DeviceModel, most = 2 ** 22): number | undefined {
  const wins = (width: number): boolean => {
    const optical = predictOptical(load, width, device);
    return optical !== undefined && optical.totalSeconds <= predictBp(load, width);
  };
  // The gain grows with the square of the width and the cost at most in proportion to it, so above the first win only the sensor ends it.
  let width = 1;
  while (width <= most && !wins(width)) width *= 2;
  if (width > most) return firstWinBelowSensor(load, device, wins);
  let low = Math.floor(width / 2);
  let high = width;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (wins(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Doubling may step over the widths between the crossover and the end of the sensor. */
function firstWinBelowSensor(
  load: Workload,
  device: DeviceModel,
  wins: (width: number) => boolean,
): number | undefined {
  const fits = (width: number): boolean => predictOptical(load, width, device) !== undefined;
  let low = 1;
  let high = 2 ** 22;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  if (!wins(low)) return undefined;
  let least = 1;
  let most = low;
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2);
    if (wins(middle)) most = middle;
    else least = middle;
  }
  return most;
}
