type Listener = (reason: unknown) => void;

interface Emitter {
  listeners(event: string): Listener[];
  on(event: string, listener: Listener): void;
  off(event: string, listener: Listener): void;
}

/**
 * Collects promises that are rejected with nobody listening, until the returned function is called; where the host has
 * no such event, nothing. Other listeners, those of a test framework for instance, do not hear of them meanwhile.
 */
export function watchUnhandled(): () => unknown[] {
  const host = (globalThis as { process?: Emitter }).process;
  if (typeof host?.listeners !== 'function') return () => [];
  const reasons: unknown[] = [];
  const others = host.listeners('unhandledRejection');
  const mine: Listener = (reason) => void reasons.push(reason);
  for (const other of others) host.off('unhandledRejection', other);
  host.on('unhandledRejection', mine);
  return () => {
    host.off('unhandledRejection', mine);
    for (const other of others) host.on('unhandledRejection', other);
    return reasons;
  };
}
