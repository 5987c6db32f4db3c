import type { RemoteDevice } from '@opu/driver';
import type { RegisterCommand } from '../frame/register.js';
import { formatTable } from '../frame/table.js';
import { type Terminal, writeJson } from '../frame/terminal.js';
import { withDevice } from '../frame/with-device.js';

export const registerInfo: RegisterCommand = (program, terminal) => {
  program
    .command('info')
    .description('identity, limits, features, configuration and counters of a device')
    .argument('<address>', 'address of the device: emulator:tiny, tcp://127.0.0.1:4040, serial:/dev/ttyACM0 ...')
    .option('--json', 'print one JSON document')
    .action(async (address: string, options: { json?: boolean }) => {
      const info = await withDevice(address, terminal, collect);
      await (options.json ? writeJson(terminal, info) : terminal.write(describe(info, terminal)));
    });
};

async function collect(device: RemoteDevice, signal: AbortSignal) {
  const { address, identity, limits, configuration } = device;
  return {
    address,
    identity,
    limits: { ...limits, features: [...limits.features] },
    configuration,
    counters: Object.fromEntries(await device.counters({ signal })),
  };
}

type Info = Awaited<ReturnType<typeof collect>>;

/** Every leaf as a dotted path and a text; ticks are shown in microseconds as well. */
function* leaves(value: object, path = ''): Generator<[string, string]> {
  for (const [key, entry] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    if (Array.isArray(entry)) yield [at, entry.join(', ') || 'none'];
    else if (typeof entry === 'object' && entry !== null) yield* leaves(entry, at);
    else if (typeof entry === 'number' && /Ticks/.test(at)) yield [at, `${entry} (${entry / 100} us)`];
    else yield [at, String(entry)];
  }
}

function describe(info: Info, terminal: Terminal): string {
  const { model, serial } = info.identity;
  const parts = [`${terminal.style('bold', `${model}, serial number ${serial}`)}\n`];
  for (const section of ['identity', 'limits', 'configuration', 'counters'] as const) {
    parts.push(formatTable([section, ''], [...leaves(info[section])]));
  }
  return parts.join('\n');
}
