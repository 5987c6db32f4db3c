import { expect } from 'chai';
import type { MessageHeader } from '../codec/header.js';
import { encodeMessage } from '../codec/message.js';
import { createHelloReply, messageCodecs } from '../generated/messages.js';
import { createMessageReader } from './create-message-reader.js';

const MINE = 0x1234;
const reply = (session: number, requestId = 1): Uint8Array =>
  encodeMessage({ sequence: 0, requestId, session }, createHelloReply());

/** A host's reader: it stops to hunt at the reply to its HELLO. */
function host() {
  const taken: number[] = [];
  const skipped: number[] = [];
  const errors: string[] = [];
  const reader = createMessageReader(
    'length',
    {
      message: (header: MessageHeader) => {
        taken.push(header.session);
        if (header.type === messageCodecs.HELLO_REPLY.id) reader.isHunting = false;
      },
      linkError: (error) => errors.push(error.text),
      skipped: (header) => void skipped.push(header.session),
    },
    {
      hunts: true,
      accepts: ({ session, requestId }) => session === MINE || (session === 0 && requestId === 1),
    },
  );
  return { reader, taken, skipped, errors };
}

describe('the hunt for the first border', () => {
  const old = reply(0x4321);
  const own = reply(MINE);

  it('finds the message of this session behind every part of one of another, in chunks of 1, 7 and all bytes', () => {
    for (const size of [1, 7, 1 << 20]) {
      for (let from = 0; from <= old.length; from++) {
        for (const stale of [old.subarray(from), old.subarray(0, from)]) {
          const { reader, taken, errors } = host();
          const bytes = new Uint8Array(Buffer.concat([stale, own]));
          for (let at = 0; at < bytes.length; at += size) reader.receive(bytes.subarray(at, at + size));
          expect(taken, `${from} of ${old.length}, chunks of ${size}`).to.deep.equal([MINE]);
          expect(errors).to.deep.equal([]);
          expect(reader.bytesPassed).to.equal(stale.length);
        }
      }
    }
  });

  it('takes the half of a message of this very session for none, and the whole one behind it', () => {
    for (let from = 1; from < own.length; from++) {
      const { reader, taken } = host();
      reader.receive(new Uint8Array(Buffer.concat([own.subarray(0, from), own, own])));
      expect(taken.length, `${from} bytes`).to.be.at.least(1);
    }
  });

  it('takes the reply of a device that knows of no sessions by the request it answers', () => {
    const { reader, taken, skipped } = host();
    reader.receive(new Uint8Array(Buffer.concat([reply(0, 9), reply(0, 1)])));
    expect({ taken, skipped }).to.deep.equal({ taken: [0], skipped: [0] });
  });

  it('holds no more than one message of 4 096 bytes, whatever a header promises', () => {
    const { reader, taken } = host();
    const large = encodeMessage(
      { sequence: 0, session: MINE, requestId: 1 },
      {
        ...createHelloReply(),
      },
    );
    for (let i = 0; i < 3000; i++) reader.receive(new Uint8Array(1000).fill(0x4f));
    reader.receive(large);
    expect(taken).to.deep.equal([MINE]);
    expect(reader.bytesPassed).to.equal(3_000_000);
  });

  it('skips whole messages of another session once the border is known', () => {
    const { reader, taken, skipped } = host();
    reader.receive(new Uint8Array(Buffer.concat([own, old, own])));
    expect({ taken, skipped }).to.deep.equal({ taken: [MINE, MINE], skipped: [0x4321] });
  });
});
