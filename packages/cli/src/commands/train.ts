import type { RunOptions, TrainingConfiguration } from '@opu/dfa';
import { OpuError, parseAddress } from '@opu/driver';
import { recordInto } from '../frame/record-into.js';
import type { RegisterCommand } from '../frame/register.js';
import { formatTable } from '../frame/table.js';
import { type Terminal, writeJson, writeJsonLine } from '../frame/terminal.js';
import { configurationOfFlags, seedsOf, type TrainFlags } from '../train/flags.js';
import { createProgress, summaryRows, sweepRows } from '../train/progress.js';

/** Where runs go that are given no folder. */
const RUNS = 'runs';

export const registerTrain: RegisterCommand = (program, terminal) => {
  program
    .command('train')
    .description('train a network by direct feedback alignment on a device, beside its controls')
    .option('--config <file>', 'configuration file (JSON; --schema prints its schema); other options outweigh it')
    .option('--mode <modes>', 'bp, shallow, dfa, dfa-ternary, optical; several by commas (default: optical,bp,shallow)')
    .option(
      '--data <dir>',
      "folder with IDX files (MNIST), a graph (Cora) or a text; 'synthetic' (default): embedded digits",
    )
    .option('--device <address>', 'device for the mode optical (default: emulator:opu-1m-300k)')
    .option('--linear-mode <name>', 'anchor (default), phase-shifting or off-axis')
    .option('--hidden <widths>', 'widths of the hidden layers (default: 1024,1024)')
    .option('--activation <name>', 'tanh (default) or relu')
    .option('--optimizer <name>', 'sgd (default for --data dir) or adam (default for synthetic)')
    .option('--learning-rate <x>', 'learning rate of the optimizer')
    .option(
      '--threshold <x>',
      "threshold of the ternary error (default: 0.1; digits and graphs 0.25), 'adaptive' or 'dithered' (default for a text)",
    )
    .option('--dropout <share>', 'share of hidden values that a training step leaves out (default: 0)')
    .option('--epochs <n>', 'epochs (default: 10; synthetic 5)')
    .option('--batch <n>', 'samples of a step (default: 128)')
    .option(
      '--pipeline <parts>',
      'parts of a batch: the device projects one while the host works on the next (default: 1)',
    )
    .option('--seed <n>', 'seed of weights, data order and feedback (default: 0)')
    .option('--seeds <list>', 'train with each of these seeds (0,1,2): mean and deviation of each mode')
    .option('--out <dir>', `folder of the run (default: the next free ${RUNS}/train-NNNN)`)
    .option('--record <file.mcap>', 'record every frame of the device (one mode on a device at a time)')
    .option('--resume <dir>', 'go on with the run in this folder')
    .option('--from-previous', 'with --resume: from the checkpoints before the last ones')
    .option('--what-if', 'train nothing: predict the time of an epoch for other widths, devices and links')
    .option('--schema', 'print the JSON Schema of configuration files')
    .option('--json', 'print JSON lines')
    .action(async (flags: TrainFlags) => {
      if (flags.schema) {
        await writeJson(terminal, (await import('@opu/dfa')).trainingSchema);
        return;
      }
      if (flags.whatIf) {
        const { folder, configuration } = prepare(flags, await import('@opu/dfa'));
        const { whatIf } = await import('../train/what-if.js');
        await whatIf(configuration, (name, content) => folder.write(name, content), terminal, flags.json === true);
        return;
      }
      const version = program.version() ?? '';
      await (flags.seeds === undefined
        ? trainOnce(flags, terminal, version)
        : sweep(flags, flags.seeds, terminal, version));
    });
};

async function trainOnce(flags: TrainFlags, terminal: Terminal, version: string): Promise<void> {
  const dfa = await import('@opu/dfa');
  const { folder, configuration } = prepare(flags, dfa);
  const { report, summaries } = await told(flags, terminal, version, (options) =>
    dfa.runTraining({ ...options, configuration, folder, resume: resumeOf(flags) }),
  );
  if (flags.json) {
    await writeJsonLine(terminal, { kind: 'done', report, summaries });
    return;
  }
  const header = ['mode', 'test accuracy', 'device time', 'wall time', 'frames'];
  const table = formatTable(header, summaryRows(summaries), ['<', '>', '>', '>', '>']);
  await terminal.write(`\n${table}\nReport: ${report}\n`);
}

