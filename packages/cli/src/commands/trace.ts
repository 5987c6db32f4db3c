import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { OpuError } from '@opu/driver';
import type { SequencerListener, TraceRun, TraceSettings } from '@opu/emulator';
import { InvalidArgumentError, Option } from 'commander';
import type { RegisterCommand } from '../frame/register.js';
import type { Terminal } from '../frame/terminal.js';

interface TraceOptions {
  readonly frames: number;
  readonly set: readonly string[];
  readonly arrivals?: string;
  readonly start: number;
  readonly overrun: 'hold' | 'drop';
  readonly trigger: 'internal' | 'software' | 'external';
  readonly triggers?: string;
  readonly messageBytes?: number;
  readonly linkTicksPerByte?: string;
  readonly link?: string;
  readonly format: 'jsonl' | 'vcd' | 'table';
  readonly output?: string;
}

/** Instants between two looks at whether somebody interrupts or the reader is slow. */
const STEPS_AT_ONCE = 2000;
const CHUNK_CHARACTERS = 1 << 16;

function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= minimum) return value;
    throw new InvalidArgumentError(`It must be a whole number, ${minimum} or more.`);
  };
}

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

export const registerTrace: RegisterCommand = (program, terminal) => {
  program
    .command('trace')
    .description('run the sequencer on dummy patterns and print every edge, in ticks of 10 ns')
    .usage('<profile> --frames <n> [options]')
    .argument('[profile]', 'name of a profile, or path of a JSON file')
    .requiredOption('--frames <n>', 'patterns in the run', wholeNumber(1))
    .option(
      '--set <field=value...>',
      'P, E or W in us; roi=x,y,w,h; ticks.<symbol> in ticks; Nbuf; one or more, repeatable',
      collect,
      [],
    )
    .option('--arrivals <file>', 'tick on which each pattern is whole in pattern RAM, one a line; default: preloaded')
    .option('--start <tick>', 'tick on which the run starts', wholeNumber(0), 0)
    .addOption(
      new Option('--overrun <mode>', 'when no camera buffer is free').choices(['hold', 'drop']).default('hold'),
    )
    .addOption(
      new Option('--trigger <mode>', 'what fires a frame')
        .choices(['internal', 'software', 'external'])
        .default('internal'),
    )
    .option('--triggers <file>', 'ticks of the trigger edges, one a line, for --trigger software or external')
    .option(
      '--message-bytes <n>',
      'bytes of a read-out on the wire; default: the READOUTS message of one image',
      wholeNumber(0),
    )
    .option('--link-ticks-per-byte <x>', "ticks that a byte takes, as 0.25 or 1/3; default: the profile's link")
    .option('--link <name>', 'a link by name instead: usb3, usb2, gige, 10gige, camera-link-full, ideal, serial-<baud>')
    .addOption(new Option('--format <format>', 'how it is printed').choices(['jsonl', 'vcd', 'table']).default('jsonl'))
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .action((profile: string | undefined, options: TraceOptions) => {
      const [name, set] = separate(profile, options.set);
      return trace(name, { ...options, set }, terminal);
    });
};

/** As `--set` takes any number of settings, it also takes a profile that stands behind them. */
function separate(profile: string | undefined, set: readonly string[]): [name: string, set: readonly string[]] {
  if (profile !== undefined) return [profile, set];
  const names = set.filter((word) => !word.includes('='));
  if (names.length !== 1) {
    throw new OpuError('INVALID_ARGUMENT', 'Name one profile: opu trace <profile> --frames <n>. See opu profiles.');
  }
  return [names[0]!, set.filter((word) => word.includes('='))];
}

type Emulator = typeof import('@opu/emulator');

async function trace(profileName: string, options: TraceOptions, terminal: Terminal): Promise<void> {
  const emulator = await import('@opu/emulator');
  const settings = settingsFrom(emulator, profileName, options);
  const triggers = triggersFrom(emulator, options);
  const arrivals =
    options.arrivals === undefined
      ? undefined
      : emulator.parseTickLines(readFileSync(options.arrivals, 'utf8'), options.arrivals, options.frames);
  const output = new Output(terminal, options.output);
  const title = `${profileName}, ${options.frames} frames, ${options.overrun}`;
  const printer = createPrinter(emulator, settings, options, title, (text) => output.add(text));
  const run = new emulator.TraceRun(
    { settings: settings.settings, frames: options.frames, arrivals, start: options.start, triggers },
    printer.listener,
  );
  printer.follow(run);
  const interrupted = terminal.interruptSignal();
  try {
    while (run.step(STEPS_AT_ONCE)) {
      await output.flush();
      if (interrupted.aborted) throw new OpuError('ABORTED', 'Interrupted: the trace ends before the run does.');
    }
    printer.finish();
    await output.flush();
  } finally {
    output.close();
  }
}

