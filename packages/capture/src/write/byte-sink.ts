import { closeSync, fdatasync, openSync, writevSync } from 'node:fs';
import { OpuError } from '@opu/protocol';

/** Where the bytes of a capture go, in order. The seam that tests put a full disk or a cut behind. */
export interface ByteSink {
  /** Writes all of the pieces, one after the other, or throws. */
  write(pieces: readonly Uint8Array[]): void;
  /** Calls back when what was written before survives a power cut; other work goes on meanwhile. One at a time. */
  sync(done: (error?: OpuError) => void): void;
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
    write(pieces) {
      try {
        writeAll(descriptor, pieces);
      } catch (cause) {
        throw fileError(path, cause);
      }
    },
    sync(done) {
      fdatasync(descriptor, (cause) => {
        // Pipes and some network file systems cannot sync; what is written there is as safe as it gets.
        if (cause === null || cause.code === 'EINVAL') done();
        else done(fileError(path, cause));
      });
    },
    close() {
      closeSync(descriptor);
    },
  };
}

/** The system takes so many pieces at once. */
const MOST_PIECES = 1024;

function writeAll(descriptor: number, pieces: readonly Uint8Array[]): void {
  for (let first = 0; first < pieces.length; ) {
    let group: Uint8Array[] = pieces.slice(first, first + MOST_PIECES);
    first += group.length;
    while (group.length > 0) {
      let done = writevSync(descriptor, group);
      // A disk that is nearly full takes a part; the next call says why.
      while (group[0] !== undefined && done >= group[0].length) done -= group.shift()!.length;
      if (group[0] !== undefined) group = [group[0].subarray(done), ...group.slice(1)];
    }
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
