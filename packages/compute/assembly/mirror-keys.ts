import { philox } from './philox';

const KEYS_A_TILE: i32 = 4096;

/**
 * Keys of the mirrors: two words each, the first two of Philox at counter (mirror, epoch, stream) under the seed. `epochs`
 * has a word a mirror; 0 instead of an address is epoch 0 for all.
 */
export function mirrorKeys(
  tile: i32, scratch: usize, seed0: u32, seed1: u32, stream: u32, mirrors: i32, keys: usize, epochs: usize,
): void {
  const end = min((tile + 1) * KEYS_A_TILE, mirrors);
  for (let mirror = tile * KEYS_A_TILE; mirror < end; mirror++) {
    const epoch = epochs == 0 ? 0 : load<u32>(epochs + (<usize>mirror << 2));
    philox(mirror, epoch, stream, 0, seed0, seed1, scratch);
    store<u64>(keys + (<usize>mirror << 3), load<u64>(scratch));
  }
}
