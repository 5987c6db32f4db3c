import type { DeviceModel, TrainingConfiguration, WhatIfCurve, Workload } from '@opu/dfa';
import type { Profile } from '@opu/emulator';
import { formatTable } from '../frame/table.js';
import { type Terminal, writeJson } from '../frame/terminal.js';

/** Frames of a ternary vector by the linear mode `anchor`. */
const FRAMES_PER_VECTOR = 4;

/** Header and record of a read-out on the wire, bytes: what a frame costs beside its pixels. */
const OVERHEAD_BYTES = 128;

const widths = Array.from({ length: 12 }, (_, i) => 64 * 2 ** i);

/** Predicts the time of an epoch for other widths, devices and links, beside back-propagation's. */
export async function whatIf(
  configuration: TrainingConfiguration,
  out: (name: string, content: string) => string,
  terminal: Terminal,
  json: boolean,
): Promise<void> {
  const dfa = await import('@opu/dfa');
  const emulator = await import('@opu/emulator');
  const problem = dfa.loadProblem(configuration);
  const { hostTime } = configuration;
  const gigaflops = typeof hostTime === 'object' ? hostTime.gigaflops : dfa.measureGigaflops(() => performance.now());
  const load: Workload = {
    inputs: problem.inputs,
    classes: problem.classes,
    layers: configuration.hidden.length,
    batch: configuration.batch,
    samples: problem.train,
    gigaflops,
    pipeline: configuration.pipeline,
  };
  const devices = emulator.profiles
    .filter((profile) => profile.modulator.kind === 'dmd' && profile.name !== 'tiny')
    .flatMap((profile) => [
      deviceModel(profile, profile.defaults.link, 'own', emulator),
      deviceModel(profile, profile.defaults.link, 'shortest', emulator),
    ])
    .filter((device, i, all) => all.findIndex((other) => isAsFast(other, device)) === i);
  const [first] = emulator.profiles;
  devices.push(deviceModel(first!, 'usb2', 'shortest', emulator));
  const curves: WhatIfCurve[] = [
    { name: 'bp', points: widths.map((width) => [width, dfa.predictBp(load, width)] as const) },
    ...devices.map((device) => {
      const crossover = dfa.crossoverWidth(load, device);
      const points = widths.flatMap((width) => {
        const epoch = dfa.predictOptical(load, width, device);
        return epoch === undefined ? [] : [[width, epoch.totalSeconds] as const];
      });
      return { name: device.name, points, ...(crossover === undefined ? {} : { crossover }) };
    }),
  ];
  const host = `${gigaflops.toPrecision(3)} GFLOP/s (${typeof hostTime === 'object' ? 'given' : 'measured here'})`;
  const lead =
    `${load.samples.toLocaleString('en-US')} samples, ${load.inputs} inputs, ${load.layers} hidden layers, ${load.classes} classes; ` +
    `host ${host}; every error projected, ${FRAMES_PER_VECTOR} frames each; ${overlapOf(configuration.pipeline)}`;
  const report = out('what-if.html', dfa.renderWhatIf(lead, curves));
  if (json) {
    await writeJson(terminal, { workload: load, curves, report });
    return;
  }
  const rows = widths.map((width) => [
    String(width),
    ...curves.map(({ points }) => {
      const point = points.find(([w]) => w === width);
      return point === undefined ? '-' : dfa.formatSeconds(point[1]);
    }),
  ]);
  const crossovers = curves
    .slice(1)
    .map(({ name, crossover }) => [name, crossover === undefined ? 'none that fits the sensor' : String(crossover)]);
  const table = formatTable(['width', ...curves.map(({ name }) => name)], rows, [
    '>',
    ...curves.map(() => '>' as const),
  ]);
  await terminal.write(
    `Time of an epoch: ${lead}\n\n${table}\n${formatTable(['device', 'no slower than bp from width'], crossovers)}\nReport: ${report}\n`,
  );
}

function overlapOf(pipeline: number): string {
  return pipeline === 1 ? 'host and device one after the other' : `host and device side by side in ${pipeline} parts`;
}

/** The same time for a frame, whatever is read out of it. */
function isAsFast(a: DeviceModel, b: DeviceModel): boolean {
  return [1, 4096, 65_536, 262_144].every((outputs) => a.frameSeconds(outputs) === b.frameSeconds(outputs));
}

/** @param period the profile's own frame period, or the shortest that the read-out's size allows */
function deviceModel(
  profile: Profile,
  linkName: string,
  period: 'own' | 'shortest',
  emulator: typeof import('@opu/emulator'),
): DeviceModel {
  const { width, height, xStep, yStep } = profile.camera;
  const { ticksPerByte } = emulator.resolveLink(linkName);
  const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;
  return {
    name: `${profile.name}${period === 'own' ? '' : ', shortest period'}${linkName === profile.defaults.link ? '' : `, ${linkName}`}`,
    framesPerVector: FRAMES_PER_VECTOR,
    frameSeconds(outputs) {
      const columns = Math.min(width, roundUp(outputs, xStep));
      const rows = roundUp(Math.ceil(outputs / columns), yStep);
      if (rows > height) return undefined;
      const regionOfInterest = { x: 0, y: 0, width: columns, height: rows };
      const shortest = emulator.frameTiming(profile, { regionOfInterest, periodTicks: 'minimum' }).P;
      const isFixed = period === 'own' && profile.defaults.periodMicroseconds !== 'minimum';
      const frame = isFixed ? Math.max(emulator.frameTiming(profile).P, shortest) : shortest;
      const sending = emulator.transmitTicks(columns * rows + OVERHEAD_BYTES, ticksPerByte);
      return Math.max(frame, sending) / 1e8;
    },
  };
}
