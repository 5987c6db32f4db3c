import { OpuError } from '@opu/protocol';

/** The caller took it back. */
export function abortError(signal: AbortSignal): OpuError {
  return new OpuError('ABORTED', 'It was aborted by its caller.', { cause: signal.reason });
}

/** Calls back when the signal fires. Returns what takes the listener away again. */
export function onAbort(signal: AbortSignal | undefined, action: (error: OpuError) => void): () => void {
  if (signal === undefined) return () => {};
  const listener = (): void => action(abortError(signal));
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
