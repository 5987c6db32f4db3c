import { expect } from 'chai';
import { pixelFormat } from '../generated/enums.js';
import { createPatterns } from '../generated/messages.js';
import { BuiltReadouts } from './built-readouts.js';
import { encodeMessage } from './message.js';
import { encodePatternParts } from './message-parts.js';

const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 2654435761) >>> 24);
const fields = { sequence: 2 ** 40 + 3, compatibleFlags: 1 };

describe('messages that are put together from pieces', () => {
  it('PATTERNS in three parts are the bytes of the whole message, and the patterns are not copied', () => {
    for (const length of [0, 1, 7, 128, 1000, 300_000]) {
      const message = { ...createPatterns(), firstPatternId: 2 ** 33, count: 1, flags: 1, patternBytes: length };
      const data = bytesOf(length);
      const parts = encodePatternParts(fields, { ...message, data });
      expect(parts[1].buffer).to.equal(data.buffer);
      expect(Buffer.concat(parts).equals(encodeMessage(fields, { ...message, data })), `${length} bytes`).to.equal(
        true,
      );
    }
  });

  it('READOUTS built in place are the bytes of the same READOUTS encoded by a copy, the first time and every other', () => {
    for (const [count, imageBytes] of [
      [1, 0],
      [1, 1],
      [3, 1024],
      [7, 301],
      [2, 301_056],
    ] as const) {
      const shape = {
        regionX: 1,
        regionY: 2,
        regionWidth: 3,
        regionHeight: 4,
        pixelFormat: pixelFormat.MONO8,
        imageBytes,
      };
      const built = new BuiltReadouts(count, shape);
      built.data.set(bytesOf(count * imageBytes));
      for (let i = 0; i < count; i++) {
        built.frames.setFrame(i, 2 ** 35 + i);
        built.sumUp(i);
      }
      const { frames, data } = built;
      const expected = encodeMessage(fields, { type: 'READOUTS', ...shape, frames, data: data.slice() });
      const first = encodeMessage(fields, built);
      expect(Buffer.compare(first, expected), `${count} of ${imageBytes} bytes`).to.equal(0);
      expect(built.data.buffer).to.equal(first.buffer);
      const second = encodeMessage(fields, built);
      expect(Buffer.compare(second, expected)).to.equal(0);
      expect(second.buffer).not.to.equal(first.buffer);
    }
  });
});
