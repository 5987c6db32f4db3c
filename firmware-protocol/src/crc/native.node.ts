import { createRequire } from 'node:module';

type NativeCrc = (bytes: Uint8Array, previous?: number) => number;

function load(): NativeCrc | undefined {
  try {
    const found = createRequire(import.meta.url)('@node-rs/crc32') as { crc32c?: NativeCrc };
    return found.crc32c;
  } catch {
    // No prebuilt binary for this machine: the table does the same, slower.
    return undefined;
  }
}

/** CRC-32C in machine code, where there is one. */
export const nativeCrc32c: NativeCrc | undefined = load();
