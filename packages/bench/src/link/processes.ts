import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { OpuError } from '@opu/driver';
import type { RawExchange } from './exchange.js';
import type { RealTimeReport } from './realtime-process.js';

const scriptPath = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/** The other process's next word; an error when it ends instead. */
async function nextMessage(child: ChildProcess): Promise<unknown> {
  const stop = new AbortController();
  const ended = once(child, 'exit', { signal: stop.signal }).then(([code]) => {
    throw new OpuError('BUG', `A process of the benchmark ended with ${code}.`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal: stop.signal }), ended])) as [unknown];
    return message;
  } finally {
    ended.catch(() => {});
    stop.abort();
  }
}

/** How the device's ends of a link are mounted. */
export interface LinkKind {
  readonly kind: 'tcp' | 'ws' | 'serial';
  /** Paces a serial line. */
  readonly baud?: number;
}

/** The device's ends of a link, in another process. */
export class DeviceProcess {
  readonly #child: ChildProcess;

  constructor(link: LinkKind, profile: string, rawCopies: readonly RawExchange[]) {
    this.#child = fork(scriptPath('device-process'), [JSON.stringify(link), profile, JSON.stringify(rawCopies)]);
  }

  /** That of the device and those of the raw copies. */
  async addresses(): Promise<[string, ...string[]]> {
    return (await nextMessage(this.#child)) as [string, ...string[]];
  }

  async close(): Promise<void> {
    this.#child.send('end');
    await once(this.#child, 'exit');
  }
}

/** A device in real time behind a TCP port, in another process. */
export class RealTimeProcess {
  readonly #child = fork(scriptPath('realtime-process'));

  async address(): Promise<string> {
    return (await nextMessage(this.#child)) as string;
  }

  /** What happened since it was asked last. */
  async report(): Promise<RealTimeReport> {
    this.#child.send('report');
    return (await nextMessage(this.#child)) as RealTimeReport;
  }

  async close(): Promise<void> {
    this.#child.disconnect();
    await once(this.#child, 'exit');
  }
}

/** The host's ends on a virtual USB bus, in a process with a mount namespace of its own. */
export class UsbHostProcess {
  readonly #child: ChildProcess;

  constructor(size: 'tiny' | 'full', frames: number) {
    const command = [process.execPath, scriptPath('usb-host-process'), size, String(frames)];
    this.#child = spawn('unshare', ['-m', '--propagation', 'private', ...command], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  /** Does it once and says how long that took. */
  async seconds(what: 'stack' | 'raw'): Promise<number> {
    this.#child.send(what);
    return (await nextMessage(this.#child)) as number;
  }

  async close(): Promise<void> {
    this.#child.send('end');
    await once(this.#child, 'exit');
  }
}
