import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { BufferedFile } from './buffered-file.js';

/** Every disk's blocks divide this. */
const BLOCK = 4096;
/** Bytes written at once at most; a chunk of large frames fits. */
const STAGED = 8 << 20;
const PAGE = 65_536;

/**
 * Writes past the system's cache, straight from one aligned buffer: a camera's stream is never read back while it is
 * recorded, and a full cache makes a writer wait when nobody expects it. Disks take whole blocks only: the last one is
 * filled up with zeros, and written again with what comes next. So the file is up to a block longer than its content;
 * `length` says where that ends.
 *
 * Where the file system refuses, it goes on through the cache.
 */
export class DirectFile {
  readonly #descriptor: number;
  readonly #ordinary: number;
  readonly #block: number;
  readonly #staged: Uint8Array;
  /** Place in the file of the first staged byte, a multiple of the block. */
  #start = 0;
  #filled = 0;
  #buffered: BufferedFile | undefined;

  /**
   * @param descriptor of a file that was opened for direct writing
   * @param ordinary another one of the same file, for when that does not work
   */
  constructor(descriptor: number, ordinary: number, block = BLOCK) {
    this.#descriptor = descriptor;
    this.#ordinary = ordinary;
    this.#block = block;
    // Memory of WebAssembly begins on a page, and no other memory that Node gives out is sure to.
    this.#staged = new Uint8Array(new WebAssembly.Memory({ initial: STAGED / PAGE }).buffer);
  }

  /** Length of the content; undefined when the file has no more than that. */
  get length(): number | undefined {
    return this.#buffered === undefined ? this.#start + this.#filled : undefined;
  }

  write(pieces: readonly Uint8Array[]): void {
    for (let n = 0; n < pieces.length; n++) {
      const piece = pieces[n]!;
      for (let from = 0; from < piece.length; ) {
        if (this.#buffered !== undefined) {
          this.#buffered.write([piece.subarray(from), ...pieces.slice(n + 1)]);
          return;
        }
        const part = piece.subarray(from, from + STAGED - this.#filled);
        this.#staged.set(part, this.#filled);
        this.#filled += part.length;
        from += part.length;
        if (this.#filled === STAGED) this.#drain();
      }
    }
    if (this.#buffered === undefined) this.#drain();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #drain(): void {
    const blocks = Math.ceil(this.#filled / this.#block) * this.#block;
    this.#staged.fill(0, this.#filled, blocks);
    if (!this.#put(blocks)) {
      this.#buffered = new BufferedFile(this.#ordinary, this.#start);
      this.#buffered.write([this.#staged.subarray(0, this.#filled)]);
      return;
    }
    const whole = this.#filled - (this.#filled % this.#block);
    this.#staged.copyWithin(0, whole, this.#filled);
    this.#start += whole;
    this.#filled -= whole;
  }

  /** Writes so many staged bytes. False when the system will not take them like this. */
  #put(length: number): boolean {
    for (let done = 0; done < length; ) {
      try {
        const taken = writeSync(this.#descriptor, this.#staged, done, length - done, this.#start + done);
        // A part of a block is the most that a nearly full disk takes: the cache finds out what is left.
        if (taken < this.#block) return false;
        done += taken - (taken % this.#block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
        return false;
      }
    }
    return true;
  }
}

/** Opens `path`, which `ordinary` is open on, for direct writing; undefined where there is no such thing. */
export function openDirect(path: string, ordinary: number): DirectFile | undefined {
  const direct = constants.O_DIRECT as number | undefined;
  if (direct === undefined || !fstatSync(ordinary).isFile()) return undefined;
  try {
    return new DirectFile(openSync(path, constants.O_WRONLY | direct), ordinary);
  } catch {
    // The ordinary way is open.
    return undefined;
  }
}
