import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Memory of other processes, by the threads that made the system calls. */
export class ThreadMemory {
  readonly #files = new Map<number, number>();

  read(thread: number, address: bigint, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    while (at < length) {
      const count = readSync(this.#file(thread), bytes, at, length - at, address + BigInt(at));
      if (count <= 0) throw new Error(`Cannot read ${length} bytes of the memory of thread ${thread}.`);
      at += count;
    }
    return bytes;
  }

  write(thread: number, address: bigint, bytes: Uint8Array): void {
    let at = 0;
    // Addresses of programs have 47 bits, and a write takes its position as a number only.
    while (at < bytes.length) at += writeSync(this.#file(thread), bytes, at, bytes.length - at, Number(address) + at);
  }

  /** Threads come and go: files of those that are gone would stay open. */
  forget(): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #file(thread: number): number {
    let file = this.#files.get(thread);
    if (file === undefined) {
      file = openSync(`/proc/${thread}/mem`, 'r+');
      this.#files.set(thread, file);
    }
    return file;
  }
}
