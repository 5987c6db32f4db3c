import { isOpuError, type OpuErrorCode } from '@opu/driver';

/** What the exit code of `opu` means. */
export const exitCode = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Errors that the words on the command line caused: asking again in the same words cannot help. */
const usageCodes: readonly OpuErrorCode[] = ['INVALID_ARGUMENT', 'INVALID_ADDRESS'];

export function exitCodeOf(error: unknown): number {
  if (!isOpuError(error)) return exitCode.failed;
  if (error.code === 'ABORTED') return exitCode.interrupted;
  return usageCodes.includes(error.code) ? exitCode.usage : exitCode.failed;
}
