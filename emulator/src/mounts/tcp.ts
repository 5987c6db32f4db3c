import { type AddressInfo, createServer, isIP, type Socket } from 'node:net';
import { OpuError } from '@opu/protocol';
import type { Attachable, Mount } from './mount.js';
import { SocketTransport } from './socket-transport.js';

export interface TcpMountOptions {
  /** A loopback address; 127.0.0.1 by default. */
  readonly host?: string;
  /** 0 (the default) takes a free port. */
  readonly port?: number;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Serves a device to any number of TCP connections: one may take control, the others look.
 * The stream is not encrypted and asks for no token, so only loopback addresses are accepted.
 */
export async function mountTcp(device: Attachable, options: TcpMountOptions = {}): Promise<Mount> {
  const host = options.host ?? '127.0.0.1';
  const port = options.port ?? 0;
  if (!isLoopback(host)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `A device is served on loopback addresses only (127.0.0.1, ::1, localhost); got ${host}. ` +
        'To reach it from another machine, forward the port over a secure tunnel.',
    );
  }
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new OpuError('INVALID_ARGUMENT', `A TCP port is a whole number from 0 to 65535; got ${port}.`);
  }

  const open = new Set<SocketTransport>();
  const server = createServer({ noDelay: true }, (socket: Socket) => {
    const transport = new SocketTransport(socket, `tcp://${socket.remoteAddress}:${socket.remotePort}`);
    open.add(transport);
    socket.once('close', () => open.delete(transport));
    device.attach(transport);
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
      for (const transport of open) transport.destroy();
      await closed;
    },
  };
}
