import type { CaptureIndex, MissingFrames, VerifyReport } from '@opu/capture';
import { OpuError } from '@opu/driver';
import { type Command, Option } from 'commander';
import { exitCode, Reservation } from '../frame/exit-code.js';
import type { RegisterCommand } from '../frame/register.js';
import { formatTable } from '../frame/table.js';
import { type Terminal, writeJson } from '../frame/terminal.js';

export const registerCapture: RegisterCommand = (program, terminal) => {
  const capture = program.command('capture').description('inspect, check, repair and convert recordings');
  registerInfo(capture, terminal);
  registerVerify(capture, terminal);
  registerRecover(capture, terminal);
  registerExport(capture, terminal);
};

interface Json {
  readonly json?: boolean;
}

function registerInfo(capture: Command, terminal: Terminal): void {
  capture
    .command('info')
    .description('what a capture holds: device, configurations, frames, counters, provenance')
    .argument('<file.mcap>')
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: Json) => {
      const { indexCapture, withFileSource } = await import('@opu/capture');
      const info = await withFileSource(file, async (source) => summary(file, source.size, await indexCapture(source)));
      await (options.json
        ? writeJson(terminal, info)
        : terminal.write(formatTable([file, ''], [...leaves(info)].slice(1))));
    });
}

function registerVerify(capture: Command, terminal: Terminal): void {
  capture
    .command('verify')
    .description('check every CRC of a capture; exit code 1 when a single byte of it is not as it was written')
    .argument('<file.mcap>')
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: Json) => {
      const { verifyCapture, withFileSource } = await import('@opu/capture');
      const report = await withFileSource(file, verifyCapture);
      if (options.json) await writeJson(terminal, report);
      else if (report.ok) await terminal.write(`${file}: whole, ${held(report)}\n`);
      if (report.ok) return;
      const [first] = report.damage;
      const left =
        report.messages === 0
          ? 'Nothing of it can be recovered.'
          : `Still there: ${held(report)}; opu capture recover ${file} makes a whole file of what is left.`;
      throw new OpuError('INVALID_FILE', `${file} is damaged at byte ${first?.offset}: ${first?.message} ${left}`);
    });
}

function registerRecover(capture: Command, terminal: Terminal): void {
  capture
    .command('recover')
    .description('write what is whole of a cut or damaged capture as a whole, indexed one, and verify that')
    .argument('<file.mcap>')
    .option('-o, --out <file.mcap>', 'the recovered capture; <name>.recovered.mcap if left out')
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: Json & { out?: string }) => {
      const { recoverFile } = await import('@opu/capture');
      const out = options.out ?? `${file.replace(/\.mcap$/, '')}.recovered.mcap`;
      const report = await recoverFile(file, out);
      if (options.json) await writeJson(terminal, { out, ...report });
      else {
        for (const { offset, message } of report.damage) terminal.message(`byte ${offset}: ${message}`);
        await terminal.write(`${out}: ${held(report.verified)}, verified\n`);
      }
      if (report.missing.length === 0) return;
      const lost = report.missing.reduce((sum, { from, to }) => sum + to - from + 1, 0);
      throw new Reservation(exitCode.withLoss, `${lost} frames are lost: ${ranges(report.missing)}.`);
    });
}

function registerExport(capture: Command, terminal: Terminal): void {
  capture
    .command('export')
    .description('convert the frames of a capture: npz for numpy, or one png a frame')
    .argument('<file.mcap>')
    .addOption(new Option('--format <format>', 'of the result').choices(['npz', 'png']).default('npz'))
    .option('-o, --out <path>', 'file (npz) or folder (png); beside the capture if left out')
    .option('--frames <from:to>', 'png: only these frames, by their numbers, both included')
    .option('--json', 'print one JSON document')
    .action(async (file: string, options: Json & { format: 'npz' | 'png'; out?: string; frames?: string }) => {
      const { exportNpz, exportPngs, openFileSource } = await import('@opu/capture');
      const base = file.replace(/\.mcap$/, '');
      const out = options.out ?? (options.format === 'npz' ? `${base}.npz` : `${base}-png`);
      const range = options.frames === undefined ? {} : parseRange(options.frames);
      if (options.frames !== undefined && options.format === 'npz') {
        throw new OpuError('INVALID_ARGUMENT', '--frames goes with --format png; an npz has all frames.');
      }
      const source = await openFileSource(file);
      try {
        const report =
          options.format === 'npz'
            ? await exportNpz(source, out)
            : { frames: await exportPngs(source, out, range), arrays: [] };
        if (options.json) await writeJson(terminal, { out, ...report });
        else await terminal.write(`${out}: ${report.frames} frames ${report.arrays.join(', ')}`.trimEnd().concat('\n'));
      } finally {
        await source.close();
      }
    });
}

function parseRange(text: string): { readonly from: number; readonly to: number } {
  const match = /^(\d+)(?::(\d+))?$/.exec(text);
  if (match === null) throw new OpuError('INVALID_ARGUMENT', `--frames ${text} is no range; give 10:20, or 10.`);
  const from = Number(match[1]);
  return { from, to: match[2] === undefined ? from : Number(match[2]) };
}

const ranges = (missing: readonly MissingFrames[]): string =>
  missing.map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`)).join(', ');

function held({ frames, messages, chunks, bytes }: VerifyReport): string {
  return `${frames} frames, ${messages} records in ${chunks} chunks, ${bytes} bytes`;
}

function summary(file: string, bytes: number, index: CaptureIndex) {
  const { frames, device } = index;
  const first = frames[0];
  const last = frames.at(-1);
  const seconds = (tick: number): number => (tick * (device?.limits.tickPicoseconds ?? 10_000)) / 1e12;
  return {
    file,
    bytes,
    whole: index.damage.length === 0,
    damage: index.damage.map(({ offset, message }) => `byte ${offset}: ${message}`),
    frames: frames.length,
    framesNotRecorded: index.framesNotRecorded,
    ...(index.missing.length === 0 ? {} : { framesLostByDamage: ranges(index.missing) }),
    framesDroppedByDevice: index.dropped.length,
    patterns: index.patterns,
    streams: new Set(frames.map((frame) => frame.stream)).size,
    chunks: index.chunks,
    ...(first === undefined || last === undefined
      ? {}
      : {
          firstFrame: first.frame,
          lastFrame: last.frame,
          seconds: seconds(last.exposureStartTick + last.exposureTicks - first.resetTick),
        }),
    device: device?.identity ?? {},
    configurations: index.configurations.map(({ tick, applied }) => ({ tick, hash: applied.hash })),
    events: index.events.length,
    logEntries: index.log.length,
    counters: index.counters.at(-1)?.counters ?? {},
    metadata: Object.fromEntries([...index.metadata].map(([name, values]) => [name, Object.fromEntries(values)])),
  };
}

function* leaves(value: object, path = ''): Generator<[string, string]> {
  for (const [key, entry] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (typeof entry === 'object' && entry !== null && Object.keys(entry).length > 0) yield* leaves(entry, at);
    else yield [at, typeof entry === 'object' ? 'none' : String(entry)];
  }
}
