import { read, writeSync, writevSync } from 'node:fs';

/** Operations of the FUSE kernel protocol 7.31 (Linux, include/uapi/linux/fuse.h). */
export const fuseOperation = {
  LOOKUP: 1,
  FORGET: 2,
  GETATTR: 3,
  SETATTR: 4,
  OPEN: 14,
  READ: 15,
  STATFS: 17,
  RELEASE: 18,
  FLUSH: 25,
  INIT: 26,
  OPENDIR: 27,
  READDIR: 28,
  RELEASEDIR: 29,
  ACCESS: 34,
  INTERRUPT: 36,
  DESTROY: 38,
  IOCTL: 39,
  POLL: 40,
  BATCH_FORGET: 42,
} as const;

const NOTIFY_POLL = 1;
const REQUEST_BYTES = 256 * 1024;
const HEADER_BYTES = 40;

/** A request of the kernel. */
export interface FuseRequest {
  readonly operation: number;
  readonly unique: bigint;
  readonly node: number;
  /** Thread that made the system call. */
  readonly thread: number;
  /** What follows the header. */
  readonly body: Buffer;
}

/** `/dev/fuse`: requests of the kernel one after the other, and answers to them. */
export class FuseChannel {
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafe(REQUEST_BYTES);

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Hands every request to `handle` until the file system is unmounted. */
  listen(handle: (request: FuseRequest) => void, ended: () => void): void {
    const next = (): void => {
      read(this.#descriptor, this.#buffer, 0, REQUEST_BYTES, null, (error, length) => {
        if (error?.code === 'ENODEV') {
          ended();
          return;
        }
        if (error === null) handle(this.#parse(length));
        next();
      });
    };
    next();
  }

  /** Answers with an error number (0 for none) and what the operation gives. */
  reply(unique: bigint, error: number, body: Buffer = Buffer.alloc(0)): void {
    const head = Buffer.alloc(16);
    head.writeUInt32LE(16 + body.length, 0);
    head.writeInt32LE(-error, 4);
    head.writeBigUInt64LE(unique, 8);
    // ENOENT: whoever asked was interrupted meanwhile.
    ignoring(['ENOENT'], () => writevSync(this.#descriptor, [head, body]));
  }

  /** Wakes those who poll the file behind the kernel's handle. */
  wake(kernelHandle: bigint): void {
    const message = Buffer.alloc(24);
    message.writeUInt32LE(24, 0);
    message.writeInt32LE(NOTIFY_POLL, 4);
    message.writeBigUInt64LE(kernelHandle, 16);
    ignoring(['ENOENT'], () => writeSync(this.#descriptor, message));
  }

  #parse(length: number): FuseRequest {
    // A copy: the answer to one request may come after the next one.
    const bytes = Buffer.from(this.#buffer.subarray(0, length));
    return {
      operation: bytes.readUInt32LE(4),
      unique: bytes.readBigUInt64LE(8),
      node: Number(bytes.readBigUInt64LE(16)),
      thread: bytes.readUInt32LE(32),
      body: bytes.subarray(HEADER_BYTES),
    };
  }
}

function ignoring(codes: readonly string[], action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!codes.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
