import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import { TLSSocket } from 'node:tls';

/** What a socket of Node holds, and what takes memory to read into; neither is in Node's documentation. */
interface WithHandle {
  _handle?: { readonly useUserBuffer?: unknown } | null;
}

/**
 * A socket on the connection of an accepted one that reads into memory of ours (`onread`). Node offers that to who connects,
 * not to a server, whose sockets take 64 KiB of fresh memory for every piece that comes. The accepted socket only follows
 * from here on: when one of the two is closed, so is the other.
 * @param accepted has not been read from
 * @returns `undefined` where this cannot be done: an encrypted connection, another version of Node
 */
export function withOwnMemory(accepted: Socket, onread: OnReadOpts): Socket | undefined {
  const holder = accepted as unknown as WithHandle;
  const handle = holder._handle;
  const isUntouched = accepted.bytesRead === 0 && accepted.readableLength === 0 && accepted.writableLength === 0;
  if (accepted instanceof TLSSocket || accepted.destroyed || !isUntouched) return undefined;
  if (typeof handle?.useUserBuffer !== 'function') return undefined;
  const options = {
    handle,
    onread,
    allowHalfOpen: accepted.allowHalfOpen,
    writableHighWaterMark: accepted.writableHighWaterMark,
    manualStart: true,
  };
  const socket = new Socket(options as unknown as SocketConstructorOpts);
  holder._handle = null;
  socket.once('close', () => accepted.destroy());
  accepted.once('close', () => socket.destroy());
  return socket;
}
