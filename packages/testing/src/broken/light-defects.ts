import type { DeviceBehaviour, Optics } from '@opu/emulator';
import { opticsAround } from '../optics-around.js';
import type { BrokenDevice } from './defects.js';

type Expose = Parameters<Optics['expose']>;

/** Light that goes another way. `change` gets what is exposed, `after` the images. */
function light(
  change: (request: Expose[0][number], i: number) => Expose[0][number],
  after?: (images: Expose[1], pixels: number) => void,
): DeviceBehaviour {
  return {
    optics: (inner) =>
      opticsAround(inner, {
        expose: (requests, images, saturated) => {
          inner.expose(requests.map(change), images, saturated);
          after?.(images, inner.pixelCount);
        },
      }),
  };
}

const reversed = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2),
);

/** Every connection finds another transmission matrix: mirrors stand elsewhere in it. */
function redrawn(): readonly DeviceBehaviour[] {
  let connections = 0;
  const turned = (pattern: Uint8Array): Uint8Array =>
    Uint8Array.from(pattern, (_, i) => pattern[(i + 7 * connections) % pattern.length]!);
  const counting: DeviceBehaviour = {
    transport: (transport) => {
      connections++;
      return transport;
    },
  };
  return [counting, light((request) => ({ ...request, pattern: turned(request.pattern) }))];
}

function replaced(images: Expose[1], value: (old: number, i: number) => number): void {
  const old = images.slice();
  for (let i = 0; i < images.length; i++) images[i] = value(old[i]!, i);
}

/** What is wrong with the light shows in images alone. */
export const lightDefects: readonly BrokenDevice[] = [
  { defect: 'the transmission matrix is redrawn on reconnect', clause: 'OPU-HS-6', behaviours: redrawn },
  {
    defect: 'bits of a byte are shown the other way round',
    clause: 'OPU-PAT-2',
    behaviours: () => [light((request) => ({ ...request, pattern: request.pattern.map((byte) => reversed[byte]!) }))],
  },
  {
    defect: 'each frame shows the pattern before',
    clause: 'OPU-RUN-2',
    behaviours: () => {
      let before: Uint8Array | undefined;
      return [
        light((request) => {
          const pattern = before ?? new Uint8Array(request.pattern.length);
          before = new Uint8Array(request.pattern);
          return pattern.length === request.pattern.length ? { ...request, pattern } : request;
        }),
      ];
    },
  },
  {
    defect: 'two frames share their noise',
    clause: 'OPU-RUN-2',
    behaviours: () => [light((request) => ({ ...request, frame: request.frame >> 1 }))],
  },
  {
    defect: 'all frames share their noise',
    clause: 'OPU-RUN-2',
    behaviours: () => [light((request) => ({ ...request, frame: 0 }))],
  },
  {
    defect: 'the exposure that is set is not that of the camera',
    clause: 'OPU-RDO-10',
    behaviours: () => [light((request) => ({ ...request, exposureTicks: 2000 }))],
  },
  {
    defect: 'the phase of the reference beam is told and not set',
    clause: 'OPU-CFG-10',
    behaviours: () => [light((request) => ({ ...request, referencePhaseRadians: 0 }))],
  },
  {
    defect: 'the camera answers with the square root of the light',
    clause: 'OPU-RDO-3',
    behaviours: () => [
      light(
        (request) => request,
        (images) => replaced(images, (value) => Math.round(Math.sqrt(value) * 15)),
      ),
    ],
  },
  {
    defect: 'pixels are averages over their neighbours, without contrast',
    clause: 'OPU-RDO-3',
    behaviours: () => [
      light(
        (request) => request,
        (images) => {
          const old = images.slice();
          const mean = (from: number): number => {
            let sum = 0;
            for (let k = 0; k < 8; k++) sum += old[from + k]!;
            return Math.round(sum / 8);
          };
          replaced(images, (_, i) => mean(i - (i % 8)));
        },
      ),
    ],
  },
  {
    defect: 'the laser is off: images are noise',
    clause: 'OPU-RUN-2',
    behaviours: () => [light((request) => ({ ...request, pattern: new Uint8Array(request.pattern.length) }))],
  },
  {
    defect: 'the light is imaged instead of scattered: a mirror lights a pixel',
    clause: 'OPU-RUN-2',
    behaviours: () => {
      let last: readonly Uint8Array[] = [];
      let seen: Uint8Array[] = [];
      return [
        light(
          (request, i) => {
            if (i === 0) seen = [];
            seen.push(new Uint8Array(request.pattern));
            last = seen;
            return request;
          },
          (images, pixels) => {
            const full = images instanceof Uint16Array ? 3200 : 200;
            replaced(images, (_, i) => {
              const pattern = last[Math.floor(i / pixels)];
              const at = i % pixels;
              return pattern !== undefined && pattern[at >> 3]! & (0x80 >> (at & 7)) ? full : full / 10;
            });
          },
        ),
      ];
    },
  },
];
