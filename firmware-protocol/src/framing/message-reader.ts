import type { MessageHeader } from '../codec/header.js';
import type { LinkError } from '../codec/link-error.js';

/** Takes what a reader finds. */
export interface MessageSink {
  /**
   * An intact message of a known type. `header` is used again for the next message: copy what is kept. `payload` is a
   * view.
   * @param borrowed the payload holds only until this returns
   */
  message(header: MessageHeader, payload: Uint8Array, borrowed: boolean): void;
  /** Bytes that are no message. After a `fatal` one nothing more comes. */
  linkError(error: LinkError): void;
}

export interface ReaderOptions {
  /** Longest payload that is taken, bytes; 4096 until the handshake has agreed on more (`reader.maximumPayload`). */
  readonly maximumPayload?: number;
  /**
   * With true a payload is valid only until the sink returns, and one buffer serves all messages that come in pieces.
   * With false (default) payloads may be kept, and a message that comes in pieces gets memory of its own.
   */
  readonly borrow?: boolean;
  /** Whether what is no message is skipped until `settle` is called; on carriers that find borders again that is so anyway. */
  readonly seeksHandshake?: boolean;
}

/** Puts the chunks of one direction of one connection together to messages. */
export interface MessageReader {
  maximumPayload: number;
  /** True while the payload of a message is coming whose header was intact. */
  readonly isWithinMessage: boolean;
  /** The handshake is through: until then a reader looks for the next message behind whatever is none. */
  settle?(): void;
  /** Bytes in front of the handshake that were skipped, where they are. */
  readonly skipped?: number;
  /**
   * Takes bytes as they come. The chunk has to stay as it is for as long as its payloads are used.
   * @param borrowed payloads of this chunk are borrowed, as `ReaderOptions.borrow` says it for all
   */
  receive(chunk: Uint8Array, borrowed?: boolean): void;
}

/** Longest payload before the handshake has agreed on more; HELLO and HELLO_REPLY fit. */
export const INITIAL_MAXIMUM_PAYLOAD = 4096;
