import { type FileHandle, open, stat } from 'node:fs/promises';
import { fileError } from '../write/byte-sink.js';

/** Bytes that a capture is read from. */
export interface ByteSource {
  readonly name: string;
  readonly size: number;
  /** Exactly these bytes; the caller has checked that they are within `size`. The view stays valid. */
  read(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

export function memorySource(bytes: Uint8Array, name = 'memory'): ByteSource {
  return {
    name,
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  };
}

/** Small reads are served from blocks of this size: most records beside chunks are tens of bytes. */
const BLOCK = 64 << 10;

/** @throws OpuError INVALID_FILE, PERMISSION_DENIED */
export async function openFileSource(path: string): Promise<ByteSource> {
  let file: FileHandle;
  try {
    // Before it is opened: a pipe that nobody writes to would be waited for.
    const facts = await stat(path);
    if (facts.isDirectory()) throw Object.assign(new Error('It is a folder.'), { code: 'EISDIR' });
    if (!facts.isFile())
      throw new Error('It is no ordinary file (a pipe or a device), and a capture is read from one.');
    file = await open(path, 'r');
  } catch (cause) {
    throw fileError(path, cause);
  }
  const { size } = await file.stat();
  let block: Uint8Array = new Uint8Array(0);
  let blockStart = 0;
  const readAll = async (offset: number, length: number): Promise<Uint8Array> => {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) throw fileError(path, new Error('it became shorter while it was read.'));
      done += bytesRead;
    }
    return bytes;
  };
  return {
    name: path,
    size,
    async read(offset, length) {
      if (length >= BLOCK) return await readAll(offset, length);
      if (offset < blockStart || offset + length > blockStart + block.length) {
        block = await readAll(offset, Math.min(BLOCK, size - offset));
        blockStart = offset;
      }
      return block.subarray(offset - blockStart, offset - blockStart + length);
    },
    async close() {
      await file.close();
    },
  };
}

/** Reads a file with a function, and closes it whatever comes of that. */
export async function withFileSource<T>(path: string, read: (source: ByteSource) => Promise<T>): Promise<T> {
  const source = await openFileSource(path);
  try {
    return await read(source);
  } finally {
    await source.close();
  }
}
