/**
 * For work that nobody waits for. What it rejects with goes to `failed`: it never becomes an unhandled rejection, which ends
 * a process, and it is never silently lost.
 * @param work nothing where there was nothing to wait for
 */
export function inBackground(work: PromiseLike<unknown> | undefined, failed: (error: unknown) => void): void {
  work?.then(undefined, failed);
}

/**
 * For closing what nobody needs any more: it is over for its owner, and whether the other end hears of it changes nothing.
 * Whoever has to know uses the promise of `close` itself.
 */
export function letGo(closing: PromiseLike<unknown> | undefined): void {
  inBackground(closing, () => {});
}
