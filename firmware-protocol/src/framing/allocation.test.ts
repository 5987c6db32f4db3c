import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { encodeMessage } from '../codec/message.js';
import {
  createPatternCredit,
  createPatterns,
  createReadouts,
  decodePatternCredit,
  decodePatterns,
  decodeReadouts,
} from '../generated/messages.js';
import { ReadoutRecordList } from '../generated/records.js';
import { createMessageReader } from './create-message-reader.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const ROUNDS = 2000;

/** Bytes of heap that one call takes: the least of several trials, because whatever else runs only adds. */
function heapBytes(call: () => void): number {
  for (let i = 0; i < 50 * ROUNDS; i++) call();
  let least = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < 12; trial++) {
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < ROUNDS; i++) call();
    const taken = (process.memoryUsage().heapUsed - before) / ROUNDS;
    if (taken >= 0) least = Math.min(least, taken);
  }
  return least;
}

describe('a MessageReader in the steady state', () => {
  const source = new Uint8Array(400);
  let kept: Uint8Array | undefined;
  const view = heapBytes(() => {
    kept = source.subarray(3, 70);
  });

  it('is measured with a ruler that sees a view', () => {
    expect(kept).to.have.length(67);
    expect(view).to.be.above(20);
  });

  for (const [name, message, decode, views] of [
    ['PATTERN_CREDIT', createPatternCredit(), decodePatternCredit, 1],
    ['PATTERNS with its data', { ...createPatterns(), data: new Uint8Array(32) }, decodePatterns, 2],
    [
      'READOUTS of 20 frames with its data',
      { ...createReadouts(), frames: ReadoutRecordList.allocate(20), data: new Uint8Array(320) },
      decodeReadouts,
      2,
    ],
  ] as const) {
    it(`allocates ${views === 1 ? 'the payload view' : 'two views'} and nothing else for ${name} (within 64 bytes, room for boxed numbers)`, () => {
      const bytes = encodeMessage({ sequence: 1 }, message);
      const into = decode(bytes.subarray(32, -4)) as never;
      const reader = createMessageReader('length', {
        message: (_, payload) => void decode(payload, into),
        linkError: (error) => expect.fail(error.text),
      });
      expect(heapBytes(() => reader.receive(bytes))).to.be.below(views * view + 64);
    });
  }

  it('allocates two views and nothing else for a borrowed message in two pieces of 150 bytes (within 64 bytes, room for boxed numbers)', () => {
    const bytes = encodeMessage({ sequence: 1 }, { ...createPatterns(), data: new Uint8Array(200) });
    const [head, tail] = [bytes.subarray(0, 150), bytes.subarray(150)];
    const reader = createMessageReader(
      'length',
      { message: () => {}, linkError: (error) => expect.fail(error.text) },
      { borrow: true },
    );
    const taken = heapBytes(() => {
      reader.receive(head);
      reader.receive(tail);
    });
    // A view on each piece while it is copied, and the payload's.
    expect(taken).to.be.below(3 * view + 64);
  });
});
