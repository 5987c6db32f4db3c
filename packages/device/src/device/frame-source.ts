import type { ConfigurationValues, ConfigureReply } from '@opu/protocol';
import { type CheckedConfiguration, Configurator } from '../configuration/configurator.js';
import { type FramePlanner, PeriodPlanner } from '../sequencer/frame-planner.js';
import { PlannedSequencer } from '../sequencer/planned-sequencer.js';
import type { DeviceFacts, DeviceIdentity } from '../source/device-facts.js';
import type { ExposureRequest, ImagePixels, ImageSource, RenderedImage } from '../source/exposure.js';
import type { FrameSource } from '../source/frame-source.js';
import { depthOfFormat } from '../source/pixel-formats.js';

export interface FrameSourceOptions {
  /** What differs from an unnamed device. */
  readonly identity?: Partial<DeviceIdentity>;
  readonly facts: DeviceFacts;
  /** What the device is configured to when it is switched on: by default the whole sensor, and the shortest exposure and period. */
  readonly initial?: Partial<ConfigurationValues>;
  /**
   * What a frame shows: `regionWidth` x `regionHeight` pixels, row after row, as u8 at 8 bits, u16 below 2^bits at 10 and 12, or f32.
   * Called once a frame, in their order.
   */
  readonly image: (request: ExposureRequest, configuration: ConfigureReply) => ImagePixels;
  /** On which ticks frames are: one period apart, with the stages among the facts, if left out. */
  readonly planner?: FramePlanner;
}

const unnamed: DeviceIdentity = {
  vendor: 'unknown',
  model: 'Simulated device',
  serial: 'SIM-0',
  firmwareVersion: '0',
  profile: 'simulated',
  bootId: 0,
};

/** A device's frame source, made of what its frames show. */
export function frameSource(options: FrameSourceOptions): FrameSource<CheckedConfiguration> {
  const { facts, initial = {} } = options;
  const images = new ImagesOfFunction(options.image);
  const configurations = new Configurator(facts, { initial });
  return {
    identity: { ...unnamed, ...options.identity },
    facts,
    configurations,
    images,
    configure({ reply }) {
      images.configuration = reply;
    },
    createSequencer(listener, configuration) {
      const planner = options.planner ?? new PeriodPlanner(facts, configuration);
      return new PlannedSequencer(listener, planner, facts, configuration);
    },
  };
}

class ImagesOfFunction implements ImageSource {
  configuration!: ConfigureReply;
  readonly #image: FrameSourceOptions['image'];

  constructor(image: FrameSourceOptions['image']) {
    this.#image = image;
  }

  image(request: ExposureRequest): RenderedImage {
    const pixels = this.#image(request, this.configuration);
    const { regionWidth, regionHeight, pixelFormat } = this.configuration;
    const count = regionWidth * regionHeight;
    const depth = depthOfFormat(pixelFormat) ?? 8;
    if (pixels.length !== count || !isOfDepth(pixels, depth)) {
      const got = `${pixels.length} values in a ${pixels.constructor.name}`;
      throw new TypeError(
        `an image of ${count} pixels of ${depth} bits was asked for, and the frame source gave ${got}`,
      );
    }
    return { pixels, saturatedPixels: depth === 32 ? 0 : countOf(pixels, 2 ** depth - 1) };
  }
}

function isOfDepth(pixels: ImagePixels, depth: number): boolean {
  if (depth === 8) return pixels.BYTES_PER_ELEMENT === 1;
  return depth === 32 ? pixels instanceof Float32Array : pixels instanceof Uint16Array;
}

function countOf(pixels: ImagePixels, value: number): number {
  let count = 0;
  for (let i = 0; i < pixels.length; i++) if (pixels[i] === value) count++;
  return count;
}
