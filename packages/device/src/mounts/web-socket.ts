import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { closeOnce, OpuError } from '@opu/core';
import { type WebSocket, WebSocketServer } from 'ws';
import { checkPort, listen } from './listening.js';
import { isLoopback } from './loopback.js';
import type { Attachable, Mount } from './mount.js';
import { checkToken } from './token-server.js';
import { WebSocketLink } from './web-socket-link.js';

export interface WebSocketMountOptions {
  /** 127.0.0.1 by default; an address that other machines reach takes a token and a certificate. */
  readonly host?: string;
  /** 0 (the default) takes a free port. */
  readonly port?: number;
  /** A secret of 16 characters or more: only hosts that know it are let in. `wss://host:port?token=...`. */
  readonly token?: string;
  /** Certificate and key in PEM: connections are encrypted (`wss:`). */
  readonly tls?: { readonly certificate: string | Buffer; readonly key: string | Buffer };
  /**
   * Origins of pages that may connect without a token, besides those that this machine serves itself (`http://localhost`
   * and its like): `https://lab.example`.
   */
  readonly origins?: readonly string[];
}

const PROTOCOL = 'opu';
const TOKEN_PROTOCOL = 'opu-token.';
/** Codes of the range that is free for applications (RFC 6455, 7.4.2); the driver knows them. */
const CLOSE_NO_TOKEN = 4401;
const CLOSE_FOREIGN_PAGE = 4403;
/** Longest message of the carrier, bytes; what is in it is checked against the protocol's own bounds. */
const MAXIMUM_MESSAGE = 64 * 2 ** 20;

/** Serves a device to any number of WebSockets, from pages and programs: one may take control, the others look. */
export async function mountWebSocket(device: Attachable, options: WebSocketMountOptions = {}): Promise<Mount> {
  const { host = '127.0.0.1', port = 0, token, tls } = options;
  checkOptions(host, port, options);
  const answer: RequestListener = (_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' });
    response.end('An OPU is served here over WebSocket. Open it with the driver: opu info ws://...\n');
  };
  const server = tls === undefined ? createServer(answer) : tlsServer(tls, answer);
  const sockets = new WebSocketServer({
    server,
    perMessageDeflate: false,
    maxPayload: MAXIMUM_MESSAGE,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });
  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    // Without a listener an error of the socket would end the process.
    socket.on('error', () => undefined);
    const refusal = refuse(request, token, options.origins ?? []);
    if (refusal !== undefined) socket.close(refusal.code, refusal.text);
    else {
      const { remoteAddress, remotePort } = request.socket;
      device.attach(new WebSocketLink(socket, `ws://${remoteAddress}:${remotePort}`));
    }
  });
  // It repeats what goes wrong with the server, which is told to whoever mounts.
  sockets.on('error', () => undefined);
  const listening = await listen(server, host, port);
  return {
    address: `${tls === undefined ? 'ws' : 'wss'}://${listening.authority}`,
    close: closeOnce(async () => {
      for (const socket of sockets.clients) socket.terminate();
      await listening.close();
    }),
  };
}

function tlsServer({ certificate, key }: NonNullable<WebSocketMountOptions['tls']>, answer: RequestListener) {
  try {
    return createTlsServer({ cert: certificate, key }, answer);
  } catch (cause) {
    throw new OpuError(
      'INVALID_FILE',
      `The certificate and its key cannot be used: ${(cause as Error).message}. Both are taken in PEM.`,
      { cause },
    );
  }
}

function checkOptions(host: string, port: number, { token, tls }: WebSocketMountOptions): void {
  if (token !== undefined) checkToken(token);
  if (!isLoopback(host) && (token === undefined || tls === undefined)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `Other machines reach ${host}, so a token and a certificate are needed there; without them a device is served on ` +
        'loopback addresses only (127.0.0.1, ::1, localhost).',
    );
  }
  checkPort(port);
}

/** Why a connection is not taken; the text reaches the other end. */
function refuse(
  request: IncomingMessage,
  token: string | undefined,
  origins: readonly string[],
): { readonly code: number; readonly text: string } | undefined {
  if (token !== undefined) {
    return isKnown(request, token) ? undefined : { code: CLOSE_NO_TOKEN, text: 'it needs the token of the device' };
  }
  // Any page in a browser on this machine reaches a loopback address; which one it is, its origin tells.
  const { origin } = request.headers;
  if (origin === undefined || origins.includes(origin)) return undefined;
  if (URL.canParse(origin) && isLoopback(new URL(origin).hostname)) return undefined;
  const shown = origin.length > 60 ? `${origin.slice(0, 60)}...` : origin;
  return { code: CLOSE_FOREIGN_PAGE, text: `it comes from ${shown}; serve with --origin` };
}

function isKnown(request: IncomingMessage, token: string): boolean {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const said = offered.find((name) => name.startsWith(TOKEN_PROTOCOL));
  if (said === undefined) return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(said.slice(TOKEN_PROTOCOL.length)), digest(Buffer.from(token).toString('hex')));
}
