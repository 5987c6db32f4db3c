import type { RemoteDevice } from '@opu/driver';
import type { Terminal } from './terminal.js';

/** Opens a device for one command and closes it at the end, however that ends. Ctrl-C aborts what is under way. */
export async function withDevice<T>(
  address: string,
  terminal: Terminal,
  work: (device: RemoteDevice, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const [{ openOpu }, { schemes }] = await Promise.all([import('@opu/driver'), import('./schemes.js')]);
  const signal = terminal.interruptSignal();
  const device = await openOpu(address, { schemes, signal, hostName: 'opu' });
  try {
    return await work(device, signal);
  } finally {
    await device.close();
  }
}