function settingsFrom(emulator: Emulator, profileName: string, options: TraceOptions): TraceSettings {
  const profile = emulator.resolveProfile(profileName);
  if (options.link !== undefined && options.linkTicksPerByte !== undefined) {
    throw new OpuError('INVALID_ARGUMENT', 'Give --link or --link-ticks-per-byte, not both: they say the same thing.');
  }
  const rate =
    options.linkTicksPerByte !== undefined
      ? emulator.parseTicksPerByte(options.linkTicksPerByte)
      : options.link !== undefined
        ? emulator.resolveLink(options.link).ticksPerByte
        : undefined;
  return emulator.traceSettings({
    profile,
    overrides: emulator.parseOverrides(options.set, profile),
    overrun: options.overrun,
    trigger: options.trigger,
    ...(options.messageBytes === undefined ? {} : { messageBytes: options.messageBytes }),
    ...(rate === undefined ? {} : { ticksPerByte: rate }),
  });
}

function triggersFrom(emulator: Emulator, { trigger, triggers }: TraceOptions): Float64Array | undefined {
  if (trigger === 'internal') {
    if (triggers === undefined) return undefined;
    throw new OpuError('INVALID_ARGUMENT', '--triggers needs --trigger software or external.');
  }
  if (triggers === undefined) {
    throw new OpuError('INVALID_ARGUMENT', `--trigger ${trigger} needs --triggers <file>: nothing else fires a frame.`);
  }
  const ticks = emulator.parseTickLines(readFileSync(triggers, 'utf8'), triggers, 0);
  return ticks.filter((tick) => tick >= 0).sort();
}

interface Printer {
  readonly listener: SequencerListener;
  follow(run: TraceRun): void;
  finish(): void;
}

function createPrinter(
  emulator: Emulator,
  { settings, minimum }: TraceSettings,
  options: TraceOptions,
  title: string,
  write: (text: string) => void,
): Printer {
  if (options.format === 'vcd') {
    const listener = new emulator.VcdWriter({ title, periodTicks: settings.P, write });
    return { listener, follow: () => undefined, finish: () => listener.end() };
  }
  let run: TraceRun | undefined;
  const line = options.format === 'jsonl' ? emulator.frameAsJson : emulator.frameAsRow;
  const record = emulator.emptyFrameRecord();
  if (options.format === 'table') write(emulator.tableHead());
  return {
    // With its reset, every edge of a frame is known.
    listener: {
      edge: (edge, _tick, frame) => {
        if (edge === 'reset' && run?.sequencer.describeFrame(frame, record)) write(line(record));
      },
    },
    follow: (followed) => {
      run = followed;
    },
    finish: () => {
      const { counters } = run!;
      write(
        options.format === 'jsonl'
          ? emulator.summaryAsJson(counters, minimum.ticks, options.trigger !== 'internal')
          : emulator.tableFoot(counters, minimum.ticks, minimum.limitingTerm),
      );
    },
  };
}

/** Gathers text and hands it on in large pieces, to standard output or to a file. */
class Output {
  readonly #terminal: Terminal;
  readonly #file: number | undefined;
  #text = '';

  constructor(terminal: Terminal, path: string | undefined) {
    this.#terminal = terminal;
    this.#file = path === undefined ? undefined : openSync(path, 'w');
  }

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= CHUNK_CHARACTERS && this.#file !== undefined) this.#toFile(this.#file);
  }

  async flush(): Promise<void> {
    if (this.#file !== undefined) this.#toFile(this.#file);
    else {
      const text = this.#text;
      this.#text = '';
      await this.#terminal.write(text);
    }
    // Lets signals in.
    await new Promise((resolve) => setImmediate(resolve));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #toFile(file: number): void {
    const bytes = Buffer.from(this.#text, 'utf8');
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    this.#text = '';
  }
}
