import type { Style, Terminal } from './terminal.js';

const codes: Record<Style, readonly [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** https://no-color.org: any value but the empty one switches colour off; FORCE_COLOR switches it on where there is no terminal. */
function takesColour(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** Exit code of a process that SIGINT or SIGTERM ended: 128 + the signal's number. */
const signalExitCode = { SIGINT: 130, SIGTERM: 143 } as const;

/** The terminal of this process. */
export class ProcessTerminal implements Terminal {
  readonly env = process.env;
  readonly #colour = takesColour(process.stdout, process.env);
  #interrupt: AbortController | undefined;

  constructor() {
    // `opu trace ... | head` closes the pipe when it has enough: that ends the command quietly, it is no failure.
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
        throw error;
      });
    }
  }

  get interactive(): boolean {
    return process.stderr.isTTY === true;
  }

  get columns(): number {
    return process.stderr.columns ?? process.stdout.columns ?? 80;
  }

  write(text: string): Promise<void> | undefined {
    if (process.stdout.write(text)) return undefined;
    return new Promise((resolve) => process.stdout.once('drain', resolve));
  }

  message(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  progress(text: string): void {
    process.stderr.write(text);
  }

  style(style: Style, text: string): string {
    if (!this.#colour) return text;
    const [on, off] = codes[style];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  }

  interruptSignal(): AbortSignal {
    if (this.#interrupt === undefined) {
      const controller = new AbortController();
      this.#interrupt = controller;
      for (const name of ['SIGINT', 'SIGTERM'] as const) {
        process.on(name, () => {
          if (controller.signal.aborted) process.exit(signalExitCode[name]);
          controller.abort();
        });
      }
    }
    return this.#interrupt.signal;
  }
}
