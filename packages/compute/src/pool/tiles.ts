import { control, type Kernel } from './control.js';

/** Takes tiles of the current job until none is left. Runs in every thread of the pool, each with its own `argv`. */
export function workOnTiles(kernel: Kernel, argv: number[], words: Int32Array): void {
  const tiles = words[control.tiles]!;
  for (;;) {
    const tile = Atomics.add(words, control.nextTile, 1);
    if (tile >= tiles) return;
    argv[0] = tile;
    kernel.apply(undefined, argv);
    Atomics.add(words, control.doneTiles, 1);
  }
}
