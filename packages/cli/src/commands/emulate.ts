import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Attachable, Mount } from '@opu/device';
import { OpuError, parseAddress } from '@opu/driver';
import { announce } from '../frame/announcements.js';
import type { RegisterCommand } from '../frame/register.js';
import { writeJson } from '../frame/terminal.js';

const DEFAULT_PORT = 4040;

interface EmulateOptions {
  readonly tcp?: string;
  readonly ws?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly origin?: readonly string[];
  readonly token?: string | undefined;
  readonly serial?: string | true;
  readonly baud?: string;
  readonly usbip?: string | true;
  readonly seed?: string;
  readonly clock: string;
  readonly link?: string;
  readonly medium?: string;
  readonly ideal?: string;
  readonly cache?: string;
  readonly faults?: string;
  readonly json?: boolean;
}

export const registerEmulate: RegisterCommand = (program, terminal) => {
  program
    .command('emulate')
    .description('serve an emulated device until interrupted; prints the address of each mount')
    .argument('[profile]', 'name of a profile, path of a JSON file, or replay:file.mcap', 'opu-1m-300k')
    .option(
      '--tcp <[host:]port>',
      `serve on a TCP port of this machine; ${DEFAULT_PORT} if no mount is given, 0 takes a free one`,
    )
    .option('--ws <[host:]port>', 'serve over WebSocket, for pages in a browser as well; 0 takes a free port')
    .option('--tls-cert <file>', 'certificate (PEM) of the WebSocket mount, which is wss: then')
    .option('--tls-key <file>', 'key (PEM) of that certificate')
    .option('--origin <origin...>', 'pages of these origins may connect over WebSocket, besides those of this machine')
    .option('--token <secret>', 'let only hosts connect over the network that know it, encrypted (default: OPU_TOKEN)')
    .option('--serial [link-path]', 'serve on a pseudo-terminal, reached by a symbolic link')
    .option('--baud <rate>', 'pace the serial mount to this baud rate')
    .option('--usbip [port]', 'export over USB/IP on this machine; port 3240 by default')
    .option('--seed <n>', 'whole number that medium and camera follow from')
    .option('--clock <kind>', 'realtime, or virtual: as fast as the host allows', 'realtime')
    .option('--link <name>', 'link whose speed is emulated')
    .option('--medium <model>', 'dense, structured or signs')
    .option('--ideal <kind>', '1: no camera noise; float: intensities as float32')
    .option('--cache <megabytes>', 'memory for matrices of the light; 256 by default')
    .option('--faults <spec>', 'faults that happen, by tick or by probability')
    .option('--json', 'print the addresses as one JSON document')
    .action(async (profile: string, options: EmulateOptions) => {
      const device = profile.startsWith('replay:')
        ? await replayedDevice(profile, options)
        : await emulatedDevice(profile, options);
      const interrupted = terminal.interruptSignal();
      const mounts: Mount[] = [];
      let withdraw = (): void => {};
      try {
        await mountAll(device, { ...options, token: options.token ?? terminal.env.OPU_TOKEN }, mounts);
        const addresses = mounts.map((mount) => mount.address);
        await (options.json
          ? writeJson(terminal, { profile: device.name, clock: options.clock, addresses })
          : terminal.write(addresses.map((address) => `${address}\n`).join('')));
        withdraw = announce({ profile: device.name, addresses });
        terminal.message(`${device.name} is on (${options.clock} clock). Ctrl-C switches it off.`);
        await new Promise<void>((resolve) => {
          if (interrupted.aborted) resolve();
          else interrupted.addEventListener('abort', () => resolve(), { once: true });
        });
      } finally {
        withdraw();
        for (const mount of mounts) await mount.close();
        await device.close();
      }
    });
};

/** What is mounted. */
interface ServedDevice extends Attachable {
  readonly name: string;
  readonly serial: string;
  close(): Promise<void>;
}

const settings = ['seed', 'clock', 'link', 'medium', 'ideal', 'cache', 'faults'] as const;

