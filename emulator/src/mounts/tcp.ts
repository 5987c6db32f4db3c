import type { AddressInfo, Socket } from 'node:net';
import { OpuError } from '@opu/protocol';
import { isLoopback } from './loopback.js';
import type { Attachable, Mount } from './mount.js';
import { SocketTransport } from './socket-transport.js';
import { createTokenServer } from './token-server.js';

export interface TcpMountOptions {
  /** 127.0.0.1 by default; an address that other machines reach takes a token. */
  readonly host?: string;
  /** 0 (the default) takes a free port. */
  readonly port?: number;
  /**
   * A secret of 16 characters or more. With it connections are encrypted (TLS, keyed by the token), and only hosts that
   * know it get one: `tcp://host:port?token=...`.
   */
  readonly token?: string;
}

/** Serves a device to any number of TCP connections: one may take control, the others look. */
export async function mountTcp(device: Attachable, options: TcpMountOptions = {}): Promise<Mount> {
  const host = options.host ?? '127.0.0.1';
  const port = options.port ?? 0;
  if (!isLoopback(host) && options.token === undefined) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `Other machines reach ${host}, so a token is needed there; without one a device is served on loopback addresses ` +
        'only (127.0.0.1, ::1, localhost).',
    );
  }
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new OpuError('INVALID_ARGUMENT', `A TCP port is a whole number from 0 to 65535; got ${port}.`);
  }

  const open = new Set<Socket>();
  const server = createTokenServer(options.token, (socket) => {
    device.attach(new SocketTransport(socket, `tcp://${socket.remoteAddress}:${socket.remotePort}`));
  });
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const hint = error.code === 'EADDRINUSE' ? ' Another program listens there; choose another port, or 0.' : '';
      reject(
        new OpuError('LINK_UNAVAILABLE', `Cannot listen on ${host}:${port}: ${error.message}.${hint}`, {
          cause: error,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  const shown = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return {
    address: `tcp://${shown}:${bound.port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
