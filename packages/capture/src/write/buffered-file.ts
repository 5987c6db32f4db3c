import { writevSync } from 'node:fs';

/** The system takes so many pieces at once. */
const MOST_PIECES = 1024;

/** Writes through the system's cache, from `position` of the file on. */
export class BufferedFile {
  readonly #descriptor: number;
  #position: number;

  constructor(descriptor: number, position = 0) {
    this.#descriptor = descriptor;
    this.#position = position;
  }

  write(pieces: readonly Uint8Array[]): void {
    for (let first = 0; first < pieces.length; ) {
      let group: Uint8Array[] = pieces.slice(first, first + MOST_PIECES);
      first += group.length;
      while (group.length > 0) {
        let done = writevSync(this.#descriptor, group, this.#position);
        this.#position += done;
        // A disk that is nearly full takes a part; the next call says why.
        while (group[0] !== undefined && done >= group[0].length) done -= group.shift()!.length;
        if (group[0] !== undefined) group = [group[0].subarray(done), ...group.slice(1)];
      }
    }
  }
}
