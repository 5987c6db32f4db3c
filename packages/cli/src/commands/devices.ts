import { announced } from '../announcements.js';
import type { RegisterCommand } from '../frame/register.js';
import { formatTable } from '../frame/table.js';
import { writeJson } from '../frame/terminal.js';

interface Listed {
  readonly address: string;
  readonly kind: 'serial' | 'usb' | 'emulator';
  readonly description: string;
}

export const registerDevices: RegisterCommand = (program, terminal) => {
  program
    .command('devices')
    .description('find devices: serial ports, USB, emulated devices that are served on this machine')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: boolean }) => {
      const { listDevices } = await import('@opu/driver/node');
      const found = await listDevices();
      const { problems } = found;
      const devices: Listed[] = [...found.devices, ...emulated()];
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

/** Addresses that `opu emulate` serves; a USB/IP export is no address, the kernel makes a USB device of it. */
function emulated(): Listed[] {
  return announced().flatMap(({ profile, addresses, pid }) =>
    addresses
      .filter((address) => /^(tcp|wss?|serial):/.test(address))
      .map((address) => ({ address, kind: 'emulator', description: `emulated ${profile}, served by process ${pid}` })),
  );
}
