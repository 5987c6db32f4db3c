import { expect } from 'chai';
import { encodeMessage } from '../codec/message.js';
import { createHelloReply, createPatterns } from '../generated/messages.js';
import { HandshakeReader } from './handshake-reader.js';

const hello = encodeMessage({ sequence: 0, requestId: 1 }, { ...createHelloReply(), model: 'new' });
const old = encodeMessage({ sequence: 9, requestId: 4 }, { type: 'DONE', tick: 5, value: 6 });
const medium = encodeMessage({ sequence: 9 }, { ...createPatterns(), data: new Uint8Array(3_000) });
const long = encodeMessage({ sequence: 9 }, { ...createPatterns(), data: new Uint8Array(50_000) });

function bytesOf(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** What is found when the bytes come in chunks of a size, and the session begins with HELLO_REPLY. */
function found(bytes: Uint8Array, size: number): { types: number[]; fatal: number; errors: number } {
  const result = { types: [] as number[], fatal: 0, errors: 0 };
  const reader: HandshakeReader = new HandshakeReader(
    {
      message: (header) => {
        result.types.push(header.type);
        if (header.type === 2) reader.settle();
      },
      linkError: (error) => {
        result.errors++;
        if (error.fatal) result.fatal++;
      },
    },
    { maximumPayload: 100_000 },
  );
  for (let at = 0; at < bytes.length; at += size) reader.receive(bytes.slice(at, at + size));
  return result;
}

describe('HandshakeReader', () => {
  const noise = Uint8Array.from({ length: 300 }, (_, i) => (i * 37) & 255);
  const cases: [string, Uint8Array, number[]][] = [
    ['nothing', new Uint8Array(0), []],
    ['noise', noise, []],
    ['4096 zeros', new Uint8Array(4096), []],
    ['the start of a magic', hello.slice(0, 3), []],
    ['a whole message of before', old, [0x0101]],
    ['a message of before that is cut off in its header', old.slice(0, 20), []],
    ['a message of before that is cut off in its payload', old.slice(0, 40), []],
    ['the end of one', old.slice(10), []],
    ['a message of before that is longer than what follows, and cut off', medium.slice(0, 1000), []],
    ['a long message of before that is cut off', long.slice(0, 4096), []],
    ['an answer to a HELLO of before that is cut off', hello.slice(0, 60), []],
  ];
  for (const [what, stale, types] of cases) {
    for (const size of [1, 7, 100_000]) {
      it(`finds the handshake behind ${what}, in chunks of ${size}, and all that follows`, () => {
        const after = encodeMessage({ sequence: 1 }, { ...createPatterns(), data: new Uint8Array(9000) });
        const known = types.map(() => old[8]! | (old[9]! << 8));
        const result = found(bytesOf(stale, hello, old, after), size);
        expect(result.fatal).to.equal(0);
        expect(result.types).to.deep.equal([...known, 2, old[8]! | (old[9]! << 8), after[8]! | (after[9]! << 8)]);
      });
    }
  }

  it('gives up after 64 KiB that are no message', () => {
    expect(found(new Uint8Array(66_000).fill(1), 1000)).to.include({ fatal: 1 });
    expect(found(new Uint8Array(60_000).fill(1), 1000)).to.include({ fatal: 0 });
  });

  it('has lost the border for good when damage comes later', () => {
    expect(found(bytesOf(hello, noise), 1000)).to.include({ fatal: 1 });
  });
});
