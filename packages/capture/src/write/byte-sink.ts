import { closeSync, fdatasync, fdatasyncSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { OpuError } from '@opu/core';
import { BufferedFile } from './buffered-file.js';
import { openDirect } from './direct-file.js';

/** Where the bytes of a capture go, in order. The seam that tests put a full disk or a cut behind. */
export interface ByteSink {
  /** Writes all of the pieces, one after the other, or throws. */
  write(pieces: readonly Uint8Array[]): void;
  /** Calls back when what was written before survives a power cut; other work goes on meanwhile. One at a time. */
  sync(done: (error?: OpuError) => void): void;
  /** Ends the file at its last byte, for good. @throws OpuError */
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
  syncFolder(dirname(path));
  const direct = openDirect(path, descriptor);
  const file = direct ?? new BufferedFile(descriptor);
  const guarded = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (cause) {
      throw fileError(path, cause);
    }
  };
  return {
    write: (pieces) => guarded(() => file.write(pieces)),
    sync(done) {
      fdatasync(descriptor, (cause) => {
        // Pipes and some network file systems cannot sync; what is written there is as safe as it gets.
        if (cause === null || cause.code === 'EINVAL') done();
        else done(fileError(path, cause));
      });
    },
    close: () =>
      guarded(() => {
        if (direct?.length !== undefined) {
          ftruncateSync(descriptor, direct.length);
          fdatasyncSync(descriptor);
        }
        direct?.close();
        closeSync(descriptor);
      }),
  };
}

/** Without it, a power cut can take away the name of a file whose bytes are safe. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Some systems have no such thing, and see to it themselves.
  }
}

/** Resolves when what was written survives a power cut. */
export function synced(sink: ByteSink): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.sync((error) => (error === undefined ? resolve() : reject(error)));
  });
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
