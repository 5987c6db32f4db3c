import { OpuError } from '@opu/core';
import { checkQuery, type ParsedAddress } from '../address/address.js';
import type { SchemeConnection } from '../open/open-opu.js';
import { type TcpTarget, TcpTransport } from './tcp-transport.js';

/** `tcp://host:port`, or `tcp://host:port?token=...` for a device that asks for its token. */
export async function tcpScheme(address: ParsedAddress): Promise<SchemeConnection> {
  checkQuery(address, ['token']);
  const target = parseTarget(address);
  return {
    transport: new TcpTransport(target),
    reconnect: async () => new TcpTransport(target),
  };
}

function parseTarget(address: ParsedAddress): TcpTarget {
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:/]+):(\d+)\/?$/.exec(address.target);
  const port = Number(match?.[2]);
  if (match === null || port < 1 || port > 65535) {
    throw new OpuError(
      'INVALID_ADDRESS',
      `"${address.text}" is no TCP address: it takes tcp://host:port with a port from 1 to 65535, like tcp://127.0.0.1:4040.`,
      { details: { address: address.text } },
    );
  }
  return { host: match[1]!.replace(/^\[|\]$/g, ''), port, token: address.query.get('token') };
}
