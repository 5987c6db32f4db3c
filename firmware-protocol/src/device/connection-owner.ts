import type { Ticks } from '@opu/core';
import type { HelloReply, Message } from '../generated/messages.js';
import type { DeviceRequest } from './effects.js';
import type { ReplyMemory } from './reply-memory.js';

/** What a connection needs of the device it belongs to. */
export interface ConnectionOwner<Connection> {
  readonly options: { readonly hello: HelloReply };
  /** Requests that came again and were answered from their stored reply. */
  repeatedRequests: number;
  isController(connection: Connection): boolean;
  /** A message came with this sequence where another was expected: those in between are lost. */
  count(sequence: number, expected: number): void;
  /** A message of another session came. */
  foreign(): void;
  /** A number that no earlier session of this device had, not 0. */
  drawNonce(): number;
  /** The host gave a sign of life. */
  heard(connection: Connection, now: Ticks): void;
  /** Where the replies to this host's requests are stored. */
  repliesOf(hostId: number): ReplyMemory<Message>;
  /** The handshake is done. */
  greeted(connection: Connection, now: Ticks): void;
  handle(connection: Connection, message: Message, request: DeviceRequest, now: Ticks): void;
  /** Its host has gone, or does not want control any more. */
  left(connection: Connection, now: Ticks): void;
  gone(connection: Connection, now: Ticks): void;
}
