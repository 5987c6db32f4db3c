import type { OpuError } from '../errors/opu-error.js';

/**
 * How a carrier delimits messages.
 * - `stream`: bytes without borders that may be damaged (serial): messages travel COBS-framed.
 * - `length`: bytes without borders that are reliable (TCP, memory): the header's length delimits messages.
 * - `message`: whole transfers with an end of their own (USB bulk, short-packet end).
 */
export type Carrier = 'stream' | 'length' | 'message';

/** Takes what arrives. Both methods are called outside any call into the transport (never re-entrantly). */
export interface TransportSink {
  /**
   * True for a sink that copies what it keeps: then a transport may read into the same memory again and again, and says so
   * with `borrowed`.
   */
  readonly takesBorrowed?: boolean;
  /**
   * Bytes as they came, in order. They are handed over for good: neither side writes to them again, so a view on them
   * may be kept.
   * @param borrowed the bytes hold only until this returns; never true where the sink does not take that
   */
  receive(chunk: Uint8Array, borrowed?: boolean): void;
  /** Called exactly once, after the last `receive`. Without a reason the transport was closed from this side. */
  ended(reason?: OpuError): void;
}

/**
 * One connection. A lost connection is a lost transport: nothing is reused, whoever wants to go on opens a new one.
 */
export interface Transport {
  /** Where it leads, as an address a person would recognise: `tcp://127.0.0.1:4040`. */
  readonly address: string;
  readonly carrier: Carrier;
  /** True where every send costs a call of the operating system: then small messages are put together to one chunk. */
  readonly takesJoined?: boolean;
  /**
   * True where the memory of what was sent may be used again once the other end has said that it came: the transport holds it
   * no longer than until then, and the other end has a copy.
   */
  readonly givesBack?: boolean;
  /** True where the memory of what was sent may be used again as soon as `send` has returned nothing, or its promise resolves. */
  readonly freesSent?: boolean;
  /** Connects. Rejects with an `OpuError` (LINK_UNAVAILABLE, PERMISSION_DENIED ...) that says what to do. */
  open(sink: TransportSink): Promise<void>;
  /**
   * Sends bytes, in order. They are handed over for good: the caller must not write to them again.
   * Returns nothing when more can be sent at once; a promise to await before the next send otherwise. The promise
   * never rejects: a failure ends the transport and is told to the sink.
   */
  send(chunk: Uint8Array): Promise<void> | undefined;
  /**
   * Memory for a large chunk that is going to be sent, which holds anything. The transport takes it back and uses it again, because
   * the operating system takes longer to give new memory than to fill it.
   */
  memoryFor?(length: number): Uint8Array;
  /**
   * Sends several chunks as if they were one. They are borrowed until the other end has what they hold, or the connection is
   * over: a transport that keeps a chunk in memory for the other end has no such method.
   */
  sendParts?(parts: readonly Uint8Array[]): Promise<void> | undefined;
  /**
   * The caller has nothing to do until the other end answers, which may be within microseconds. A transport to which it matters
   * keeps the process awake for as long; it may ignore this.
   */
  expectSoon?(): void;
  /** Ends the connection after what was sent is on its way. Safe to call more than once. */
  close(): Promise<void>;
}
