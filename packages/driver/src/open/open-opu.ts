import { type Clock, isOpuError, letGo, OpuError, RealTimeClock, type Transport } from '@opu/core';
import { type DeviceAddress, type ParsedAddress, parseAddress } from '../address/address.js';
import type { OperationOptions } from '../api/opu-device.js';
import { RemoteDevice } from '../device/remote-device.js';
import { abortError, onAbort } from '../session/abort.js';
import { defaultTimeouts, patternMessageBytesOn, type Timeouts } from '../session/options.js';
import { Session } from '../session/session.js';

/** What a scheme gives for an address. */
export interface SchemeConnection {
  readonly transport: Transport;
  /** Opens another transport to the same device after a loss; without it a loss ends the session. */
  readonly reconnect?: () => Promise<Transport>;
  /** Ends what the scheme itself keeps alive, an emulated device in this process for instance. */
  readonly dispose?: () => Promise<void>;
}

/** Finds the device of an address. It does not open the transport. */
export type Scheme = (address: ParsedAddress) => Promise<SchemeConnection>;

/** By the name in front of the colon: `{ tcp: tcpScheme, emulator: emulatorScheme }`. */
export type Schemes = Readonly<Record<string, Scheme>>;

export interface OpenOptions extends OperationOptions {
  readonly schemes: Schemes;
  readonly timeouts?: Partial<Timeouts>;
  /**
   * How time passes on a device whose time is virtual. `lockstep` (default): only while this host waits, so that the same
   * run has the same ticks on any link. `free`: as fast as the device can.
   */
  readonly pacing?: 'lockstep' | 'free';
  /** The host's own time, for time-outs; real time by default. */
  readonly clock?: Clock;
  /** Program and machine, for the device's log. */
  readonly hostName?: string;
}

/**
 * Opens a device by its address and takes control of it.
 * @throws OpuError INVALID_ADDRESS, LINK_UNAVAILABLE, PERMISSION_DENIED, VERSION_MISMATCH, DEVICE_BUSY, TIMEOUT
 */
export async function openOpu(address: string | DeviceAddress, options: OpenOptions): Promise<RemoteDevice> {
  const parsed = typeof address === 'string' ? parseAddress(address) : address;
  const scheme = Object.hasOwn(options.schemes, parsed.scheme) ? options.schemes[parsed.scheme] : undefined;
  if (scheme === undefined) {
    const known = Object.keys(options.schemes).map((name) => `${name}:`);
    throw new OpuError(
      'INVALID_ADDRESS',
      `"${parsed.text}" has the scheme "${parsed.scheme}:", which is not known here; known are ${known.join(', ') || 'none'}.`,
    );
  }
  if (options.signal?.aborted) throw abortError(options.signal);
  const connection = await scheme(parsed);
  const session = new Session({
    timeouts: { ...defaultTimeouts(parsed.scheme), ...options.timeouts },
    clock: options.clock ?? new RealTimeClock(),
    pacing: options.pacing ?? 'lockstep',
    reconnect: connection.reconnect,
    dispose: connection.dispose,
    hostName: options.hostName ?? 'opu-sdk',
    patternMessageBytes: patternMessageBytesOn(connection.transport.carrier),
  });
  const stop = onAbort(options.signal, () => letGo(session.close()));
  try {
    const greeting = await session.open(connection.transport);
    // Patterns that another host left behind would be shown first.
    await session.request({ type: 'ABORT' }, options.signal);
    return new RemoteDevice(parsed.text, session, greeting);
  } catch (error) {
    await session.close();
    if (options.signal?.aborted && !isOpuError(error, 'ABORTED')) {
      throw new OpuError('ABORTED', `Opening ${parsed.text} was aborted.`, { cause: error });
    }
    throw error;
  } finally {
    stop();
  }
}
