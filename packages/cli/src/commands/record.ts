import { isOpuError, OpuError } from '@opu/driver';
import { Option } from 'commander';
import { readMatrix } from '../frame/read-matrix.js';
import { provenanceOf } from '../frame/record-into.js';
import type { RegisterCommand } from '../frame/register.js';
import { type Terminal, writeJson } from '../frame/terminal.js';
import { withDevice } from '../frame/with-device.js';
import { intensityPatterns } from './project-intensity.js';
import { parseCount, parseMicroseconds, parseRegion } from './project-options.js';
import { randomPatterns } from './random-patterns.js';

interface RecordOptions {
  readonly out: string;
  readonly in?: string;
  readonly frames?: string;
  readonly seed: string;
  readonly packed?: boolean;
  readonly layout?: 'macro' | 'raw';
  readonly roi?: string;
  readonly exposure?: string;
  readonly period?: string;
  readonly slowDisk: 'hold' | 'drop';
  readonly safeAgainst: 'power-cut' | 'crash';
  readonly atRisk?: string;
  readonly json?: boolean;
}

export const registerRecord: RegisterCommand = (program, terminal) => {
  program
    .command('record')
    .description('show patterns and record them with their readouts; without --in random patterns, until Ctrl-C')
    .argument('<address>', 'address of the device')
    .requiredOption('-o, --out <file.mcap>', 'the capture; an existing file is never overwritten')
    .option('--in <x.npy>', 'rows to show: uint8 or bool (n, features)')
    .option('--packed', 'rows are bit-packed patterns, one bit a mirror')
    .addOption(
      new Option('--layout <layout>', 'who spreads values over mirrors: the device or the host').choices([
        'macro',
        'raw',
      ]),
    )
    .option('--frames <n>', 'stop after so many random patterns')
    .option('--seed <n>', 'whole number that random patterns follow from', '0')
    .option('--roi <x,y,w,h>', 'region of interest, pixels')
    .option('--exposure <us>', 'exposure, microseconds')
    .option('--period <us>', 'frame period, microseconds')
    .addOption(
      new Option(
        '--slow-disk <policy>',
        'when the disk is too slow: hold the stream, or drop frames from the recording and count them',
      )
        .choices(['hold', 'drop'])
        .default('hold'),
    )
    .addOption(
      new Option('--safe-against <what>', 'what at most 64 frames are lost by: crash spares a slow disk the waiting')
        .choices(['power-cut', 'crash'])
        .default('power-cut'),
    )
    .option('--at-risk <n>', 'frames that a crash may cost, 64 if left out: more ride out a disk that pauses')
    .option('--json', 'print what was recorded as one JSON document')
    .action((address: string, options: RecordOptions) => record(address, options, terminal));
};

async function record(address: string, options: RecordOptions, terminal: Terminal): Promise<void> {
  const request = {
    ...(options.roi === undefined ? {} : { regionOfInterest: parseRegion(options.roi) }),
    ...(options.exposure === undefined ? {} : { exposureTicks: parseMicroseconds('--exposure', options.exposure) }),
    ...(options.period === undefined ? {} : { periodTicks: parseMicroseconds('--period', options.period) }),
  };
  const frames = options.frames === undefined ? undefined : parseCount('--frames', options.frames);
  const atRisk = options.atRisk === undefined ? undefined : parseCount('--at-risk', options.atRisk);
  if (!/^\d{1,9}$/.test(options.seed)) {
    throw new OpuError('INVALID_ARGUMENT', `--seed ${options.seed} is no whole number from 0 to 999999999.`);
  }
  const input = options.in === undefined ? undefined : await readMatrix(options.in);
  const { openRecorder, recordDevice } = await import('@opu/capture');
  const report = await withDevice(address, terminal, async (device, signal) => {
    const recorder = await openRecorder(options.out, {
      policy: options.slowDisk,
      safety: options.safeAgainst,
      ...(atRisk === undefined ? {} : { limitFrames: atRisk, limitBytes: Number.POSITIVE_INFINITY }),
      provenance: provenanceOf(address),
    });
    const recorded = await recordDevice(device, recorder);
    try {
      if (Object.keys(request).length > 0) await recorded.configure(request, { signal });
      const patterns =
        input === undefined
          ? randomPatterns(recorded.configuration.patternBytes, Number(options.seed), frames)
          : rows(await intensityPatterns(recorded, input, options, signal));
      for await (const { frame } of recorded.stream(patterns, { signal })) {
        if (terminal.interactive && frame % 64 === 0) terminal.progress(`\r${recorder.statistics.frames} frames `);
      }
    } catch (error) {
      // Ctrl-C is how an endless recording ends.
      if (!(isOpuError(error, 'ABORTED') && input === undefined && frames === undefined)) throw error;
    } finally {
      await recorded.close();
    }
    return { device: device.identity.serial, out: options.out, ...recorder.statistics };
  });
  if (terminal.interactive) terminal.progress('\r');
  if (options.json) await writeJson(terminal, report);
  else {
    const left = report.framesNotRecorded === 0 ? '' : `, ${report.framesNotRecorded} left out (slow disk)`;
    terminal.message(`${report.out}: ${report.frames} frames of ${report.device}, ${report.fileBytes} bytes${left}`);
  }
}

function* rows({ data, shape }: Awaited<ReturnType<typeof intensityPatterns>>): Generator<Uint8Array> {
  const [count = 0, length = 0] = shape;
  for (let n = 0; n < count; n++) yield data.subarray(n * length, (n + 1) * length);
}
