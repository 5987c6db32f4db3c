import { OpuError, ticksFromSeconds } from '@opu/core';
import { checkQuery, type ParsedAddress, type SchemeConnection } from '@opu/driver';
import { createReplayDevice, type ReplayDevice, type ReplayDeviceOptions } from './replay-device.js';

/**
 * Opens `replay:file.mcap?clock=realtime&loop=1&frame=100&time=1.5` as a device in this process, to be driven or mounted.
 * `frame` and `time` (seconds since the recording began) say where in the recording to begin.
 * @param defaults for what the address leaves out
 * @throws OpuError INVALID_ADDRESS, INVALID_FILE, INVALID_ARGUMENT
 */
export async function openReplay(
  address: ParsedAddress,
  defaults: Pick<ReplayDeviceOptions, 'clock'> = {},
): Promise<ReplayDevice> {
  checkQuery(address, ['clock', 'loop', 'frame', 'time']);
  if (address.target === '') throw invalid(address, 'it names no file');
  const { query } = address;
  const clock = oneOf(address, 'clock', ['virtual', 'realtime'] as const) ?? defaults.clock;
  const loop = oneOf(address, 'loop', ['0', '1'] as const) === '1';
  const frame = query.get('frame');
  const time = query.get('time');
  if (frame !== undefined && !/^\d{1,15}$/.test(frame)) throw invalid(address, `frame=${frame} is no whole number`);
  if (time !== undefined && !/^\d{1,7}(\.\d+)?$/.test(time)) {
    throw invalid(address, `time=${time} is no number of seconds`);
  }
  if (frame !== undefined && time !== undefined) throw invalid(address, 'frame and time exclude each other');
  const device = await createReplayDevice(address.target, {
    loop,
    ...(clock === undefined ? {} : { clock }),
    ...(frame === undefined ? {} : { fromFrame: Number(frame) }),
  });
  if (time !== undefined) device.seekTick(device.index.device!.tick + ticksFromSeconds(Number(time)));
  return device;
}

/** The scheme `replay:` for `openOpu`. */
export async function replayScheme(address: ParsedAddress): Promise<SchemeConnection> {
  const device = await openReplay(address);
  return { transport: device.connect(), reconnect: async () => device.connect(), dispose: () => device.close() };
}

function oneOf<Value extends string>(
  address: ParsedAddress,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = address.query.get(name);
  const found = values.find((value) => value === text);
  if (text !== undefined && found === undefined) {
    throw invalid(address, `${name}=${text} is not known; ${name} is ${values.join(' or ')}`);
  }
  return found;
}

function invalid(address: ParsedAddress, why: string): OpuError {
  return new OpuError('INVALID_ADDRESS', `"${address.text}" is no address of a replay: ${why}.`);
}
