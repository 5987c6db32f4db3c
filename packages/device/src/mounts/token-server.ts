import { scryptSync } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { OpuError } from '@opu/core';

/** Encryption and mutual proof of the token in one: no certificate is needed (RFC 5489, RFC 7905). */
const CIPHER = 'ECDHE-PSK-CHACHA20-POLY1305';
const IDENTITY = 'opu';
const SHORTEST_TOKEN = 16;
/** A stranger that never finishes its handshake is not waited for. */
const HANDSHAKE_MILLISECONDS = 10_000;
/** More than this waits in the process before a send asks for a pause. */
const WRITE_BYTES = 512 * 1024;

/** @throws OpuError INVALID_ARGUMENT for a token that could be guessed */
export function checkToken(token: string): void {
  if (token.length >= SHORTEST_TOKEN) return;
  throw new OpuError(
    'INVALID_ARGUMENT',
    `A token has at least ${SHORTEST_TOKEN} characters; got ${token.length}. Make one with: openssl rand -hex 16`,
  );
}

/** A server that hands out connections; with a token, only those that are encrypted and whose other end knows it too. */
export function createTokenServer(token: string | undefined, connected: (socket: Socket) => void) {
  if (token === undefined)
    return createServer({ noDelay: true, highWaterMark: WRITE_BYTES, pauseOnConnect: true }, connected);
  checkToken(token);
  const key = scryptSync(token, 'opu tcp link', 32);
  const server = createTlsServer(
    {
      ciphers: CIPHER,
      // Node takes shared keys up to this version.
      maxVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_MILLISECONDS,
      noDelay: true,
      pskCallback: (_socket, identity) => (identity === IDENTITY ? key : null),
    },
    connected,
  );
  // A stranger without the token: its connection is ended, and nobody needs to know.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
