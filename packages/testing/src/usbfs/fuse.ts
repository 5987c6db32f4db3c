import { spawnSync } from 'node:child_process';
import { constants, openSync, read, writevSync } from 'node:fs';

/** Linux error numbers that file operations answer with. */
export const errno = {
  ENOENT: 2,
  EIO: 5,
  EAGAIN: 11,
  ENOMEM: 12,
  EBUSY: 16,
  ENODEV: 19,
  EINVAL: 22,
  ENOTTY: 25,
  EPIPE: 32,
  ENOSYS: 38,
  ENODATA: 61,
  ESHUTDOWN: 108,
} as const;

/** Operations of the FUSE kernel protocol 7.31 (include/uapi/linux/fuse.h) that a tree of devices needs. */
const op = {
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

const ROOT = 1;
const BUS = 2;
const DIRECTORY = 0o40755;
const FILE = 0o100666;
const NOTIFY_POLL = 1;
const OPEN_DIRECT_IO = 1;
/** Reads that wait for requests: one is there at once while another is answered. */
const READERS = 2;
const NOTHING = new Uint8Array(0);

/** A device file that programs open, read and send ioctls to. */
export interface DeviceFile {
  /** Name in the folder `001`, `004` for instance; nothing while no device is plugged in. */
  readonly name: string | undefined;
  readonly inode: number;
  /** What the file holds: the descriptors. */
  readonly content: Uint8Array;
  open(handle: bigint): number;
  release(handle: bigint): void;
  /** @returns a number of 0 or more, or a negative error number */
  ioctl(handle: bigint, pid: number, command: number, argument: bigint): number;
  /** Events that are there now. `wake` has to be given to `Fuse.wake` when that changes. */
  poll(handle: bigint, wake: bigint | undefined): number;
}

/** A file system of one folder `001` with one device file in it, served over /dev/fuse by this process. */
export class Fuse {
  readonly #fd: number;
  readonly #file: DeviceFile;
  readonly #path: string;
  #nextHandle = 1n;

  constructor(path: string, file: DeviceFile) {
    this.#path = path;
    this.#file = file;
    this.#fd = openSync('/dev/fuse', constants.O_RDWR);
    const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
    const mounted = spawnSync('mount', ['-i', '-t', 'fuse', '-o', options, 'opu-test-bus', path], {
      stdio: ['ignore', 'ignore', 'inherit', this.#fd],
    });
    if (mounted.status !== 0) throw new Error('FUSE cannot be mounted');
    for (let i = 0; i < READERS; i++) this.#next(Buffer.allocUnsafe(256 * 1024));
  }

  unmount(): void {
    spawnSync('umount', ['-l', this.#path]);
  }

  /** Whoever polls with this handle should look again. */
  wake(handle: bigint): void {
    const body = Buffer.alloc(8);
    body.writeBigUInt64LE(handle);
    this.#write(0n, NOTIFY_POLL, body);
  }

  #next(buffer: Buffer): void {
    read(this.#fd, buffer, 0, buffer.length, null, (error, length) => {
      // ENODEV: it was unmounted. Everything else (ENOENT: a request was taken back) is followed by another request.
      if (error?.code === 'ENODEV' || error?.code === 'EBADF') return;
      if (error === null) this.#handle(buffer.subarray(0, length));
      this.#next(buffer);
    });
  }

  #write(unique: bigint, error: number, body: Uint8Array): void {
    const header = Buffer.alloc(16);
    header.writeUInt32LE(16 + body.length, 0);
    header.writeInt32LE(error, 4);
    header.writeBigUInt64LE(unique, 8);
    try {
      writevSync(this.#fd, [header, body]);
    } catch {
      // Who asked is gone.
    }
  }

  #handle(message: Buffer): void {
    const answer = this.#answer(message);
    if (answer === undefined) return;
    const unique = message.readBigUInt64LE(8);
    if (typeof answer === 'number') this.#write(unique, -answer, NOTHING);
    else this.#write(unique, 0, answer);
  }

  /** The reply's body, or an error number; nothing for what is not answered. */
  #answer(message: Buffer): Uint8Array | number | undefined {
    const code = message.readUInt32LE(4);
    const node = Number(message.readBigUInt64LE(16));
    const pid = message.readUInt32LE(32);
    const body = message.subarray(40);
    switch (code) {
      case op.FORGET:
      case op.BATCH_FORGET:
      case op.INTERRUPT:
        return undefined;
      case op.INIT:
        return initReply(body);
      case op.LOOKUP:
        return this.#lookup(node, body);
      case op.GETATTR:
      case op.SETATTR:
        return Buffer.concat([Buffer.alloc(16), this.#attributes(node)]);
      case op.OPENDIR:
        return Buffer.alloc(16);
      case op.READDIR:
        return this.#entries(node, Number(body.readBigUInt64LE(8)));
      case op.OPEN:
        return this.#open();
      case op.READ: {
        const from = Number(body.readBigUInt64LE(8));
        return this.#file.content.subarray(from, from + body.readUInt32LE(16));
      }
      case op.RELEASE:
        this.#file.release(body.readBigUInt64LE(0));
        return NOTHING;
      case op.IOCTL: {
        const reply = Buffer.alloc(16);
        const [handle, argument] = [body.readBigUInt64LE(0), body.readBigUInt64LE(16)];
        reply.writeInt32LE(this.#file.ioctl(handle, pid, body.readUInt32LE(12), argument));
        return reply;
      }
      case op.POLL: {
        const wanted = (body.readUInt32LE(16) & 1) !== 0;
        const reply = Buffer.alloc(8);
        reply.writeUInt32LE(this.#file.poll(body.readBigUInt64LE(0), wanted ? body.readBigUInt64LE(8) : undefined));
        return reply;
      }
      case op.STATFS:
        return Buffer.alloc(80);
      case op.RELEASEDIR:
      case op.FLUSH:
      case op.ACCESS:
      case op.DESTROY:
        return NOTHING;
      default:
        return errno.ENOSYS;
    }
  }

  #lookup(node: number, body: Buffer): Uint8Array | number {
    const name = body.toString('latin1').replace(/\0.*$/s, '');
    const isFile = node === BUS && name === this.#file.name;
    const found = node === ROOT && name === '001' ? BUS : isFile ? this.#file.inode : 0;
    if (found === 0) return errno.ENOENT;
    // No time-outs: an unplug is seen at once.
    const head = Buffer.alloc(40);
    head.writeBigUInt64LE(BigInt(found), 0);
    return Buffer.concat([head, this.#attributes(found)]);
  }

  #open(): Uint8Array | number {
    const handle = this.#nextHandle++;
    const error = this.#file.open(handle);
    if (error !== 0) return error;
    const reply = Buffer.alloc(16);
    reply.writeBigUInt64LE(handle, 0);
    reply.writeUInt32LE(OPEN_DIRECT_IO, 8);
    return reply;
  }

  #attributes(node: number): Buffer {
    const isFolder = node <= BUS;
    const bytes = Buffer.alloc(88);
    bytes.writeBigUInt64LE(BigInt(node), 0);
    bytes.writeBigUInt64LE(isFolder ? 0n : BigInt(this.#file.content.length), 8);
    bytes.writeUInt32LE(isFolder ? DIRECTORY : FILE, 60);
    bytes.writeUInt32LE(isFolder ? 2 : 1, 64);
    bytes.writeUInt32LE(4096, 80);
    return bytes;
  }

  #entries(node: number, from: number): Buffer {
    const { name, inode } = this.#file;
    const all: [string, number, number][] =
      node === ROOT ? [['001', BUS, 4]] : name === undefined ? [] : [[name, inode, 8]];
    return Buffer.concat(
      all.slice(from).map(([text, number, type], i) => {
        const entry = Buffer.alloc((24 + text.length + 7) & ~7);
        entry.writeBigUInt64LE(BigInt(number), 0);
        entry.writeBigUInt64LE(BigInt(from + i + 1), 8);
        entry.writeUInt32LE(text.length, 16);
        entry.writeUInt32LE(type, 20);
        entry.write(text, 24);
        return entry;
      }),
    );
  }
}

/** Version 7.31, the kernel's own read-ahead, writes of up to 128 KiB. */
function initReply(body: Buffer): Buffer {
  const reply = Buffer.alloc(64);
  reply.writeUInt32LE(7, 0);
  reply.writeUInt32LE(31, 4);
  reply.writeUInt32LE(body.readUInt32LE(8), 8);
  reply.writeUInt16LE(16, 16);
  reply.writeUInt16LE(12, 18);
  reply.writeUInt32LE(131_072, 20);
  reply.writeUInt32LE(1, 24);
  return reply;
}
