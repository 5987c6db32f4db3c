import type { VirtualClock } from './virtual-clock.js';

/** Anything that can call back once what is under way has settled; `setImmediate` fits. */
export type Later = (action: () => void) => void;

/**
 * Lets virtual time pass as fast as the host can: one event, then whatever the host does about it, then the next.
 * Returns a function that stops it. While nothing waits, nothing is scheduled: an idle clock keeps no process alive.
 */
export function freeRun(clock: VirtualClock, later: Later = (action) => void setImmediate(action)): () => void {
  let stopped = false;
  let scheduled = false;
  const turn = (): void => {
    scheduled = false;
    if (stopped) return;
    clock.step();
    arm();
  };
  const arm = (): void => {
    if (stopped || scheduled || !clock.hasWork) return;
    scheduled = true;
    later(turn);
  };
  clock.whenScheduled(arm);
  arm();
  return () => {
    stopped = true;
    clock.whenScheduled(undefined);
  };
}
