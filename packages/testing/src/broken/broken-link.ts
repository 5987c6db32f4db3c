import type { Transport, TransportSink } from '@opu/core';
import {
  createMessageReader,
  decodeMessage,
  encodeMessage,
  frameForCarrier,
  isLinkError,
  type Message,
  type MessageHeader,
} from '@opu/protocol';

/** A message on its way through a defect. */
export interface Passing {
  readonly message: Message;
  readonly requestId: number;
  readonly compatibleFlags: number;
  readonly sequence: number;
  readonly session: number;
}

/** What a defect can do besides changing what passes. */
export interface BrokenWire {
  /** Counts connections of this device from 0. */
  readonly connection: number;
  /** Kept over connections. */
  readonly state: Map<string, unknown>;
  /** All connections of this device, ended ones too. */
  readonly wires: readonly BrokenWire[];
  /** The host hears it from the device. */
  say(message: Message, requestId?: number): void;
  /** The device hears it from the host. */
  tell(message: Message, requestId?: number): void;
}

/** Nothing stands for silence; bytes go on as they are. */
export interface WireDefect {
  readonly says?: (said: Passing, wire: BrokenWire) => readonly (Passing | Uint8Array)[];
  readonly hears?: (heard: Passing, wire: BrokenWire) => readonly Passing[];
  /** Before anything else looks at what the host sent. */
  readonly hearsBytes?: (chunk: Uint8Array, wire: BrokenWire) => readonly Uint8Array[];
}

const MAXIMUM_PAYLOAD = 2 ** 26;

/** The host's ends of the links to one device that has a defect; the device itself is healthy. */
export function brokenLinks(defect: WireDefect): (inner: Transport) => Transport {
  const state = new Map<string, unknown>();
  const wires: BrokenWire[] = [];
  return (inner) => new BrokenTransport(inner, defect, state, wires);
}

class BrokenTransport implements Transport, BrokenWire {
  readonly connection: number;
  readonly state: Map<string, unknown>;
  readonly wires: BrokenWire[];
  readonly #inner: Transport;
  readonly #defect: WireDefect;
  #sink: TransportSink | undefined;
  #said = 0;
  /** Of what the device said last. */
  #session = 0;
  /** Messages of the defect itself, less those that it swallowed. */
  #added = 0;

  constructor(inner: Transport, defect: WireDefect, state: Map<string, unknown>, wires: BrokenWire[]) {
    this.#inner = inner;
    this.#defect = defect;
    this.state = state;
    this.wires = wires;
    this.connection = wires.length;
    wires.push(this);
  }

  get carrier(): Transport['carrier'] {
    return this.#inner.carrier;
  }

  get address(): string {
    return this.#inner.address;
  }

  async open(sink: TransportSink): Promise<void> {
    this.#sink = sink;
    const reader = createMessageReader(
      this.carrier,
      {
        message: (header, payload) => {
          const passing = passingOf(header, payload);
          if (passing === undefined) throw new Error('The healthy device said what is no message.');
          this.#session = passing.session;
          for (const said of this.#defect.says?.(passing, this) ?? [passing]) {
            // What the defect adds or swallows is not told by the numbers, unless they are the defect.
            if (said instanceof Uint8Array) this.#bytes(said);
            else this.#put(said, said.sequence - passing.sequence);
          }
        },
        linkError: (error) => {
          throw new Error(error.text);
        },
      },
      { maximumPayload: MAXIMUM_PAYLOAD },
    );
    await this.#inner.open({ receive: (chunk) => reader.receive(chunk), ended: (reason) => sink.ended(reason) });
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    let result: Promise<void> | undefined;
    for (const piece of this.#defect.hearsBytes?.(chunk, this) ?? [chunk]) {
      const heard = this.#defect.hears === undefined ? undefined : wholeMessage(this.carrier, piece);
      const passed = heard === undefined ? undefined : this.#defect.hears?.(heard, this);
      if (heard === undefined || passed === undefined) {
        result = this.#inner.send(piece);
        continue;
      }
      this.#added += passed.length - 1;
      passed.forEach((message, i) => {
        const sequence = heard.sequence + this.#added - (passed.length - 1 - i);
        result = this.#inner.send(
          frameForCarrier(this.carrier, encodeMessage({ ...message, sequence }, message.message)),
        );
      });
    }
    return result;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  say(message: Message, requestId = 0): void {
    this.#put({ message, requestId, compatibleFlags: 0, sequence: 0, session: this.#session }, 0);
  }

  tell(message: Message, requestId = 0): void {
    // Its number may have come before: a device takes requests by their id, and messages that come twice are none lost.
    const bytes = encodeMessage({ requestId, sequence: 0, session: this.#session }, message);
    void this.#inner.send(frameForCarrier(this.carrier, bytes));
  }

  #put(said: Passing, shift: number): void {
    this.#bytes(encodeMessage({ ...said, sequence: this.#said++ + shift }, said.message), true);
  }

  #bytes(bytes: Uint8Array, isNumbered = false): void {
    if (!isNumbered) this.#said++;
    this.#sink?.receive(frameForCarrier(this.carrier, bytes));
  }
}

function passingOf(header: MessageHeader, payload: Uint8Array): Passing | undefined {
  const message = decodeMessage(header, payload);
  if (isLinkError(message)) return undefined;
  const { requestId, compatibleFlags, sequence, session } = header;
  return { message, requestId, compatibleFlags, sequence, session };
}

/** The sound message that a chunk is; nothing for pieces, several at once, and what is damaged. */
function wholeMessage(carrier: Transport['carrier'], chunk: Uint8Array): Passing | undefined {
  const found: (Passing | undefined)[] = [];
  const reader = createMessageReader(
    carrier,
    {
      message: (header, payload) => void found.push(passingOf(header, Uint8Array.from(payload))),
      linkError: () => void found.push(undefined),
    },
    { maximumPayload: MAXIMUM_PAYLOAD },
  );
  reader.receive(chunk);
  const [one] = found;
  if (found.length !== 1 || one === undefined) return undefined;
  const again = frameForCarrier(carrier, encodeMessage(one, one.message));
  return again.length === chunk.length ? one : undefined;
}
