import { control, type Kernel } from './control.js';

/**
 * Takes tiles of the current job until none is left, or until the job is paused: then the rest waits. Runs in every thread of the
 * pool, each with its own `argv`.
 * @param mustPause asked after every tile; true pauses the job for all threads
 */
export function workOnTiles(kernel: Kernel, argv: number[], words: Int32Array, mustPause?: () => boolean): void {
  const tiles = words[control.tiles]!;
  while (Atomics.load(words, control.paused) === 0) {
    const tile = Atomics.add(words, control.nextTile, 1);
    if (tile >= tiles) return;
    argv[0] = tile;
    kernel.apply(undefined, argv);
    Atomics.add(words, control.doneTiles, 1);
    if (mustPause?.() === true) Atomics.store(words, control.paused, 1);
  }
}
