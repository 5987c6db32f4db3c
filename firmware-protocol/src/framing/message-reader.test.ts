import type { Carrier } from '@opu/core';
import { expect } from 'chai';
import type { MessageHeader } from '../codec/header.js';
import type { LinkError } from '../codec/link-error.js';
import { decodeMessage, encodeMessage } from '../codec/message.js';
import { linkErrorKind } from '../generated/enums.js';
import { createPatterns, type Message, messageCodecs } from '../generated/messages.js';
import { createMessageReader } from './create-message-reader.js';
import { frameForCarrier } from './frame.js';
import type { MessageSink, ReaderOptions } from './message-reader.js';

class Recorder implements MessageSink {
  readonly messages: Message[] = [];
  readonly headers: MessageHeader[] = [];
  readonly errors: LinkError[] = [];
  message(header: MessageHeader, payload: Uint8Array): void {
    this.headers.push({ ...header });
    this.messages.push(decodeMessage(header, payload) as Message);
  }
  linkError(error: LinkError): void {
    this.errors.push(error);
  }
  get kinds(): number[] {
    return this.errors.map((error) => error.kind);
  }
}

const samples: Message[] = [
  ...Object.values(messageCodecs).map((codec) => codec.create()),
  { ...createPatterns(), firstPatternId: 7, count: 3, patternBytes: 200, data: new Uint8Array(600).fill(0x5a) },
  { ...createPatterns(), firstPatternId: 10, count: 1, patternBytes: 700, data: new Uint8Array(700) },
];
const encoded = samples.map((message, sequence) => encodeMessage({ sequence, requestId: sequence * 3 }, message));

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function read(carrier: Carrier, chunks: readonly Uint8Array[], options: ReaderOptions = {}): Recorder {
  const sink = new Recorder();
  const reader = createMessageReader(carrier, sink, options);
  for (const chunk of chunks) reader.receive(chunk);
  return sink;
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.slice(at, at + size));
  return chunks;
}

function changed(bytes: Uint8Array, at: number, mask = 0x10): Uint8Array {
  const copy = bytes.slice();
  copy[at] = copy[at]! ^ mask;
  return copy;
}

describe('MessageReader', () => {
  for (const carrier of ['stream', 'length'] as const) {
    it(`knows on the carrier ${carrier} that a message with an intact header is coming, and that garbage is none`, () => {
      const reader = createMessageReader(carrier, new Recorder());
      const bytes = frameForCarrier(carrier, encoded.at(-1)!);
      expect(reader.isWithinMessage).to.equal(false);
      reader.receive(bytes.slice(0, 20));
      expect(reader.isWithinMessage).to.equal(false);
      reader.receive(bytes.slice(20, 200));
      expect(reader.isWithinMessage).to.equal(true);
      reader.receive(bytes.slice(200));
      expect(reader.isWithinMessage).to.equal(false);
      reader.receive(changed(bytes, 9).slice(0, 200));
      expect(reader.isWithinMessage).to.equal(false);
    });
  }

  for (const carrier of ['stream', 'length'] as const) {
    for (const size of [1, 7, 33, 4096, 1 << 20]) {
      it(`puts every type of message together on the carrier ${carrier} from chunks of ${size} bytes`, () => {
        const all = concat(encoded.map((message) => frameForCarrier(carrier, message)));
        const sink = read(carrier, cut(all, size));
        expect(sink.errors).to.deep.equal([]);
        expect(sink.headers.map((h) => h.requestId)).to.deep.equal(samples.map((_, i) => i * 3));
        for (const [i, message] of sink.messages.entries()) {
          expect(encodeMessage({ sequence: i, requestId: i * 3 }, message)).to.deep.equal(encoded[i]);
        }
      });
    }
  }

  it('takes one message a transfer on the carrier message', () => {
    const sink = read('message', encoded);
    expect(sink.errors).to.deep.equal([]);
    expect(sink.messages).to.have.length(samples.length);
    expect(read('message', [encoded[0]!.subarray(0, 40)]).kinds).to.deep.equal([linkErrorKind.WRONG_LENGTH]);
    expect(read('message', [new Uint8Array(3)]).kinds).to.deep.equal([linkErrorKind.WRONG_LENGTH]);
  });

  it('tells a damaged payload with its header and goes on with the next message', () => {
    for (const carrier of ['stream', 'length', 'message'] as const) {
      const parts = [changed(encoded[0]!, 40), encoded[1]!].map((m) => frameForCarrier(carrier, m));
      const sink = read(carrier, parts);
      expect(sink.kinds).to.deep.equal([linkErrorKind.PAYLOAD_CRC]);
      expect(sink.errors[0]!.header?.type).to.equal(1);
      expect(sink.messages).to.have.length(1);
    }
  });

  it('ends on a damaged header where only lengths delimit, and goes on where borders do', () => {
    for (const [at, kind] of [
      [1, linkErrorKind.BAD_MAGIC],
      [24, linkErrorKind.HEADER_CRC],
    ] as const) {
      const bad = changed(encoded[0]!, at);
      const length = read('length', [bad, encoded[1]!]);
      expect(length.kinds).to.deep.equal([kind]);
      expect(length.errors[0]!.fatal).to.equal(true);
      expect(length.messages).to.have.length(0);
      for (const carrier of ['stream', 'message'] as const) {
        const sink = read(carrier, [frameForCarrier(carrier, bad), frameForCarrier(carrier, encoded[1]!)]);
        expect(sink.kinds).to.deep.equal([kind]);
        expect(sink.errors[0]!.fatal).to.equal(false);
        expect(sink.messages).to.have.length(1);
      }
    }
  });

  it('refuses a payload above the agreed length before it takes memory, and goes on behind it', () => {
    for (const carrier of ['stream', 'length', 'message'] as const) {
      const parts = [encoded.at(-2)!, encoded[1]!].map((m) => frameForCarrier(carrier, m));
      const sink = read(carrier, parts, { maximumPayload: 600 });
      expect(sink.kinds).to.deep.equal([linkErrorKind.TOO_LONG]);
      expect(sink.messages).to.have.length(1);
    }
  });

  it('receives the next whole frame after any garbage on the stream carrier', () => {
    const frame = frameForCarrier('stream', encoded[0]!);
    for (let length = 1; length < 400; length += 3) {
      const garbage = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 7) & 0xff);
      const sink = read('stream', [garbage, frame, frame.subarray(0, length % (frame.length - 1)), frame]);
      expect(sink.messages.length, `${length} bytes of garbage`).to.equal(2);
    }
  });

  it('keeps payloads apart unless they are borrowed', () => {
    const messages = [encoded.at(-1)!, encoded.at(-2)!];
    for (const borrow of [false, true]) {
      const payloads: Uint8Array[] = [];
      const reader = createMessageReader(
        'length',
        { message: (_, payload) => payloads.push(payload), linkError: (error) => expect.fail(error.text) },
        { borrow },
      );
      for (const chunk of cut(concat(messages), 100)) reader.receive(chunk);
      expect(payloads[0]!.buffer === payloads[1]!.buffer).to.equal(borrow);
    }
  });
});