async function emulatedDevice(profile: string, options: EmulateOptions): Promise<ServedDevice> {
  const { createEmulatedDevice, deviceSettings, resolveProfile } = await import('@opu/emulator');
  const texts = new Map<string, string>();
  for (const name of settings) {
    const text = options[name];
    if (text !== undefined) texts.set(name, text);
  }
  const device = createEmulatedDevice({
    ...deviceSettings(texts, 'INVALID_ARGUMENT', 'opu emulate'),
    profile: resolveProfile(profile),
    // A host that reconnects to an emulator that was started anew has to see that it was.
    bootId: randomInt(2 ** 48 - 1),
  });
  const { name } = device.profile;
  return {
    name,
    serial: `EMU-${name}-${options.seed ?? 0}`,
    attach: (transport) => device.attach(transport),
    close: () => device.close(),
  };
}

async function replayedDevice(address: string, options: EmulateOptions): Promise<ServedDevice> {
  const given = settings.find((name) => name !== 'clock' && options[name] !== undefined);
  if (given !== undefined) {
    throw new OpuError('INVALID_ARGUMENT', `--${given} is for emulated devices; a replay is what was recorded.`);
  }
  if (options.clock !== 'realtime' && options.clock !== 'virtual') {
    throw new OpuError('INVALID_ARGUMENT', `--clock ${options.clock} is not known; it is realtime or virtual.`);
  }
  const { openReplay } = await import('@opu/capture');
  const device = await openReplay(parseAddress(address), { clock: options.clock });
  return {
    name: address,
    serial: device.index.device!.identity.serial,
    attach: (transport) => device.attach(transport),
    close: () => device.close(),
  };
}

async function mountAll(device: ServedDevice, options: EmulateOptions, mounts: Mount[]): Promise<void> {
  const { mountSerial, mountTcp, mountUsbIp, mountWebSocket } = await import('@opu/device');
  const { RealTimeClock } = await import('@opu/core');
  const { serial, baud, usbip, ws } = options;
  const secret = options.token ? { token: options.token } : {};
  if (options.tcp !== undefined || (serial === undefined && usbip === undefined && ws === undefined)) {
    const target = options.tcp === undefined ? { port: DEFAULT_PORT } : hostAndPort('--tcp', options.tcp);
    mounts.push(await mountTcp(device, { ...target, ...secret }));
  }
  if (ws !== undefined) {
    const tls = await certificateOf(options);
    const origins = options.origin === undefined ? {} : { origins: options.origin };
    mounts.push(await mountWebSocket(device, { ...hostAndPort('--ws', ws), ...secret, ...tls, ...origins }));
  }
  if (serial !== undefined) {
    mounts.push(
      mountSerial(device, {
        clock: new RealTimeClock(),
        ...(serial === true ? {} : { linkPath: serial }),
        ...(baud === undefined ? {} : { baud: Number(baud) }),
      }),
    );
  }
  if (usbip !== undefined) {
    const port = usbip === true ? undefined : portNumber('--usbip', usbip);
    mounts.push(
      await mountUsbIp(device, {
        serial: device.serial,
        ...(port === undefined ? {} : { port }),
      }),
    );
  }
}

function portNumber(option: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new OpuError('INVALID_ARGUMENT', `${option} ${text} is no port; it takes a number from 0 to 65535.`);
}

async function certificateOf({ tlsCert, tlsKey }: EmulateOptions) {
  if (tlsCert === undefined && tlsKey === undefined) return {};
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new OpuError('INVALID_ARGUMENT', '--tls-cert and --tls-key go together: a certificate and its key, in PEM.');
  }
  return { tls: { certificate: await readFile(tlsCert), key: await readFile(tlsKey) } };
}

function hostAndPort(option: string, text: string): { readonly host?: string; readonly port: number } {
  const match = /^(?:(\[[^\]]+\]|[^:]*):)?(\d+)$/.exec(text);
  if (match === null) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `${option} ${text} is no port and no host:port; give 4040 or 127.0.0.1:4040.`,
    );
  }
  const host = match[1]?.replace(/^\[|\]$/g, '');
  return { port: Number(match[2]), ...(host ? { host } : {}) };
}
