import { OpuError, type Transport, type TransportSink } from '@opu/core';
import {
  createMessageReader,
  decodeMessage,
  encodeMessage,
  frameForCarrier,
  isLinkError,
  type Message,
  type MessageReader,
} from '@opu/protocol';
import type { WireLog } from '../../log/wire-log.js';
import { HOST_MAXIMUM_PAYLOAD } from '../../wire/wire-client.js';

/** What is done with the messages of one direction. */
export interface Watch {
  /** Number of this connection in the log. */
  readonly connection: number;
  readonly log: WireLog;
  /** Every message that goes by, as the driver sees it. */
  seen(from: 'host' | 'device', message: Message): void;
  /** What the driver gets instead of a message of the device; undefined leaves the bytes alone. */
  readonly rewrite: ((message: Message) => Message) | undefined;
  /** Called once when the link was opened, and once when it is over. */
  opened(transport: WatchedTransport): void;
  over(transport: WatchedTransport): void;
}

/** A transport that is read along, and that can be cut. */
export class WatchedTransport implements Transport {
  readonly address: string;
  readonly carrier: Transport['carrier'];
  readonly #inner: Transport;
  readonly #watch: Watch;
  #sink: TransportSink | undefined;
  #ended = false;
  #out: ((chunk: Uint8Array) => void) | undefined;

  constructor(inner: Transport, watch: Watch) {
    this.address = inner.address;
    this.carrier = inner.carrier;
    this.#inner = inner;
    this.#watch = watch;
  }

  async open(sink: TransportSink): Promise<void> {
    this.#sink = sink;
    this.#out = this.#logging('host');
    const into = this.#watch.rewrite === undefined ? this.#logging('device') : undefined;
    const rewriting = into === undefined ? this.#rewriting() : undefined;
    await this.#inner.open({
      receive: (chunk) => {
        if (this.#ended) return;
        if (rewriting !== undefined) {
          rewriting.receive(chunk);
          return;
        }
        into?.(chunk);
        sink.receive(chunk);
      },
      ended: (reason) => this.#end(reason),
    });
    this.#watch.opened(this);
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended) return undefined;
    this.#out?.(chunk);
    return this.#inner.send(chunk);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** Ends the link as a pulled cable does: nothing more goes either way. */
  async cut(): Promise<void> {
    this.#end(new OpuError('LINK_LOST', `The suite cut the link to ${this.address}.`));
    await this.#inner.close();
  }

  #end(reason: OpuError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#watch.over(this);
    this.#sink?.ended(reason);
  }

  #logging(from: 'host' | 'device'): (chunk: Uint8Array) => void {
    const names: string[] = [];
    const reader = this.#reader((message) => {
      names.push(message.type);
      this.#watch.seen(from, message);
    });
    return (chunk) => {
      names.length = 0;
      reader.receive(chunk);
      this.#watch.log.add(this.#watch.connection, from, chunk, [...names]);
    };
  }

  #rewriting(): MessageReader {
    return this.#reader((original, header) => {
      const message = this.#watch.rewrite!(original);
      const { requestId, sequence, compatibleFlags, session } = header;
      const bytes = encodeMessage({ requestId, sequence, compatibleFlags, session }, message);
      const chunk = frameForCarrier(this.carrier, bytes);
      this.#watch.seen('device', message);
      this.#watch.log.add(this.#watch.connection, 'device', chunk, [message.type]);
      if (!this.#ended) this.#sink?.receive(chunk);
    });
  }

  #reader(take: (message: Message, header: Parameters<typeof decodeMessage>[0]) => void): MessageReader {
    return createMessageReader(
      this.carrier,
      {
        message: (header, payload) => {
          const message = decodeMessage(header, payload);
          if (!isLinkError(message)) take(message, header);
        },
        linkError: () => {},
      },
      { maximumPayload: HOST_MAXIMUM_PAYLOAD },
    );
  }
}
