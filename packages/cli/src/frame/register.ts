import type { Command } from 'commander';
import type { Terminal } from './terminal.js';

/**
 * Adds one command to the program. The file that exports it is loaded for every command line, `--help` too: so it
 * imports heavy things (kernels, the trainer, USB) inside its action, by `await import(...)`.
 *
 * An action throws to fail: an `OpuError` becomes a message and exit code 1 (2 for INVALID_ARGUMENT and
 * INVALID_ADDRESS, 130 for ABORTED). It lets go of everything that keeps a process alive before it returns.
 */
export type RegisterCommand = (program: Command, terminal: Terminal) => void;
