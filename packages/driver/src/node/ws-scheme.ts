import { readFileSync } from 'node:fs';
import { OpuError, RealTimeClock } from '@opu/core';
import { WebSocket } from 'ws';
import { checkQuery, type ParsedAddress } from '../address/address.js';
import type { SchemeConnection } from '../open/open-opu.js';
import { MAXIMUM_PAYLOAD } from '../session/options.js';
import { webSocketConnection, webSocketTarget } from '../transports/web-socket-scheme.js';
import type { WebSocketLike } from '../transports/web-socket-transport.js';
import { Wakefulness } from './wakefulness.js';

/** The longest message with all that is around its payload, bytes. */
const MAXIMUM_MESSAGE = MAXIMUM_PAYLOAD + 1024;

/**
 * `ws://host:port` and `wss://host:port`, with `?token=...` for a device that asks for its token and `?ca=file.pem` for one
 * whose certificate no authority signed. Hand it in as both: `{ ws: wsScheme, wss: wsScheme }`.
 */
export async function wsScheme(address: ParsedAddress): Promise<SchemeConnection> {
  checkQuery(address, address.scheme === 'wss' ? ['token', 'ca'] : ['token']);
  const target = webSocketTarget(address);
  const file = address.query.get('ca');
  const ca = file === undefined ? {} : { ca: readCertificate(file) };
  const connect = (url: string, protocols: string[]): WebSocketLike => {
    const socket = new WebSocket(url, protocols, { perMessageDeflate: false, maxPayload: MAXIMUM_MESSAGE, ...ca });
    // As they come, without a copy.
    socket.binaryType = 'nodebuffer';
    return socket as unknown as WebSocketLike;
  };
  return webSocketConnection(target, {
    clock: new RealTimeClock(),
    connect,
    createWakefulness: () => new Wakefulness(),
  });
}

function readCertificate(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new OpuError('INVALID_FILE', `The certificate ${file} cannot be read: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
