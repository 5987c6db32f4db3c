import { expect } from 'chai';
import { memorySink, sampleCapture } from '../testing/sample.js';
import { memorySource } from './byte-source.js';
import { indexCapture } from './capture-index.js';
import { recoverTo } from './recover.js';
import { salvage } from './salvage.js';
import { verifyCapture } from './verify.js';

const FRAMES = 20;
const CHUNK_FRAMES = 4;
/** Frames that the sample's own recorder left out, behind the last one. */
const LEFT_OUT = 2;
/** The chunk that is damaged, from 0: the fourth of six; the first has what came before the frames. */
const DAMAGED = 2;

interface Place {
  readonly offset: number;
  readonly length: number;
  readonly frames: readonly number[];
}

async function chunksOf(file: Uint8Array): Promise<Place[]> {
  const places: Place[] = [];
  for await (const part of salvage(memorySource(file))) {
    if (part.type !== 'chunk') continue;
    const frames = part.messages.flatMap(({ record }) => (record?.kind === 'readout' ? [record.frame] : []));
    places.push({ offset: part.offset, length: part.length, frames });
  }
  return places;
}

/** Bytes of a record before its content, and of a chunk's content before its records. */
const parts: Readonly<Record<string, (chunk: Place) => number>> = {
  opcode: ({ offset }) => offset,
  length: ({ offset }) => offset + 3,
  'low byte of the length': ({ offset }) => offset + 1,
  times: ({ offset }) => offset + 9 + 3,
  'uncompressed size': ({ offset }) => offset + 9 + 16,
  crc: ({ offset }) => offset + 9 + 24,
  body: ({ offset, length }) => offset + (length >> 1),
  'last byte': ({ offset, length }) => offset + length - 1,
};

describe('a recording with one flipped bit in the middle', () => {
  for (const compress of [false, true]) {
    for (const [part, at] of Object.entries(parts)) {
      it(`in the ${part} of a ${compress ? 'compressed' : 'plain'} chunk: verify, info and recover agree on what is left, and the gap is told`, async () => {
        const file = await sampleCapture(FRAMES, { chunkFrames: CHUNK_FRAMES, compress });
        const chunks = await chunksOf(file);
        const chunk = chunks[DAMAGED]!;
        const lost = chunk.frames;
        expect(lost).to.have.length(CHUNK_FRAMES);
        const flipped = Uint8Array.from(file);
        flipped[at(chunk)]! ^= 0x10;

        const verified = await verifyCapture(memorySource(flipped));
        const index = await indexCapture(memorySource(flipped));
        const sink = memorySink();
        const report = await recoverTo(memorySource(flipped), sink);
        // What the times of a chunk say is checked by the CRC over the whole file alone: nothing else is lost by it.
        const isLost = part !== 'times';
        const left = FRAMES - (isLost ? CHUNK_FRAMES : 0);
        expect(verified.ok).to.equal(false);
        expect(verified.frames).to.equal(left);
        expect(index.frames).to.have.length(left);
        expect(report.frames).to.equal(left);
        expect(verified.messages).to.equal(report.messages - report.missing.length);
        expect(report.missing).to.deep.equal(isLost ? [{ from: lost[0], to: lost.at(-1) }] : []);

        const recovered = await indexCapture(memorySource(sink.bytes()));
        expect((await verifyCapture(memorySource(sink.bytes()))).ok).to.equal(true);
        expect(recovered.damage).to.deep.equal([]);
        expect(recovered.frames).to.have.length(left);
        expect(recovered.framesNotRecorded).to.equal(LEFT_OUT + FRAMES - left);
        expect(recovered.missing).to.deep.equal(report.missing);
      });
    }
  }

  it('in the index behind a chunk, the footer or the last magic: nothing is lost, and all say so', async () => {
    const file = await sampleCapture(FRAMES, { chunkFrames: CHUNK_FRAMES });
    const chunk = (await chunksOf(file))[DAMAGED]!;
    for (const at of [chunk.offset + chunk.length + 30, file.length - 20, file.length - 3]) {
      const flipped = Uint8Array.from(file);
      flipped[at]! ^= 0x10;
      const verified = await verifyCapture(memorySource(flipped));
      expect(verified.ok, `byte ${at}`).to.equal(false);
      expect(verified.frames).to.equal(FRAMES);
      const report = await recoverTo(memorySource(flipped), memorySink());
      expect(report.frames).to.equal(FRAMES);
      expect(report.missing).to.deep.equal([]);
    }
  });
});
