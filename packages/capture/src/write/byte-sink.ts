import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { OpuError } from '@opu/protocol';

/** Where the bytes of a capture go, in order. The seam that tests put a full disk or a cut behind. */
export interface ByteSink {
  /** Writes all of `bytes`, or throws. */
  write(bytes: Uint8Array): void;
  /** Returns when what was written survives a power cut. */
  sync(): void;
  close(): void;
}

/**
 * A new file. An existing one is never overwritten: a recording cannot be made again.
 * @throws OpuError INVALID_FILE, PERMISSION_DENIED
 */
export function createFileSink(path: string, options: { readonly overwrite?: boolean } = {}): ByteSink {
  let descriptor: number;
  try {
    descriptor = openSync(path, options.overwrite ? 'w' : 'wx');
  } catch (cause) {
    throw fileError(path, cause);
  }
  return {
    write(bytes) {
      try {
        for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done);
      } catch (cause) {
        throw fileError(path, cause);
      }
    },
    sync() {
      try {
        fdatasyncSync(descriptor);
      } catch (cause) {
        // Pipes and some network file systems cannot sync; what is written there is as safe as it gets.
        if ((cause as NodeJS.ErrnoException).code !== 'EINVAL') throw fileError(path, cause);
      }
    },
    close() {
      closeSync(descriptor);
    },
  };
}

const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: make room, or record to another disk.',
  EDQUOT: 'The disk quota is used up: make room, or record to another disk.',
  EFBIG: 'The file is larger than the system allows.',
  EEXIST: 'It exists already, and a capture is never overwritten: choose another name, or delete it first.',
  ENOENT: 'It, or its folder, does not exist.',
  EISDIR: 'It is a folder.',
};

/** A failed file operation in words. */
export function fileError(path: string, cause: unknown): OpuError {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  const denied = code === 'EACCES' || code === 'EPERM' || code === 'EROFS';
  return new OpuError(
    denied ? 'PERMISSION_DENIED' : 'INVALID_FILE',
    `Cannot use the file ${path}: ${advice[code] ?? (cause as Error).message}`,
    { cause, details: { path, code } },
  );
}
