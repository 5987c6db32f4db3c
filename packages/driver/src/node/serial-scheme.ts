import { OpuError, RealTimeClock } from '@opu/core';
import { checkQuery, type ParsedAddress } from '../address/address.js';
import type { SchemeConnection } from '../open/open-opu.js';
import { type SerialTarget, SerialTransport } from './serial-transport.js';

const DEFAULT_BAUD = 3_000_000;

/** `serial:/dev/ttyACM0?baud=115200`. The baud rate does not matter on USB. */
export async function serialScheme(address: ParsedAddress): Promise<SchemeConnection> {
  checkQuery(address, ['baud']);
  const target = parseTarget(address);
  const clock = new RealTimeClock();
  return {
    transport: new SerialTransport(target, { clock }),
    reconnect: async () => new SerialTransport(target, { clock }),
  };
}

function parseTarget(address: ParsedAddress): SerialTarget {
  const path = address.text.replace(/^[^:]*:/, '').replace(/\?.*$/s, '');
  if (path === '') {
    throw new OpuError(
      'INVALID_ADDRESS',
      `"${address.text}" names no port; it takes serial:/dev/ttyACM0 or serial:COM3.`,
    );
  }
  const text = address.query.get('baud');
  const baud = text === undefined ? DEFAULT_BAUD : Number(text);
  if (!Number.isInteger(baud) || baud < 300 || baud > 1_000_000_000) {
    throw new OpuError(
      'INVALID_ADDRESS',
      `baud=${text} in "${address.text}" is no baud rate: it takes a whole number from 300 to 10^9.`,
    );
  }
  return { path: decodeURIComponent(path), baud };
}
