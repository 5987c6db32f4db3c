import { expect } from 'chai';
import { BuiltReadouts } from '../codec/built-readouts.js';
import { encodeMessage } from '../codec/message.js';
import { linkErrorKind, pixelFormat } from '../generated/enums.js';
import type { Readouts } from '../generated/messages.js';
import { createMessageReader } from './create-message-reader.js';
import { SUMMED_UP_BYTES } from './sum-up.js';

/** READOUTS of `count` images, as a device without `BuiltReadouts` writes them: the CRC is over the payload as it is. */
function encoded(count: number, imageBytes: number, change: (message: Readouts) => void): Uint8Array {
  const built = new BuiltReadouts(count, {
    regionX: 0,
    regionY: 0,
    regionWidth: imageBytes,
    regionHeight: 1,
    pixelFormat: pixelFormat.MONO8,
    imageBytes,
  });
  for (let i = 0; i < built.data.length; i++) built.data[i] = i * 31;
  for (let i = 0; i < count; i++) built.sumUp(i);
  const message: Readouts = { ...built, type: 'READOUTS', frames: built.frames, data: built.data };
  change(message);
  return encodeMessage({ sequence: 0, requestId: 0 }, message);
}

function heard(bytes: Uint8Array): string {
  let said = 'nothing';
  const reader = createMessageReader(
    'length',
    {
      message: () => {
        said = 'message';
      },
      linkError: ({ kind }) => {
        said =
          kind === linkErrorKind.MALFORMED ? 'malformed' : kind === linkErrorKind.PAYLOAD_CRC ? 'damaged' : 'other';
      },
    },
    { maximumPayload: 1 << 24 },
  );
  reader.receive(bytes);
  return said;
}

describe('READOUTS whose images are summed up with the payload', () => {
  const large = Math.ceil(SUMMED_UP_BYTES / 3);
  it('are intact when all CRCs are right', () => {
    expect(heard(encoded(4, large, () => {}))).to.equal('message');
  });

  it('are malformed when an image is not the one that its record tells, although the payload is intact', () => {
    for (const image of [0, 3]) {
      const wrong = encoded(4, large, (message) => message.frames.setImageCrc(image, 1));
      expect(heard(wrong)).to.equal('malformed');
    }
  });

  it('are damaged when any byte was changed on the way: in the head, in an image, in the CRC', () => {
    const bytes = encoded(4, large, () => {});
    for (const at of [40, 70, 100, 400, bytes.length >> 1, bytes.length - 5, bytes.length - 1]) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1;
      expect(heard(changed), `byte ${at}`).to.equal('damaged');
    }
  });

  it('are summed up as they are when their fields do not fit each other', () => {
    const short = encoded(4, large, (message) => {
      (message as { data: Uint8Array }).data = message.data.subarray(1);
    });
    expect(heard(short)).to.equal('message');
    const last = Uint8Array.from(short);
    last[1000]! ^= 1;
    expect(heard(last)).to.equal('damaged');
  });
});
