import { spawn } from 'node:child_process';
import { createEmulatedDevice, type EmulatedDeviceOptions } from '../../../device/emulated-device.js';
import { deviceSettings } from '../../device-settings.js';
import { UsbDevice } from '../usb-device.js';
import { VirtualBus } from './virtual-bus.js';

/**
 * `unshare -m --propagation private node virtual-bus-main.js <settings> <script> [argument ...]`: a virtual USB bus with an
 * emulated device (`profile=tiny&seed=7`), and a script that runs on it. The script may send 'plug' and 'unplug' to its
 * parent. Ends with the script's exit code.
 */
const [settings = '', script = '', ...args] = process.argv.slice(2);
const query = new Map(new URLSearchParams(settings));
const profile = query.get('profile') ?? 'tiny';
query.delete('profile');
const options: EmulatedDeviceOptions = { ...deviceSettings(query, 'INVALID_ARGUMENT', 'virtual bus'), profile };
const device = createEmulatedDevice(options);
const bus = new VirtualBus(new UsbDevice(device, 'vendor', 'EMU-0', 'usb:virtual'));
bus.mount();
bus.plug();

const client = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
client.on('message', (message) => {
  if (message === 'unplug') bus.unplug();
  if (message === 'plug') bus.plug();
  client.send({ done: message });
});
client.on('exit', (code, signal) => {
  bus.unplug();
  bus.unmount();
  void device.close();
  process.exit(code ?? (signal === null ? 1 : 128));
});
