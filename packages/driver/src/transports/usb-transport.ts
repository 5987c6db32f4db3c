import {
  CLOSE_PATIENCE_TICKS,
  type Clock,
  Closer,
  OpuError,
  type OpuErrorOptions,
  RealTimeClock,
  TICKS_PER_MILLISECOND,
  type Transport,
  type TransportSink,
} from '@opu/core';
import { HEADER_BYTES, TRAILER_BYTES } from '@opu/protocol';
import { MAXIMUM_PAYLOAD } from '../session/options.js';

interface UsbEndpoint {
  readonly endpointNumber: number;
  readonly direction: 'in' | 'out';
  readonly type: string;
  readonly packetSize: number;
}

interface UsbInterface {
  readonly interfaceNumber: number;
  readonly alternates: readonly { readonly interfaceClass: number; readonly endpoints: readonly UsbEndpoint[] }[];
}

/** What is used of a WebUSB device: a browser's and that of the package `usb` fit. */
export interface UsbDeviceLike {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string | null | undefined;
  readonly configuration?: { readonly configurationValue: number } | null | undefined;
  readonly configurations: readonly {
    readonly configurationValue: number;
    readonly interfaces: readonly UsbInterface[];
  }[];
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(value: number): Promise<void>;
  claimInterface(number: number): Promise<void>;
  releaseInterface(number: number): Promise<void>;
  clearHalt(direction: 'in' | 'out', endpoint: number): Promise<void>;
  transferIn(
    endpoint: number,
    length: number,
    timeout?: number,
  ): Promise<{ readonly data?: DataView | undefined; readonly status?: string | undefined }>;
  transferOut(endpoint: number, data: Uint8Array<ArrayBuffer>, timeout?: number): Promise<unknown>;
}

type Transfer = ReturnType<UsbDeviceLike['transferIn']>;

const VENDOR_CLASS = 0xff;
/** Longest transfer that is asked for at once; a multiple of every packet size. */
const READ_BYTES = 1 << 20;
/** A message that is longer than a session takes never ends: nothing is kept of it. */
const MOST_MESSAGE_BYTES = MAXIMUM_PAYLOAD + HEADER_BYTES + TRAILER_BYTES;
const WRITE_BYTES = 4 << 20;
/** One chunk is under way, one is ready to follow, and one is being made. */
const MOST_SPARE = 3;
/** Where a transfer can be given up after a time: so long a close may wait for the one under way. Milliseconds. */
const READ_TIMEOUT = 250;
const WRITE_TIMEOUT = 10_000;

/** A page may open the same device twice, and both would read from the same pipe. */
const inUse = new WeakSet<UsbDeviceLike>();

interface Pipes {
  readonly configuration: number;
  readonly interfaceNumber: number;
  readonly input: UsbEndpoint;
  readonly output: UsbEndpoint;
}

/**
 * A USB device with a vendor-class interface and a bulk endpoint each way, over WebUSB: in browsers, and on Node with the
 * package `usb`. A message is a transfer, which a short packet ends, or an empty one where its length is a multiple of the
 * packet's.
 */
export class UsbTransport implements Transport {
  readonly address: string;
  readonly carrier = 'message';
  readonly #device: UsbDeviceLike;
  readonly #clock: Clock;
  readonly #closer: Closer;
  #pipes: Pipes | undefined;
  #sink: TransportSink | undefined;
  #reading: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closing = false;
  #ended = false;
  /** Memory of chunks that were sent, all of one length. */
  #spare: Uint8Array[] = [];
  readonly #lent = new WeakSet<Uint8Array>();

  /** @param clock the host's own time, for how long a close waits for what is being sent */
  constructor(device: UsbDeviceLike, clock: Clock = new RealTimeClock()) {
    this.#device = device;
    this.#clock = clock;
    this.#closer = new Closer({ clock: this.#clock, deadlineTicks: CLOSE_PATIENCE_TICKS });
    const hex = (id: number): string => id.toString(16).padStart(4, '0');
    const serial = device.serialNumber ? `/${device.serialNumber}` : '';
    this.address = `usb:${hex(device.vendorId)}:${hex(device.productId)}${serial}`;
  }

