import type { OpuError, Transport } from '@opu/core';
import {
  createHello,
  createMessageReader,
  createPatterns,
  decodeMessage,
  encodeMessage,
  frameForCarrier,
  isLinkError,
  type LinkError,
  type Message,
  type MessageHeader,
  PROTOCOL_VERSION_MAJOR,
  PROTOCOL_VERSION_MINOR,
  pacingMode,
  patternFlag,
  type ReadoutRecord,
} from '@opu/protocol';

type OfType<Type extends Message['type']> = Extract<Message, { type: Type }>;

/** A host that says exactly what it is told to and remembers everything that it hears. */
export class WireHost {
  readonly heard: { readonly message: Message; readonly requestId: number; readonly repeated: boolean }[] = [];
  readonly errors: LinkError[] = [];
  end: OpuError | 'closed' | undefined;
  readonly #transport: Transport;
  #sequence = 0;
  #requestId = 0;
  #lockstep = false;
  #saysSoSoon = false;
  #wakers: (() => void)[] = [];

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async open(): Promise<this> {
    const reader = createMessageReader(
      this.#transport.carrier,
      {
        message: (header: MessageHeader, payload: Uint8Array) => {
          const message = decodeMessage(header, payload);
          if (isLinkError(message)) this.errors.push(message);
          else {
            this.heard.push({ message, requestId: header.requestId, repeated: header.compatibleFlags === 1 });
          }
          this.#wake();
        },
        linkError: (error) => {
          this.errors.push(error);
          this.#wake();
        },
      },
      { maximumPayload: 2 ** 26 },
    );
    await this.#transport.open({
      receive: (chunk) => {
        reader.receive(chunk);
        this.#sayWaiting();
      },
      ended: (reason) => {
        this.end = reason ?? 'closed';
        this.#wake();
      },
    });
    return this;
  }

  sendBytes(bytes: Uint8Array): void {
    void this.#transport.send(bytes);
  }

  send(message: Message, requestId = 0, sequence = this.#sequence++): void {
    this.sendBytes(frameForCarrier(this.#transport.carrier, encodeMessage({ requestId, sequence }, message)));
  }

  /** Sends a request and waits for the reply; PENDING is passed over. */
  async ask(message: Message): Promise<Message> {
    const requestId = ++this.#requestId;
    this.send(message, requestId);
    return await this.until(() => {
      const reply = this.heard.find((h) => h.requestId === requestId && h.message.type !== 'PENDING');
      return reply?.message;
    });
  }

  /** Sends a request that has to be answered by `type`. */
  async get<Type extends Message['type']>(message: Message, type: Type): Promise<OfType<Type>> {
    const reply = await this.ask(message);
    if (reply.type !== type) throw new Error(`${message.type} was answered ${JSON.stringify(reply)}`);
    return reply as OfType<Type>;
  }

  /** Waits until `look` finds something. */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.end !== undefined) throw new Error(`The link ended: ${String(this.end)}`);
      await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
  }

  all<Type extends Message['type']>(type: Type): OfType<Type>[] {
    return this.heard.map((h) => h.message).filter((message): message is OfType<Type> => message.type === type);
  }

  /** Every frame that came, with its image. */
  get frames(): (ReadoutRecord & { readonly image: Uint8Array })[] {
    return this.all('READOUTS').flatMap(({ frames, data, imageBytes }) =>
      [...frames].map((frame, i) => ({ ...frame, image: data.slice(i * imageBytes, (i + 1) * imageBytes) })),
    );
  }

  async greet(hostId = 1, maximumPayload = 2 ** 24): Promise<OfType<'HELLO_REPLY'>> {
    return await this.get(
      {
        ...createHello(),
        versionMajor: PROTOCOL_VERSION_MAJOR,
        versionMinor: PROTOCOL_VERSION_MINOR,
        maximumPayload,
        hostId,
        hostName: 'test',
      },
      'HELLO_REPLY',
    );
  }

  /** Handshake, control, and room for any number of readouts. */
  async control(hostId = 1): Promise<void> {
    await this.greet(hostId);
    await this.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
    this.send({ type: 'READOUT_CREDIT', creditLimit: 2 ** 40 });
  }

  /** From now on virtual time passes only while this host waits. */
  async lockstep(): Promise<void> {
    await this.get({ type: 'SET_PACING', mode: pacingMode.LOCKSTEP }, 'DONE');
    this.#lockstep = true;
    this.#sayWaiting();
  }

  patterns(firstPatternId: number, patterns: readonly Uint8Array[], last = true): void {
    const patternBytes = patterns[0]!.length;
    const data = new Uint8Array(patterns.length * patternBytes);
    patterns.forEach((pattern, i) => {
      data.set(pattern, i * patternBytes);
    });
    this.send({
      ...createPatterns(),
      firstPatternId,
      count: patterns.length,
      patternBytes,
      flags: last ? patternFlag.LAST : 0,
      data,
    });
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }

  /** Says that it waits once whoever was waken has said what they had to say. */
  #sayWaiting(): void {
    if (!this.#lockstep || this.#saysSoSoon) return;
    this.#saysSoSoon = true;
    setImmediate(() => {
      this.#saysSoSoon = false;
      if (this.end === undefined) this.send({ type: 'HOST_WAITING', deviceSequence: this.heard.length });
    });
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
