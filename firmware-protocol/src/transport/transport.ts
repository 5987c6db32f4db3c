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
   * Bytes as they came, in order. They are handed over for good: neither side writes to them again, so a view on them
   * may be kept.
   */
  receive(chunk: Uint8Array): void;
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
  /** Connects. Rejects with an `OpuError` (LINK_UNAVAILABLE, PERMISSION_DENIED ...) that says what to do. */
  open(sink: TransportSink): Promise<void>;
  /**
   * Sends bytes, in order. They are handed over for good: the caller must not write to them again.
   * Returns nothing when more can be sent at once; a promise to await before the next send otherwise. The promise
   * never rejects: a failure ends the transport and is told to the sink.
   */
  send(chunk: Uint8Array): Promise<void> | undefined;
  /** Ends the connection after what was sent is on its way. Safe to call more than once. */
  close(): Promise<void>;
}
