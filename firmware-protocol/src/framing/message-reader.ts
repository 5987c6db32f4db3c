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
  /** What `ReaderOptions.accepts` did not take was skipped. `header` is used again for the next message. */
  skipped?(header: MessageHeader): void;
}

export interface ReaderOptions {
  /** Longest payload that is taken, bytes; 4096 until the handshake has agreed on more (`reader.maximumPayload`). */
  readonly maximumPayload?: number;
  /**
   * With true a payload is valid only until the sink returns, and one buffer serves all messages that come in pieces.
   * With false (default) payloads may be kept, and a message that comes in pieces gets memory of its own.
   */
  readonly borrow?: boolean;
  /** Whether a message belongs to this session (OPU-SES-3); all do where it is left out. */
  readonly accepts?: (header: Readonly<MessageHeader>) => boolean;
  /** On `length`: look for the first border, because bytes of an earlier session may come first (OPU-SES-5). */
  readonly hunts?: boolean;
}

/** Puts the chunks of one direction of one connection together to messages. */
export interface MessageReader {
  maximumPayload: number;
  /** True while the payload of a message is coming whose header was intact. */
  readonly isWithinMessage: boolean;
  /** True while the first border is looked for; whoever takes the messages says when it is found. */
  isHunting: boolean;
  /** Bytes that were passed over while it was. */
  readonly bytesPassed: number;
  /**
   * Takes bytes as they come. The chunk has to stay as it is for as long as its payloads are used.
   * @param borrowed payloads of this chunk are borrowed, as `ReaderOptions.borrow` says it for all
   */
  receive(chunk: Uint8Array, borrowed?: boolean): void;
}

/** Longest payload before the handshake has agreed on more; HELLO and HELLO_REPLY fit. */
export const INITIAL_MAXIMUM_PAYLOAD = 4096;
