import { isOpuError, type OpuErrorCode } from '@opu/driver';

/** What the exit code of `opu` means. */
export const exitCode = { done: 0, failed: 1, usage: 2, withLoss: 3, interrupted: 130 } as const;

/** Thrown by a command that did what it was asked for, with a reservation that its exit code tells; its results are printed. */
export class Reservation extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Errors that the words on the command line caused: asking again in the same words cannot help. */
const usageCodes: readonly OpuErrorCode[] = ['INVALID_ARGUMENT', 'INVALID_ADDRESS'];

export function exitCodeOf(error: unknown): number {
  if (!isOpuError(error)) return exitCode.failed;
  if (error.code === 'ABORTED') return exitCode.interrupted;
  return usageCodes.includes(error.code) ? exitCode.usage : exitCode.failed;
}