async function sweep(flags: TrainFlags, list: string, terminal: Terminal, version: string): Promise<void> {
  const dfa = await import('@opu/dfa');
  const seeds = seedsOf(list);
  if (flags.seed !== undefined || flags.resume !== undefined || flags.out === undefined) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      '--seeds needs --out and takes neither --seed nor --resume; a sweep that was stopped goes on by itself.',
    );
  }
  const { out: path } = flags;
  const configuration = configurationFor(flags, dfa);
  const { report, rows } = await told(flags, terminal, version, (options) =>
    dfa.runSweep({ ...options, configuration, seeds, path }),
  );
  if (flags.json) {
    await writeJsonLine(terminal, { kind: 'done', report, rows });
    return;
  }
  const table = formatTable(
    ['mode', 'mean', 'deviation', ...seeds.map((seed) => `seed ${seed}`), 'wall time'],
    sweepRows(rows),
    ['<', ...Array.from({ length: seeds.length + 3 }, () => '>' as const)],
  );
  await terminal.write(`\n${table}\nSweep: ${report}\n`);
}

/** What a run needs of this program: devices, time, the interrupt, and somebody who tells how it goes. */
type Surroundings = Pick<RunOptions, 'openDevice' | 'versions' | 'signal' | 'now' | 'onEvent'>;

async function told<T>(
  flags: TrainFlags,
  terminal: Terminal,
  version: string,
  run: (surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  const { openOpu } = await import('@opu/driver');
  const { schemes } = await import('../frame/schemes.js');
  const now = () => performance.now();
  const progress = createProgress(terminal, flags.json === true, now);
  try {
    return await run({
      openDevice: async (address) => {
        const device = await openOpu(address, { schemes });
        return flags.record === undefined ? device : recordInto(flags.record, address, device);
      },
      versions: { opu: version, node: process.version, platform: `${process.platform} ${process.arch}` },
      signal: terminal.interruptSignal(),
      now,
      onEvent: (event) => progress.tell(event),
    });
  } finally {
    progress.end();
  }
}

function prepare(flags: TrainFlags, dfa: typeof import('@opu/dfa')) {
  if (flags.resume !== undefined) {
    const others = Object.keys(flags).filter((name) => name !== 'resume' && !RESUME_TAKES.has(name));
    if (others.length > 0) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `--resume goes on with the configuration of the run; beside --from-previous, --device and --json it takes no option, but got ${others.join(', ')}.`,
      );
    }
    const folder = dfa.RunFolder.open(flags.resume);
    const configuration = dfa.configurationOf(folder);
    return { folder, configuration: { ...configuration, device: resumedDevice(configuration.device, flags.device) } };
  }
  const configuration = configurationFor(flags, dfa);
  const folder = flags.out === undefined ? dfa.RunFolder.createNext(RUNS) : dfa.RunFolder.create(flags.out);
  return { folder, configuration };
}

function configurationFor(flags: TrainFlags, dfa: typeof import('@opu/dfa')): TrainingConfiguration {
  const written = flags.config === undefined ? {} : dfa.readConfigurationFile(flags.config);
  return dfa.completeConfiguration(configurationOfFlags(flags, written), flags.config ?? 'opu train');
}

const RESUME_TAKES: ReadonlySet<string> = new Set(['json', 'device', 'fromPrevious']);

function resumeOf({ resume, fromPrevious = false }: TrainFlags): boolean | 'previous' {
  if (resume !== undefined) return fromPrevious ? 'previous' : true;
  if (fromPrevious) throw new OpuError('INVALID_ARGUMENT', '--from-previous goes with --resume <dir>.');
  return false;
}

/** The address of a run that goes on: as it is stored, or as it is given anew where a secret of it is not stored. */
function resumedDevice(stored: string, given: string | undefined): string {
  const was = parseAddress(stored);
  if (given === undefined) {
    if (!was.hidesSecret) return stored;
    throw new OpuError(
      'INVALID_ARGUMENT',
      `The run was made on ${was.text}, whose token is stored nowhere. Give the address again, with its token: --device.`,
    );
  }
  if (parseAddress(given).text === was.text) return given;
  throw new OpuError(
    'INVALID_ARGUMENT',
    `--device ${parseAddress(given).text} is not the device of the run, which is ${was.text}; a run goes on where it was.`,
  );
}
