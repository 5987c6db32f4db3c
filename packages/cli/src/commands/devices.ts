import type { DeviceList, FoundDevice } from '@opu/driver/node';
import { announced } from '../frame/announcements.js';
import type { RegisterCommand } from '../frame/register.js';
import { formatTable } from '../frame/table.js';
import { type Terminal, writeJson } from '../frame/terminal.js';

export const registerDevices: RegisterCommand = (program, terminal) => {
  program
    .command('devices')
    .description('find devices: serial ports, USB, emulated devices that are served on this machine')
    .option('--watch', 'go on and print what comes and goes until interrupted; with --json one JSON line each')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: boolean; watch?: boolean }) => {
      if (options.watch) {
        await watch(terminal, options.json === true);
        return;
      }
      const { devices, problems } = await look();
      for (const problem of problems) terminal.message(`Could not look at ${problem}`);
      if (options.json) {
        await writeJson(terminal, { devices, problems });
        return;
      }
      if (devices.length === 0) {
        terminal.message('No device found. An emulated one is always there: emulator:opu-1m-300k');
        return;
      }
      const rows = devices.map(({ address, description }) => [address, description]);
      await terminal.write(formatTable(['address', ''], rows));
    });
};

async function look(): Promise<DeviceList> {
  const { listDevices } = await import('@opu/driver/node');
  const { devices, problems } = await listDevices();
  return { devices: [...devices, ...emulated()], problems };
}

async function watch(terminal: Terminal, asJson: boolean): Promise<void> {
  const { watchDevices } = await import('@opu/driver/node');
  const interrupted = terminal.interruptSignal();
  // One line after the other, however slowly they are read.
  let written: Promise<unknown> = Promise.resolve();
  const write = (text: string): void => {
    written = written.then(() => terminal.write(text));
  };
  await new Promise<void>((resolve, reject) => {
    const watching = watchDevices({ list: look }).subscribe({
      next: (change) => {
        if (change.event === 'problem') terminal.message(`Could not look at ${change.problem}`);
        else if (asJson) write(`${JSON.stringify({ event: change.event, ...change.device })}\n`);
        else write(`${change.event}  ${change.device.address}  ${change.device.description}\n`);
      },
      error: reject,
    });
    const stop = (): void => {
      watching.unsubscribe();
      resolve();
    };
    if (interrupted.aborted) stop();
    else interrupted.addEventListener('abort', stop, { once: true });
  });
  await written;
}

/** Addresses that `opu emulate` serves; a USB/IP export is no address, the kernel makes a USB device of it. */
function emulated(): FoundDevice[] {
  return announced().flatMap(({ profile, addresses, pid }) =>
    addresses
      .filter((address) => /^(tcp|wss?|serial):/.test(address))
      .map((address) => ({ address, kind: 'emulator', description: `emulated ${profile}, served by process ${pid}` })),
  );
}
