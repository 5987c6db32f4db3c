import type { BookableClock, Transport } from '@opu/core';
import { deviceSettings } from './device-settings.js';
import { createEmulatedDevice, type EmulatedDevice } from './emulated-device.js';

/** A device address taken apart, as far as this scheme looks at it. */
export interface EmulatorAddress {
  /** As it was given. */
  readonly text: string;
  /** Name of a profile or path of one; empty for the default. */
  readonly target: string;
  readonly query: ReadonlyMap<string, string>;
}

/** A device inside this process, and the way to it. */
export interface EmulatorConnection {
  readonly transport: Transport;
  /** Virtual time, to book host work on; nothing in real time. */
  readonly clock?: BookableClock;
  /** Another connection to the same device, after the first one was lost. */
  readonly reconnect: () => Promise<Transport>;
  /** Switches the device off. */
  readonly dispose: () => Promise<void>;
  readonly device: EmulatedDevice;
}

/**
 * Opens `emulator:<profile>?seed=7&clock=virtual&medium=dense&ideal=1&faults=...`: makes the device in this process.
 * @throws OpuError INVALID_ADDRESS for a setting that there is not, INVALID_ARGUMENT or INVALID_FILE for a profile
 */
export async function emulatorScheme(address: EmulatorAddress): Promise<EmulatorConnection> {
  const settings = deviceSettings(address.query, 'INVALID_ADDRESS', address.text);
  const device = createEmulatedDevice({ ...settings, ...(address.target === '' ? {} : { profile: address.target }) });
  return {
    transport: device.connect(),
    reconnect: async () => device.connect(),
    dispose: () => device.close(),
    device,
    ...('spend' in device.clock ? { clock: device.clock } : {}),
  };
}
