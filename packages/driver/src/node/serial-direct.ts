import { readSync, writeSync } from 'node:fs';
import type { SerialPort } from 'serialport';

/** What is used of the bindings of serialport 13 on Linux and macOS. */
interface Binding {
  readonly fd: number | null;
  readonly poller?: { once(event: 'readable', heard: (error: Error | null) => void): unknown };
  read(buffer: Buffer, offset: number, length: number): Promise<{ bytesRead: number; buffer: Buffer }>;
}

/** A terminal hands out no more than this at a time: when it hands out less there was no more. */
const TERMINAL_BYTES = 4095;

/**
 * The bindings of serialport 13 send each read and each write over another thread, at most 4 kB of a read at a time. Where
 * the port is a descriptor that never blocks, reads take all that there is, and writes what fits, without that detour.
 * What fails here is left to the bindings, which find out the same and know what it means.
 */
export class DirectPort {
  readonly #binding: Binding;

  constructor(port: SerialPort) {
    this.#binding = port.port as unknown as Binding;
    if (this.#isDirect) this.#readDirectly();
  }

  /** How many bytes the port took at once; the others go the port's own way. */
  write(bytes: Uint8Array): number {
    const { fd } = this.#binding;
    let written = 0;
    if (fd === null || !this.#isDirect) return written;
    try {
      for (let taken = 1; taken > 0 && written < bytes.length; written += taken) taken = writeSync(fd, bytes, written);
    } catch {
      // Full, or gone.
    }
    return written;
  }

  get #isDirect(): boolean {
    return typeof this.#binding.fd === 'number' && this.#binding.poller !== undefined;
  }

  #readDirectly(): void {
    const binding = this.#binding;
    const slowRead = binding.read.bind(binding);
    let isEmpty = false;
    binding.read = async (buffer, offset, length) => {
      if (isEmpty) {
        await new Promise<void>((resolve, reject) => {
          binding.poller!.once('readable', (error) => (error ? reject(error) : resolve()));
        });
      }
      const bytesRead = binding.fd === null ? 0 : readAll(binding.fd, buffer, offset, length);
      isEmpty = bytesRead < length;
      return bytesRead === 0 ? slowRead(buffer, offset, length) : { bytesRead, buffer };
    };
  }
}

/** Bytes that there are, as far as they fit; 0 when there are none, or when the port is gone. */
function readAll(fd: number, buffer: Buffer, offset: number, length: number): number {
  let filled = 0;
  try {
    while (filled < length) {
      const count = readSync(fd, buffer, offset + filled, length - filled, null);
      filled += count;
      if (count < TERMINAL_BYTES) break;
    }
  } catch {
    // Nothing there, or gone: `slowRead` tells which.
  }
  return filled;
}
