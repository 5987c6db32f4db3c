import { writeFile } from 'node:fs/promises';
import { encodeNpy } from '@opu/core';
import { Option } from 'commander';
import { readMatrix } from '../frame/read-matrix.js';
import type { RegisterCommand } from '../frame/register.js';
import { type Terminal, writeJson } from '../frame/terminal.js';
import { withDevice } from '../frame/with-device.js';
import { PROJECT_MODES, type ProjectOptions, parseMicroseconds, parseRegion } from './project-options.js';

export const registerProject: RegisterCommand = (program, terminal) => {
  program
    .command('project')
    .description('project the rows of a matrix and write what comes out')
    .argument('<address>', 'address of the device')
    .requiredOption(
      '--in <x.npy>',
      'rows to project: uint8 or bool (n, features); float32 with an encoder that takes it',
    )
    .requiredOption('--out <y.npy>', 'where the result goes: (n, pixels) or (n, outputs)')
    .addOption(new Option('--mode <mode>', 'what comes out').choices(PROJECT_MODES).default('intensity'))
    .option('--encoder <name>', 'how numbers become patterns: bits, ternary or bitplanes:p')
    .addOption(
      new Option('--layout <layout>', 'who spreads values over mirrors: the device or the host').choices([
        'macro',
        'raw',
      ]),
    )
    .option('--packed', 'rows are bit-packed patterns, one bit a mirror')
    .option('--roi <x,y,w,h>', 'region of interest, pixels')
    .option('--exposure <us>', 'exposure, microseconds')
    .option('--period <us>', 'frame period, microseconds')
    .option('--outputs <n>', 'outputs of a linear mode; as many as the region of interest has pixels if left out')
    .option('--grain <pixels>', 'speckle grain, for --mode off-axis')
    .option('--json', 'print what was done as one JSON document')
    .action((address: string, options: ProjectOptions) => project(address, options, terminal));
};

async function project(address: string, options: ProjectOptions, terminal: Terminal): Promise<void> {
  const request = {
    ...(options.roi === undefined ? {} : { regionOfInterest: parseRegion(options.roi) }),
    ...(options.exposure === undefined ? {} : { exposureTicks: parseMicroseconds('--exposure', options.exposure) }),
    ...(options.period === undefined ? {} : { periodTicks: parseMicroseconds('--period', options.period) }),
  };
  const input = await readMatrix(options.in);
  const report = await withDevice(address, terminal, async (device, signal) => {
    if (Object.keys(request).length > 0) await device.configure(request, { signal });
    const output =
      options.mode === 'intensity'
        ? await (await import('./project-intensity.js')).projectIntensity(device, input, options, signal)
        : await (await import('./project-linear.js')).projectLinear(device, input, options, signal);
    await writeFile(options.out, encodeNpy(output));
    const frames = (await device.counters({ signal })).get('frames');
    return { device: device.identity.serial, mode: options.mode, shape: output.shape, type: output.type, frames };
  });
  if (options.json) await writeJson(terminal, { ...report, out: options.out });
  else
    terminal.message(
      `${options.out}: ${report.type} (${report.shape.join(', ')}), ${report.frames} frames of ${report.device}`,
    );
}
