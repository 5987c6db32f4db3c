import type { Transport } from '@opu/core';
import {
  createHello,
  createMessageReader,
  decodeMessage,
  encodeMessage,
  frameForCarrier,
  isLinkError,
  type Message,
  PROTOCOL_VERSION_MAJOR,
  type ReadoutRecord,
  SCHEMA_HASH,
} from '@opu/protocol';

type OfType<Type extends Message['type']> = Extract<Message, { type: Type }>;

/** A host for tests that says exactly what it is told to, and remembers what it hears. */
export class WireHost {
  readonly heard: Message[] = [];
  readonly #transport: Transport;
  readonly #replies = new Map<number, Message>();
  #sequence = 0;
  #requestId = 0;
  #wake: () => void = () => {};

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Shakes hands, takes control and gives room for readouts. */
  async open(): Promise<this> {
    const reader = createMessageReader(
      this.#transport.carrier,
      {
        message: (header, payload) => {
          const message = decodeMessage(header, payload);
          if (isLinkError(message)) throw new Error(message.text);
          this.heard.push(message);
          if (header.requestId !== 0 && message.type !== 'PENDING') this.#replies.set(header.requestId, message);
        },
        linkError: (error) => {
          throw new Error(error.text);
        },
      },
      { maximumPayload: 2 ** 24 },
    );
    await this.#transport.open({
      receive: (chunk) => {
        reader.receive(chunk);
        this.#wake();
      },
      ended: () => this.#wake(),
    });
    const hello = { ...createHello(), versionMajor: PROTOCOL_VERSION_MAJOR, schemaHash: SCHEMA_HASH, hostId: 7 };
    await this.get({ ...hello, maximumPayload: 2 ** 24 }, 'HELLO_REPLY');
    await this.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
    this.send({ type: 'READOUT_CREDIT', creditLimit: 1_000 });
    return this;
  }

  send(message: Message, requestId = 0): void {
    const bytes = encodeMessage({ requestId, sequence: this.#sequence++ }, message);
    void this.#transport.send(frameForCarrier(this.#transport.carrier, bytes));
  }

  async ask(message: Message): Promise<Message> {
    const requestId = ++this.#requestId;
    this.send(message, requestId);
    return await this.until(() => this.#replies.get(requestId));
  }

  async get<Type extends Message['type']>(message: Message, type: Type): Promise<OfType<Type>> {
    const reply = await this.ask(message);
    if (reply.type !== type) throw new Error(`${message.type} was answered ${JSON.stringify(reply)}`);
    return reply as OfType<Type>;
  }

  all<Type extends Message['type']>(type: Type): OfType<Type>[] {
    return this.heard.filter((message): message is OfType<Type> => message.type === type);
  }

  /** Every frame that came, with its image. */
  get frames(): (ReadoutRecord & { readonly image: Uint8Array })[] {
    return this.all('READOUTS').flatMap(({ frames, data, imageBytes }) =>
      [...frames].map((frame, i) => ({ ...frame, image: data.slice(i * imageBytes, (i + 1) * imageBytes) })),
    );
  }

  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }
}
