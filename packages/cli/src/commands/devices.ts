import type { RegisterCommand } from '../frame/register.js';
import { formatTable } from '../frame/table.js';
import { writeJson } from '../frame/terminal.js';

export const registerDevices: RegisterCommand = (program, terminal) => {
  program
    .command('devices')
    .description('find devices: serial ports and USB')
    .option('--json', 'print one JSON document')
    .action(async (options: { json?: boolean }) => {
      const { listDevices } = await import('@opu/driver/node');
      const { devices, problems } = await listDevices();
      for (const problem of problems) terminal.message(`Could not look at ${problem}`);
      if (options.json) {
        await writeJson(terminal, { devices, problems });
        return;
      }
      if (devices.length === 0)
        terminal.message('No device found. An emulated one is always there: emulator:opu-1m-300k');
      else {
        const rows = devices.map(({ address, description }) => [address, description]);
        await terminal.write(formatTable(['address', ''], rows));
      }
    });
};
