import type { Style, Terminal } from '@opu/cli';

/** A terminal that keeps what was said, so that a test can run a command line in this process. */
export class RecordingTerminal implements Terminal {
  readonly env: Record<string, string | undefined> = {};
  readonly interactive = false;
  readonly columns = 80;
  /** All of standard output. */
  output = '';
  /** All of standard error. */
  errors = '';
  readonly #interrupt = new AbortController();

  write(text: string): undefined {
    this.output += text;
  }

  message(text: string): void {
    this.errors += `${text}\n`;
  }

  progress(text: string): void {
    this.errors += text;
  }

  style(_style: Style, text: string): string {
    return text;
  }

  interruptSignal(): AbortSignal {
    return this.#interrupt.signal;
  }

  /** What Ctrl-C does. */
  interrupt(): void {
    this.#interrupt.abort();
  }
}
