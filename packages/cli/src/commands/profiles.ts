import type { Profile } from '@opu/emulator';
import type { RegisterCommand } from '../frame/register.js';
import { formatTable } from '../frame/table.js';
import { type Terminal, writeJson } from '../frame/terminal.js';

export const registerProfiles: RegisterCommand = (program, terminal) => {
  program
    .command('profiles')
    .description('list the profiles of emulated devices; one, in full, with the source of each figure')
    .argument('[name]', 'name of a profile, or path of a JSON file')
    .option('--json', 'print one JSON document')
    .option('--schema', 'print the JSON Schema of profile files')
    .action(async (name: string | undefined, options: { json?: boolean; schema?: boolean }) => {
      const emulator = await import('@opu/emulator');
      if (options.schema) {
        await writeJson(terminal, emulator.profileSchema);
        return;
      }
      if (name !== undefined) {
        const profile = emulator.resolveProfile(name);
        await (options.json ? writeJson(terminal, profile) : terminal.write(describe(profile, emulator, terminal)));
        return;
      }
      await (options.json ? writeJson(terminal, emulator.profiles) : terminal.write(list(emulator.profiles, emulator)));
    });
};

type Emulator = typeof import('@opu/emulator');

function list(profiles: readonly Profile[], emulator: Emulator): string {
  const rows = profiles.map((profile) => {
    const { modulator, defaults } = profile;
    const period = emulator.frameTiming(profile).P;
    return [
      profile.name,
      `${modulator.width} x ${modulator.height}`,
      `${defaults.regionOfInterest.width} x ${defaults.regionOfInterest.height}`,
      `${period / 100} us`,
      (1e8 / period).toFixed(1),
      profile.description,
    ];
  });
  return formatTable(['profile', 'mirrors', 'pixels', 'period', 'frames/s', ''], rows, ['<', '<', '<', '>', '>', '<']);
}

/** Every leaf of an object as a dotted path and a text; small objects of numbers stay together. */
function* leaves(value: object, path = ''): Generator<[string, string]> {
  for (const [key, entry] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (Array.isArray(entry)) yield [at, entry.join(', ')];
    else if (key === 'regionOfInterest') yield [at, `${entry.x},${entry.y},${entry.width},${entry.height} (x,y,w,h)`];
    else if (typeof entry === 'object' && entry !== null) yield* leaves(entry, at);
    else yield [at, String(entry)];
  }
}

function describe(profile: Profile, emulator: Emulator, terminal: Terminal): string {
  const { name, description, sources, ...figures } = profile;
  const rows = [...leaves(figures)].map(([path, text]) => [path, text, sources[path] ?? '']);
  const { P, ...stages } = emulator.frameTiming(profile);
  const minimum = emulator.minimumPeriod(profile);
  const ticks = Object.entries({ ...stages, P }).map(([symbol, value]) => `${symbol} ${value}`);
  return [
    `${terminal.style('bold', name)}: ${description}`,
    '',
    formatTable(['figure', 'value', 'source'], rows),
    `In ticks of 10 ns: ${ticks.join(', ')}`,
    `Minimum period: ${minimum.ticks} ticks, set by ${minimum.limitingTerm}`,
    '',
  ].join('\n');
}
