import { OpuError } from '@opu/core';
import { checkPort, listen } from './listening.js';
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
  checkPort(port);
  const server = createTokenServer(options.token, (socket) => {
    device.attach(new SocketTransport(socket, `tcp://${socket.remoteAddress}:${socket.remotePort}`));
  });
  const listening = await listen(server, host, port);
  return { address: `tcp://${listening.authority}`, close: () => listening.close() };
}
