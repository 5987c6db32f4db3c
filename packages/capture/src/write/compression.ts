import decompressLz4 from '@foxglove/wasm-lz4';
import { compress, decompress, isLoaded } from '@foxglove/wasm-zstd';
import { OpuError } from '@opu/core';

/** MCAP's name of a chunk's compression as the recorder writes it; the empty name is none. Chunks of lz4 are read as well. */
export type Compression = 'zstd' | '';

/** Resolves when the compressor (WebAssembly) is ready; await it once before anything else here. */
export async function loadCompression(): Promise<void> {
  await Promise.all([isLoaded, decompressLz4.isLoaded]);
}

/** Noise compresses no better at higher levels, and this one keeps up with a camera. */
const LEVEL = 1;

export function compressChunk(bytes: Uint8Array): Uint8Array {
  return compress(bytes, LEVEL);
}

/** @throws OpuError INVALID_FILE for a compression that is not known and for damaged bytes */
export function decompressChunk(bytes: Uint8Array, compression: string, size: number): Uint8Array {
  if (compression === '') return bytes;
  if (compression !== 'zstd' && compression !== 'lz4') {
    throw new OpuError('INVALID_FILE', `A chunk is compressed with ${compression}; zstd, lz4 and none are known.`);
  }
  try {
    return compression === 'zstd' ? decompress(bytes, size) : decompressLz4(bytes, size);
  } catch (cause) {
    throw new OpuError('INVALID_FILE', `A chunk cannot be decompressed: ${(cause as Error).message}`, { cause });
  }
}
