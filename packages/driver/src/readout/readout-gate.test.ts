import { BuiltReadouts, pixelFormat, type Readouts } from '@opu/protocol';
import { expect } from 'chai';
import { type ImageShape, judgeReadouts } from './readout-gate.js';

const shape: ImageShape = { bitDepth: 8, regionOfInterest: { x: 0, y: 0, width: 5, height: 3 } };

/** Two sound images, and what is changed about them. */
function readouts(change: (message: BuiltReadouts) => Partial<Readouts> = () => ({})): Readouts {
  const built = new BuiltReadouts(2, {
    regionX: 0,
    regionY: 0,
    regionWidth: 5,
    regionHeight: 3,
    pixelFormat: pixelFormat.MONO8,
    imageBytes: 15,
  });
  built.data.forEach((_, i) => {
    built.data[i] = i * 7;
  });
  for (let i = 0; i < 2; i++) built.sumUp(i);
  const { regionX, regionY, regionWidth, regionHeight, imageBytes, frames, data } = built;
  const plain = {
    type: 'READOUTS' as const,
    regionX,
    regionY,
    regionWidth,
    regionHeight,
    pixelFormat: built.pixelFormat,
    imageBytes,
  };
  return { ...plain, frames, data, ...change(built) };
}

describe('judgeReadouts', () => {
  it('lets sound readouts pass', () => {
    expect(judgeReadouts(readouts(), shape)).to.equal(undefined);
  });

  const broken: [string, string, Parameters<typeof readouts>[0]][] = [
    ['fewer bytes than its frames need', 'OPU-RDO-3', ({ data }) => ({ data: data.subarray(0, 29) })],
    ['more bytes than its frames need', 'OPU-RDO-3', ({ data }) => ({ data: Uint8Array.of(...data, 0) })],
    ['no bytes at all', 'OPU-RDO-3', () => ({ data: new Uint8Array(0) })],
    ['another pixel format than configured', 'OPU-RDO-3', () => ({ pixelFormat: pixelFormat.FLOAT32, imageBytes: 60 })],
    ['a format that is not known', 'OPU-RDO-3', () => ({ pixelFormat: 77 as never })],
    ['another width', 'OPU-RDO-3', () => ({ regionWidth: 3, regionHeight: 5 })],
    ['another size of an image', 'OPU-RDO-3', ({ data }) => ({ imageBytes: 14, data: data.subarray(0, 28) })],
    [
      'one flipped bit in the second image',
      'OPU-RDO-4',
      ({ data }) => ({ data: Uint8Array.from(data, (value, i) => (i === 20 ? value ^ 4 : value)) }),
    ],
  ];
  for (const [name, clause, change] of broken) {
    it(`refuses ${name}, and cites ${clause}`, () => {
      const error = judgeReadouts(readouts(change), shape);
      expect(error?.code).to.equal('PROTOCOL_VIOLATION');
      expect(error?.blame).to.equal('device');
      expect(error?.details.clause).to.equal(clause);
    });
  }
});