  async open(sink: TransportSink): Promise<void> {
    if (this.#sink !== undefined) {
      throw new OpuError('INVALID_STATE', `The transport ${this.address} was opened before; open a new one.`);
    }
    this.#sink = sink;
    const device = this.#device;
    if (inUse.has(device)) throw this.#busy();
    inUse.add(device);
    try {
      await device.open();
      // Endpoint numbers are the device's to choose: they are looked up.
      const pipes = this.#findPipes();
      this.#pipes = pipes;
      // Selecting the configuration that is selected resets it under whoever uses the device.
      if (device.configuration?.configurationValue !== pipes.configuration) {
        await device.selectConfiguration(pipes.configuration);
      }
      await device.claimInterface(pipes.interfaceNumber);
      // What an earlier host left in the pipes is not ours.
      await device.clearHalt('in', pipes.input.endpointNumber);
      await device.clearHalt('out', pipes.output.endpointNumber);
    } catch (error) {
      await this.#letGo();
      throw this.#unavailable(error);
    }
    if (this.#closing) {
      await this.#letGo();
      throw new OpuError('LINK_UNAVAILABLE', `${this.address} was closed while it was opened.`);
    }
    this.#reading = this.#read(this.#pipes);
  }

  memoryFor(length: number): Uint8Array {
    if (this.#spare[0]?.length !== length) this.#spare = [];
    const memory = this.#spare.pop() ?? new Uint8Array(length);
    this.#lent.add(memory);
    return memory;
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    const pipes = this.#pipes;
    if (this.#ended || this.#closing || pipes === undefined) return undefined;
    const turn = this.#writing.then(() => this.#write(pipes, chunk));
    this.#writing = turn;
    return turn;
  }

  close(): Promise<void> {
    return this.#closer.close(
      () => this.#finish(),
      () => this.#end(undefined),
    );
  }

  async #finish(): Promise<void> {
    this.#closing = true;
    await this.#sent();
    // The package `usb` does not close while a transfer is under way; a browser ends it by closing.
    if (this.#reading !== undefined && isTimed(this.#device)) await this.#reading;
    await this.#letGo();
    await this.#reading;
    this.#end(undefined);
  }

  /** What was sent is on its way, or a device that takes nothing was waited for long enough: closing ends that transfer. */
  #sent(): Promise<void> {
    return new Promise((resolve) => {
      const patience = this.#clock.at(this.#clock.now() + WRITE_TIMEOUT * TICKS_PER_MILLISECOND, resolve);
      const over = (): void => {
        patience.cancel();
        resolve();
      };
      this.#writing.then(over, over);
    });
  }

