import type { AddressInfo, Server, Socket } from 'node:net';
import { closeOnce, OpuError } from '@opu/core';

/** A server that took its port. */
export interface Listening {
  /** Where it is reached, as in a URL: `127.0.0.1:4040`, `[::1]:4040`. */
  readonly authority: string;
  /** Takes no more connections and ends those that are open. */
  close(): Promise<void>;
}

/** @throws OpuError INVALID_ARGUMENT */
export function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return;
  throw new OpuError('INVALID_ARGUMENT', `A TCP port is a whole number from 0 to 65535; got ${port}.`);
}

/**
 * Lets a server listen.
 * @param port 0 takes a free one
 * @param task what it cannot do, in the error of a port that is not to be had
 * @throws OpuError LINK_UNAVAILABLE
 */
export async function listen(server: Server, host: string, port: number, task = 'listen'): Promise<Listening> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const hint = error.code === 'EADDRINUSE' ? ' Another program listens there; choose another port, or 0.' : '';
      const text = `Cannot ${task} on ${host}:${port}: ${error.message}.${hint}`;
      reject(new OpuError('LINK_UNAVAILABLE', text, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
  const bound = server.address() as AddressInfo;
  return {
    authority: `${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    close: closeOnce(async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      await closed;
    }),
  };
}
