import { OpuError } from '@opu/core';

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

/** Waits until something is over, however it ends, or rejects with ABORTED when one of the signals fires before. */
export function orAbort(awaited: Promise<unknown>, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  const fired = signals.find((signal) => signal?.aborted);
  if (fired !== undefined) return Promise.reject(abortError(fired));
  return new Promise((resolve, reject) => {
    const stops = signals.map((signal) => onAbort(signal, reject));
    const over = (): void => {
      for (const stop of stops) stop();
      resolve();
    };
    awaited.then(over, over);
  });
}
