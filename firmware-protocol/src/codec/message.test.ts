import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { linkErrorKind, readoutFlag } from '../generated/enums.js';
import {
  createEvent,
  createHelloReply,
  createReadouts,
  decodePatternCredit,
  encodePatternCredit,
  encodeReadouts,
  type Message,
} from '../generated/messages.js';
import { ReadoutRecordList } from '../generated/records.js';
import { putU32 } from '../primitives/bytes.js';
import { createHeader, HEADER_BYTES } from './header.js';
import { decodeMessage, encodeMessage, isLinkError } from './message.js';

function decoded(message: Message): Message {
  const bytes = encodeMessage({ sequence: 0 }, message);
  const header = { ...createHeader(), type: bytes[8]! | (bytes[9]! << 8) };
  const result = decodeMessage(header, bytes.subarray(HEADER_BYTES, -4));
  if (isLinkError(result)) throw new Error(result.text);
  return result;
}

describe('the codec', () => {
  it('hands records out by index without an object each', () => {
    const frames = ReadoutRecordList.allocate(300);
    for (let i = 0; i < 300; i++) {
      frames.setFrame(i, 2 ** 53 - 300 + i);
      frames.setPatternId(i, i);
      frames.setReferencePhase(i, i / 7);
      frames.setFlags(i, readoutFlag.SATURATED);
    }
    const message = { ...createReadouts(), frames, imageBytes: 2, data: new Uint8Array(600) };
    const result = decoded(message);
    if (result.type !== 'READOUTS') throw new Error(result.type);
    expect(result.frames.count).to.equal(300);
    expect(result.frames.frame(299)).to.equal(2 ** 53 - 1);
    expect(result.frames.referencePhase(3)).to.equal(3 / 7);
    expect(result.frames.toArray()).to.deep.equal(frames.toArray());
    expect(() => result.frames.frame(300)).to.throw('There is no record 300');
  });

  it('starts images and patterns 8-aligned in the message', () => {
    for (const count of [0, 1, 5]) {
      const message = {
        ...createReadouts(),
        frames: ReadoutRecordList.allocate(count),
        data: new Uint8Array(1).fill(7),
      };
      expect((HEADER_BYTES + encodeReadouts(message).indexOf(7, 40 + 64 * count)) % 8).to.equal(0);
    }
  });

  it('refuses a 64-bit number above 2^53 - 1', () => {
    const payload = encodePatternCredit({ type: 'PATTERN_CREDIT', nextPatternId: 1, creditLimit: 2 ** 53 - 1 });
    expect(decodePatternCredit(payload).creditLimit).to.equal(2 ** 53 - 1);
    putU32(payload, 12, 0x200000);
    const result = decodeMessage({ ...createHeader(), type: 0x0302 }, payload);
    expect(isLinkError(result) && result.kind).to.equal(linkErrorKind.MALFORMED);
  });

  it('ignores what stands behind the fields that it knows, and refuses a payload that is too short', () => {
    const payload = encodePatternCredit({ type: 'PATTERN_CREDIT', nextPatternId: 1, creditLimit: 9 });
    const longer = new Uint8Array(payload.length + 5).fill(0xff);
    longer.set(payload);
    expect(decodePatternCredit(longer)).to.deep.equal(decodePatternCredit(payload));
    for (let length = 0; length < payload.length; length++) {
      expect(() => decodePatternCredit(payload.subarray(0, length)))
        .to.throw()
        .that.satisfies((e: unknown) => isOpuError(e, 'PROTOCOL_VIOLATION'));
    }
  });

  it('refuses to write what a field cannot hold, and cuts texts for people at a whole character', () => {
    for (const bad of [-1, 0.5, 2 ** 53, Number.NaN]) {
      expect(() => encodePatternCredit({ type: 'PATTERN_CREDIT', nextPatternId: bad, creditLimit: 0 }))
        .to.throw('nextPatternId')
        .that.satisfies((e: unknown) => isOpuError(e, 'INVALID_ARGUMENT'));
    }
    expect(() => encodeMessage({ sequence: 0 }, { ...createHelloReply(), serial: 'x'.repeat(65) })).to.throw('serial');
    const event = decoded({ ...createEvent(), text: `x${'\u{1f600}'.repeat(400)}` });
    const lone = decoded({ ...createEvent(), text: 'a\ud800b\udc00' });
    expect(lone.type === 'EVENT' && lone.text).to.equal('a\ufffdb\ufffd');
    expect(event.type === 'EVENT' && event.text).to.equal(`x${'\u{1f600}'.repeat(255)}`);
  });
});
