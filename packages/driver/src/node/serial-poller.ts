import type { SerialPort } from 'serialport';

const READABLE = 1;
const WRITABLE = 2;
const DISCONNECT = 4;

interface Poller {
  poll(events?: number): void;
  listenerCount(event: string): number;
}

/**
 * The poller of serialport 13 drops an armed interest when another is armed: while a write is blocked nothing is
 * received, and a write can hang until the device sends a byte. This arms everything that is awaited each time.
 */
export function keepPollerInterests(port: SerialPort): void {
  const poller = (port.port as { poller?: Poller } | undefined)?.poller;
  if (poller === undefined) return;
  const poll = poller.poll.bind(poller);
  poller.poll = (events = 0) => {
    let all = events;
    if (poller.listenerCount('readable') > 0) all |= READABLE;
    if (poller.listenerCount('writable') > 0) all |= WRITABLE;
    if (poller.listenerCount('disconnect') > 0) all |= DISCONNECT;
    poll(all);
  };
}