  async #read(pipes: Pipes): Promise<void> {
    const { endpointNumber } = pipes.input;
    const ask = (): Transfer => {
      const transfer = this.#device.transferIn(endpointNumber, READ_BYTES, READ_TIMEOUT);
      // Its failure is met when its turn comes.
      transfer.catch(() => {});
      return transfer;
    };
    let pieces: Uint8Array[] = [];
    let gathered = 0;
    let asked: Transfer | undefined;
    while (asked !== undefined || (!this.#closing && !this.#ended)) {
      try {
        const { data, status } = await (asked ?? ask());
        asked = undefined;
        if (status === 'stall') throw new Error('Stall');
        // The device goes on while what came is dealt with.
        if (!this.#closing && !this.#ended) asked = ask();
        const bytes = new Uint8Array(data?.buffer ?? new ArrayBuffer(0), data?.byteOffset ?? 0, data?.byteLength ?? 0);
        if (bytes.length > 0) pieces.push(bytes);
        gathered += bytes.length;
        if (gathered > MOST_MESSAGE_BYTES) {
          this.#fail(`a message of more than ${MOST_MESSAGE_BYTES} bytes came without an end`);
          return;
        }
        if (bytes.length === READ_BYTES) continue;
        const message = joined(pieces);
        pieces = [];
        gathered = 0;
        if (message.length > 0 && !this.#ended) this.#sink?.receive(message);
      } catch (error) {
        asked = undefined;
        const text = error instanceof Error ? error.message : String(error);
        // Nothing came for a while.
        if (/cancel|time/i.test(text)) continue;
        pieces = [];
        gathered = 0;
        if (/stall/i.test(text) && (await this.#recover('in', endpointNumber))) continue;
        if (!this.#closing) this.#fail(text);
        return;
      }
    }
  }

  async #write(pipes: Pipes, chunk: Uint8Array): Promise<void> {
    const { endpointNumber, packetSize } = pipes.output;
    if (this.#ended) return;
    try {
      for (let at = 0; at < chunk.length; at += WRITE_BYTES) {
        const piece = chunk.subarray(at, at + WRITE_BYTES) as Uint8Array<ArrayBuffer>;
        await this.#device.transferOut(endpointNumber, piece, WRITE_TIMEOUT);
      }
      if (chunk.length % packetSize === 0) {
        await this.#device.transferOut(endpointNumber, new Uint8Array(0), WRITE_TIMEOUT);
      }
      this.#takeBack(chunk);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      // The message is lost; what it held is asked for again.
      if (/stall/i.test(text) && (await this.#recover('out', endpointNumber))) return;
      this.#fail(text);
    }
  }

  /** Memory of a failed transfer may still be read: only what arrived is used again. */
  #takeBack(chunk: Uint8Array): void {
    if (!this.#lent.delete(chunk) || this.#spare.length >= MOST_SPARE) return;
    if (this.#spare[0] === undefined || this.#spare[0].length === chunk.length) this.#spare.push(chunk);
  }

  async #recover(direction: 'in' | 'out', endpoint: number): Promise<boolean> {
    try {
      if (direction === 'in') await this.#writing;
      await this.#device.clearHalt(direction, endpoint);
      return true;
    } catch {
      return false;
    }
  }

  #fail(why: string): void {
    const unplugged = /disconnect|no ?device|not found/i.test(why);
    this.#end(
      new OpuError(
        'LINK_LOST',
        `${this.address} was lost: ${unplugged ? 'it was unplugged' : `the transfer failed (${why})`}.`,
      ),
    );
    const letGo = (): Promise<void> => this.#letGo();
    Promise.all([this.#reading, this.#writing]).then(letGo, letGo);
  }

  #end(reason: OpuError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sink?.ended(reason);
  }

  /** While a transfer is under way the package `usb` throws at once, not by a promise. */
  async #letGo(): Promise<void> {
    try {
      // Without a release the claim outlives the close.
      if (this.#pipes !== undefined) await this.#device.releaseInterface(this.#pipes.interfaceNumber);
    } catch {
      // The device is gone, and the claim with it.
    }
    try {
      await this.#device.close();
    } catch {
      // Gone as well.
    }
    inUse.delete(this.#device);
  }

  #findPipes(): Pipes {
    for (const configuration of this.#device.configurations) {
      for (const { interfaceNumber, alternates } of configuration.interfaces) {
        const alternate = alternates[0];
        if (alternate?.interfaceClass !== VENDOR_CLASS) continue;
        const bulk = alternate.endpoints.filter((e) => e.type === 'bulk');
        const input = bulk.find((e) => e.direction === 'in');
        const output = bulk.find((e) => e.direction === 'out');
        if (input === undefined || output === undefined) continue;
        return { configuration: configuration.configurationValue, interfaceNumber, input, output };
      }
    }
    throw new OpuError(
      'LINK_UNAVAILABLE',
      `${this.address} is no OPU: it has no vendor-class interface with a bulk endpoint each way. A serial OPU is opened as serial:.`,
    );
  }

  #busy(options?: OpuErrorOptions): OpuError {
    return new OpuError('DEVICE_BUSY', `${this.address} is in use already; close it there first.`, options);
  }

  #unavailable(error: unknown): OpuError {
    if (error instanceof OpuError) return error;
    const text = error instanceof Error ? error.message : String(error);
    const options = { cause: error, details: { address: this.address } };
    if (/permission|access|denied/i.test(text)) {
      return new OpuError(
        'PERMISSION_DENIED',
        `This user may not use ${this.address}. On Linux, install the udev rule of the SDK (udev/70-opu.rules of @opu/driver) and plug it in again.`,
        options,
      );
    }
    if (/busy|claim/i.test(text)) {
      return this.#busy(options);
    }
    return new OpuError('LINK_UNAVAILABLE', `${this.address} cannot be opened: ${text}.`, options);
  }
}

/** The package `usb` takes time-outs, a browser does not. */
function isTimed(device: UsbDeviceLike): boolean {
  return 'nativeTransferIn' in device;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
