import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { OpuError } from '@opu/core';

/** Unlocks the slave of the pseudo-terminal on descriptor 3 and prints its number: the two ioctls that Node lacks. */
const UNLOCK = [
  'open(my $master, "+<&=3") or die $!;',
  'my $zero = pack("i", 0);',
  'ioctl($master, 0x40045431, $zero) or die "TIOCSPTLCK: $!";',
  'my $number = pack("i", 0);',
  'ioctl($master, 0x80045430, $number) or die "TIOCGPTN: $!";',
  'print unpack("i", $number);',
].join(' ');

/** How often a full buffer of the kernel is tried again at the next turn of the event loop, before it is left alone. */
const BUSY_TURNS = 16;

/**
 * Writes what the kernel takes at once, at most `chunk` from `offset` on; 0 when its buffer is full. That is nothing
 * exceptional, but it comes as an error, whose stack would cost more than the write.
 */
function writeSome(terminal: number, chunk: Uint8Array, offset: number): number {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return writeSync(terminal, chunk, offset);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** A raw pseudo-terminal. What the device sends comes out of `path`, which a host opens like any serial port. */
export class PseudoTerminal {
  readonly path: string;
  readonly #master: number;
  readonly #retryWhenFull: (again: () => void) => void;
  readonly #stream: ReadStream;
  #heldSlave: number | undefined;
  #closed = false;

  private constructor(master: number, path: string, heldSlave: number, retryWhenFull: (again: () => void) => void) {
    this.path = path;
    this.#master = master;
    this.#retryWhenFull = retryWhenFull;
    this.#heldSlave = heldSlave;
    this.#stream = new ReadStream(master);
    this.#stream.pause();
  }

  /**
   * Needs Linux, perl (`perl-base`) and stty (`coreutils`), which every Debian has.
   * @param retryWhenFull calls back after a while: the kernel's buffer is full, because the host does not read
   */
  static open(retryWhenFull: (again: () => void) => void): PseudoTerminal {
    let master: number;
    try {
      master = openSync('/dev/ptmx', constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    } catch (error) {
      throw new OpuError(
        'LINK_UNAVAILABLE',
        `Cannot make a pseudo-terminal: ${(error as Error).message}. A serial mount needs Linux with /dev/ptmx.`,
        { cause: error },
      );
    }
    try {
      // Descriptors 0 to 2 of a child are made blocking, and the flag is shared with this process: so 3.
      const path = `/dev/pts/${runTool('perl', ['-e', UNLOCK], 'perl-base', master)}`;
      runTool('stty', ['-F', path, 'raw', '-echo'], 'coreutils', master);
      const slave = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
      return new PseudoTerminal(master, path, slave, retryWhenFull);
    } catch (error) {
      closeSync(master);
      throw error;
    }
  }

  /** Starts reading. `ended` is called once: when the host closed the port (after `releaseSlave`), or after `close`. */
  listen(receive: (chunk: Uint8Array) => void, ended: () => void): void {
    this.#stream.on('data', receive);
    // A hang-up reads as EIO; the stream's 'close' follows in any case.
    this.#stream.on('error', () => undefined);
    this.#stream.once('close', () => {
      this.#closed = true;
      this.releaseSlave();
      ended();
    });
    this.#stream.on('end', () => this.#stream.destroy());
    this.#stream.resume();
  }

  /**
   * While the slave is held here, nobody hears a host open and close the port. Once released, the host's close ends
   * the terminal.
   */
  releaseSlave(): void {
    if (this.#heldSlave === undefined) return;
    closeSync(this.#heldSlave);
    this.#heldSlave = undefined;
  }

  /** Nothing is read until `resume`; what the host writes meanwhile waits in the kernel. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /**
   * Writes what the kernel takes at once, without a detour over another thread.
   * @returns how many bytes that was; 0 as well when the terminal has ended
   */
  writeNow(chunk: Uint8Array): number {
    let offset = 0;
    try {
      for (let written = 1; written > 0 && !this.#closed && offset < chunk.length; offset += written) {
        written = writeSome(this.#master, chunk, offset);
      }
    } catch {
      // Gone: `write` says so.
    }
    return offset;
  }

  /** Writes everything; resolves with false when the terminal ended before. One call at a time. */
  write(chunk: Uint8Array): Promise<boolean> {
    return new Promise((resolve) => {
      let offset = 0;
      let turns = 0;
      const step = (): void => {
        if (this.#closed) {
          resolve(false);
          return;
        }
        try {
          const written = writeSome(this.#master, chunk, offset);
          offset += written;
          if (written > 0) turns = 0;
        } catch {
          resolve(false);
          return;
        }
        if (offset >= chunk.length) resolve(true);
        else if (turns++ < BUSY_TURNS) setImmediate(step);
        else this.#retryWhenFull(step);
      };
      step();
    });
  }

  /** Hangs up, as if the cable were pulled. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.releaseSlave();
    this.#stream.destroy();
  }
}

function runTool(tool: string, args: string[], debianPackage: string, master: number): string {
  const result = spawnSync(tool, args, { stdio: ['ignore', 'pipe', 'pipe', master], encoding: 'utf8' });
  if (result.status === 0) return result.stdout.trim();
  const why = result.error?.message ?? result.stderr.trim();
  throw new OpuError(
    'LINK_UNAVAILABLE',
    `Cannot set up a pseudo-terminal: ${tool} failed (${why}). Install ${debianPackage}.`,
  );
}
