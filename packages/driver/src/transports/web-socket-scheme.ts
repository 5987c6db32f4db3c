import { OpuError, RealTimeClock } from '@opu/core';
import { checkQuery, type ParsedAddress } from '../address/address.js';
import type { SchemeConnection } from '../open/open-opu.js';
import { type WebSocketOptions, type WebSocketTarget, WebSocketTransport } from './web-socket-transport.js';

/** What an address of a WebSocket says. */
export function webSocketTarget(address: ParsedAddress): WebSocketTarget {
  const url = `${address.scheme}://${address.target}`;
  const match = /^(\[[0-9A-Fa-f:.]+\]|[^:/?#@]+)(?::(\d+))?(?:\/[^?#]*)?$/.exec(address.target);
  const port = Number(match?.[2] ?? 80);
  if (match === null || port < 1 || port > 65535) {
    throw new OpuError(
      'INVALID_ADDRESS',
      `"${address.text}" is no WebSocket address: it takes ws://host:port, like ws://127.0.0.1:4041, or wss://host:port.`,
      { details: { address: address.text } },
    );
  }
  const token = address.query.get('token');
  if (token !== undefined && address.scheme === 'ws' && !/^(localhost|127\.[\d.]+|\[::1\])$/.test(match[1]!)) {
    throw new OpuError(
      'INVALID_ADDRESS',
      `"${address.text}" would send its token for everybody on the way to read; use wss: for other machines.`,
      { details: { address: address.text } },
    );
  }
  return { url, token };
}

/** Connections over WebSockets that `options` makes. */
export function webSocketConnection(target: WebSocketTarget, options: WebSocketOptions): SchemeConnection {
  const open = () => new WebSocketTransport(target, options);
  return { transport: open(), reconnect: async () => open() };
}

/**
 * `ws://host:port` and `wss://host:port`, with `?token=...` for a device that asks for its token, over the WebSocket that
 * a page has. Hand it in as both: `{ ws: webSocketScheme, wss: webSocketScheme }`.
 */
export async function webSocketScheme(address: ParsedAddress): Promise<SchemeConnection> {
  checkQuery(address, ['token']);
  return webSocketConnection(webSocketTarget(address), { clock: new RealTimeClock() });
}
