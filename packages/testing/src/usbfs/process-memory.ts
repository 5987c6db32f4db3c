import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** Memory of other processes, for ioctls whose arguments are pointers. Needs root. */
export class ProcessMemory {
  readonly #files = new Map<number, number>();

  read(pid: number, address: bigint, length: number, bytes = Buffer.allocUnsafe(length)): Buffer {
    for (let at = 0; at < length; ) {
      const count = readSync(this.#file(pid), bytes, at, length - at, address + BigInt(at));
      if (count <= 0) throw new Error('the memory of the caller cannot be read');
      at += count;
    }
    return bytes;
  }

  write(pid: number, address: bigint, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      // Node takes no bigint here; addresses of user space have 47 bits.
      at += writeSync(this.#file(pid), bytes, at, bytes.length - at, Number(address) + at);
    }
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }

  #file(pid: number): number {
    let file = this.#files.get(pid);
    if (file === undefined) {
      file = openSync(`/proc/${pid}/mem`, 'r+');
      this.#files.set(pid, file);
    }
    return file;
  }
}
