import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { McapIndexedReader, TempBuffer } from '@mcap/core';
import { expect } from 'chai';
import { encodeRecord } from '../format/encode.js';
import { readIndependently } from '../testing/independent-reader.js';
import { memorySink, sampleCapture, sampleReadout, sampleRecords } from '../testing/sample.js';
import { CaptureWriter } from './capture-writer.js';
import { decompressChunk } from './compression.js';

describe('CaptureWriter', () => {
  for (const compress of [true, false]) {
    it(`writes a file that an independent reader finds whole, ${compress ? 'compressed' : 'plain'}`, async () => {
      const file = readIndependently(await sampleCapture(10, { compress }));
      expect(file.profile).to.equal('opu');
      expect(file.messages).to.have.length(sampleRecords(10).length);
      expect(file.metadata.get('opu.provenance')).to.deep.equal({ seed: '7' });
      expect(new Set(file.compressions)).to.deep.equal(new Set([compress ? 'zstd' : '']));
      expect(file.messages.filter((m) => m.topic === '/opu/readouts').map((m) => m.sequence)).to.deep.equal([
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
      ]);
    });
  }

  it('describes images by a schema that the file holds, under the name that viewers know', async () => {
    const { messages } = readIndependently(await sampleCapture(3));
    const message = messages.filter((m) => m.topic === '/opu/readouts')[2]!;
    expect(message.schema.name).to.equal('foxglove.RawImage');
    const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, message.schema.data));
    const image = fromBinary(registry.getMessage('foxglove.RawImage')!, message.data) as unknown as Record<
      string,
      unknown
    >;
    expect(image).to.deep.include({ width: 4, height: 3, encoding: 'mono8', step: 4, frameId: 'camera' });
    expect(image.data).to.deep.equal(sampleReadout(2).data);
    expect(image.timestamp).to.deep.include({ seconds: 0n, nanos: 218_780 });
    expect(image.opu).to.deep.include({ frame: 2n, patternId: 2n, exposureStartTick: 21_878n });
  });

  it('writes JSON records that satisfy the required fields of the schema in the file', async () => {
    const { messages } = readIndependently(await sampleCapture(1));
    for (const message of messages.filter((m) => m.schema.encoding === 'jsonschema')) {
      const schema = JSON.parse(Buffer.from(message.schema.data).toString());
      const value = JSON.parse(Buffer.from(message.data).toString());
      expect(schema.title).to.equal(message.schema.name);
      expect(value).to.include.all.keys(...schema.required);
      expect(Object.keys(schema.properties)).to.include.members(Object.keys(value));
    }
  });

  it('is read by the indexed reader of the MCAP library, by time and topic', async () => {
    const reader = await McapIndexedReader.Initialize({
      readable: new TempBuffer(await sampleCapture(10)),
      decompressHandlers: { zstd: (bytes, size) => decompressChunk(bytes, 'zstd', Number(size)) },
    });
    const times: bigint[] = [];
    for await (const message of reader.readMessages({ topics: ['/opu/readouts'], startTime: 500_000n })) {
      times.push(message.logTime);
    }
    expect(times).to.deep.equal([518_780n, 618_780n, 718_780n, 818_780n, 918_780n]);
  });

  it('asks for a flush after chunkFrames frames, chunkBytes bytes or half a second of device time', () => {
    const writer = (options: object): CaptureWriter => new CaptureWriter(memorySink(), { library: 'test', ...options });
    const fullAt = (target: CaptureWriter, step: number): number => {
      for (let n = 0; ; n++) if (target.add(encodeRecord(sampleReadout(n * step), 10_000))) return n + 1;
    };
    expect(fullAt(writer({ chunkFrames: 5 }), 1)).to.equal(5);
    expect(fullAt(writer({ chunkFrames: 1_000, chunkBytes: 5_000 }), 1)).to.be.within(10, 50);
    // 10 000 ticks a frame: half a second is 5 000 frames; with 1 000 frames a step that is the sixth.
    expect(fullAt(writer({}), 1_000)).to.equal(6);
  });
});
