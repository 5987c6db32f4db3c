import { expect } from 'chai';
import { encodeMessage } from '../codec/message.js';
import { createPatterns } from '../generated/messages.js';
import { Random } from '../testing/random.js';
import { cobsBound, cobsEncode, cobsFrame } from './cobs.js';
import { createMessageReader } from './create-message-reader.js';

function encoded(source: Uint8Array): number[] {
  const target = new Uint8Array(cobsBound(source.length));
  return [...target.subarray(0, cobsEncode(source, target, 0))];
}

/** As the paper has it, byte by byte. */
function encodedSlowly(source: Uint8Array): number[] {
  const target = [0];
  let codeAt = 0;
  const endBlock = (): void => {
    target[codeAt] = target.length - codeAt;
    codeAt = target.push(0) - 1;
  };
  for (const byte of source) {
    if (byte !== 0) target.push(byte);
    if (byte === 0 || target.length - codeAt === 255) endBlock();
  }
  target[codeAt] = target.length - codeAt;
  return target;
}

const counting = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('COBS', () => {
  it('encodes as the paper says (Cheshire and Baker, 1999)', () => {
    const cases: [number[], number[]][] = [
      [[], [1]],
      [[0], [1, 1]],
      [
        [0, 0],
        [1, 1, 1],
      ],
      [
        [0x11, 0x22, 0, 0x33],
        [3, 0x11, 0x22, 2, 0x33],
      ],
      [
        [0x11, 0, 0, 0],
        [2, 0x11, 1, 1, 1],
      ],
      [counting(1, 253), [254, ...counting(1, 253)]],
      [counting(1, 254), [255, ...counting(1, 254), 1]],
      [
        [0, ...counting(1, 254)],
        [1, 255, ...counting(1, 254), 1],
      ],
      [counting(1, 255), [255, ...counting(1, 254), 2, 255]],
    ];
    for (const [source, expected] of cases) expect(encoded(Uint8Array.from(source))).to.deep.equal(expected);
  });

  it('never needs more room than its bound, and leaves no zero, for runs of 0 to 1100 bytes', () => {
    for (let length = 0; length <= 1100; length++) {
      const bytes = encoded(new Uint8Array(length).fill(7));
      expect(bytes.length).to.be.at.most(cobsBound(length));
      expect(bytes.includes(0)).to.equal(false);
    }
  });

  it('is the same byte by byte, wherever the bytes lie in memory and however seldom they are zero', () => {
    const random = new Random(8);
    for (let trial = 0; trial < 300; trial++) {
      const seldom = random.pick([2, 30, 240, 1000]);
      const start = random.below(9);
      const source = new Uint8Array(start + random.below(trial % 10 === 0 ? 9000 : 700)).subarray(start);
      for (let i = 0; i < source.length; i++) source[i] = random.oneIn(seldom) ? 0 : 1 + random.below(255);
      expect(encoded(source), `trial ${trial}`).to.deep.equal(encodedSlowly(source));
    }
  });

  it('is read back with and without the empty piece behind a last one of 254 bytes', () => {
    let found = 0;
    for (let length = 150; length < 500; length++) {
      const message = encodeMessage(
        { sequence: length },
        { ...createPatterns(), data: new Uint8Array(length).fill(9) },
      );
      const frame = cobsFrame(message);
      const short = Uint8Array.from([...frame.subarray(0, -2), 0]);
      let messages = 0;
      const reader = createMessageReader('stream', { message: () => void messages++, linkError: () => {} });
      reader.receive(frame);
      // A 1 at the end is a last byte of 1, or the code behind one of 0, as well.
      if (frame.at(-2) === 1 && message.at(-1)! > 1) {
        found++;
        reader.receive(short);
        expect(messages, `${length} bytes`).to.equal(2);
      } else expect(messages, `${length} bytes`).to.equal(1);
    }
    expect(found).to.be.above(0);
  });
});
