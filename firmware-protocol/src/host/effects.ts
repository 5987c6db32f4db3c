import type { OpuError } from '@opu/core';
import type {
  ConfigureReply,
  DescribeReply,
  Event,
  HelloReply,
  Message,
  Readouts,
  Refused,
  RunEnded,
} from '../generated/messages.js';

/** What the device said of itself while the session was set up. */
export interface Greeting {
  readonly hello: HelloReply;
  readonly description: DescribeReply;
  readonly configuration: ConfigureReply;
  /** The heartbeat interval that was granted, microseconds. */
  readonly heartbeatMicroseconds: number;
  /** True when this connection goes on where an earlier one of the same machine stopped. */
  readonly resumed: boolean;
}

/** What a `HostMachine` tells its owner. All calls come from inside the machine's own methods. */
export interface HostEffects {
  /** To be encoded and numbered in the order of the calls. */
  send(message: Message, requestId: number, repeated: boolean): void;
  /** Whether patterns can be sent now without piling up in memory: asked before each pattern message. */
  canSend(): boolean;
  /** The handshake is through; requests, patterns and readouts may flow. */
  ready(greeting: Greeting): void;
  /** The final reply to a request, REFUSED among them. */
  replied(requestId: number, message: Message): void;
  /** A request got no reply in time, or can get none any more. */
  requestFailed(requestId: number, error: OpuError): void;
  /**
   * Readouts that are next in order; frames below `skipBelow` were handed over before.
   * @param borrowed the message holds only until this returns (`ownReadouts` copies it); otherwise it may be kept
   */
  readouts(message: Readouts, skipBelow: number, borrowed: boolean): void;
  /** Patterns were acknowledged or credit was given: there may be room to offer more. */
  patternProgress(): void;
  runEnded(message: RunEnded): void;
  event(message: Event): void;
  /** The device refuses what is no request: patterns that it cannot take. */
  refused(message: Refused): void;
  /** The connection cannot be gone on with; the reason. A new connection may help unless the machine says `isOver`. */
  failed(error: OpuError): void;
}
