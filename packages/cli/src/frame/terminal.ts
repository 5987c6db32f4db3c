/** Text styles; they do nothing where colour is off. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/**
 * What a command sees of the world: results go to standard output, everything else to standard error.
 * Commands never touch `process` themselves, so that a test can run them and read what they said.
 */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when a person watches standard error: progress may be redrawn in place. */
  readonly interactive: boolean;
  /** Columns of the terminal; 80 when it is none. */
  readonly columns: number;
  /**
   * Writes results. Returns a promise when the reader is slow: await it before writing more.
   * Nobody needs to add a newline twice: the text goes out as it is.
   */
  write(text: string): Promise<void> | undefined;
  /** Writes one line of progress, or a message, to standard error. */
  message(text: string): void;
  /** Writes to standard error as it is, for progress that is redrawn in place with `\r`. */
  progress(text: string): void;
  /** `text` in the given style, if standard output takes colour (a terminal, and NO_COLOR is not set). */
  style(style: Style, text: string): string;
  /**
   * Aborts on the first Ctrl-C (SIGINT) or SIGTERM, so that a command can end in order; the second one ends the process
   * at once. A command that never asks for the signal is simply ended by the first.
   */
  interruptSignal(): AbortSignal;
}

/** Writes one JSON document, the way `--json` promises it: the document, a newline, and nothing else. */
export function writeJson(terminal: Terminal, value: unknown): Promise<void> | undefined {
  return terminal.write(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** Writes one line of JSON Lines. */
export function writeJsonLine(terminal: Terminal, value: unknown): Promise<void> | undefined {
  return terminal.write(`${JSON.stringify(value)}\n`);
}
