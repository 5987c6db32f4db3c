import { isOpuError } from '@opu/driver';
import { exitCodeOf } from './exit-code.js';
import { describeSystemError, isSystemError } from './system-error.js';
import type { Terminal } from './terminal.js';

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\nCaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

/**
 * Says on standard error what went wrong, and returns the exit code for it. A stack trace is shown only when OPU_DEBUG
 * is set: it helps whoever repairs `opu`, nobody else.
 */
export function reportFailure(error: unknown, terminal: Terminal): number {
  const label = terminal.style('red', 'error:');
  const isSystem = isSystemError(error);
  const isBug = isOpuError(error) ? error.code === 'BUG' : !isSystem;
  const text = isSystem ? describeSystemError(error) : error instanceof Error ? error.message : String(error);
  terminal.message(`${label} ${text}`);
  if (isBug) {
    terminal.message(
      'This is a bug in opu, not a mistake of yours. Please report it with the command line and what the same command ' +
        'prints with OPU_DEBUG=1.',
    );
  }
  if (terminal.env.OPU_DEBUG) terminal.message(stackOf(error));
  return exitCodeOf(error);
}
