import { McapWriter } from '@mcap/core';
import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { exportNpz } from '../export/npz.js';
import { exportPngs } from '../export/png.js';
import { memorySink, sampleCapture } from '../testing/sample.js';
import { memorySource } from './byte-source.js';
import { indexCapture } from './capture-index.js';
import { whyNoCapture } from './no-capture.js';
import { recoverTo } from './recover.js';
import { verifyCapture } from './verify.js';

/** An MCAP file of another program, whole, with messages but no schema for them. */
async function foreignFile(profile: string, topic: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0n;
  const writer = new McapWriter({
    writable: {
      position: () => length,
      write: async (bytes) => {
        parts.push(bytes.slice());
        length += BigInt(bytes.length);
      },
    },
  });
  await writer.start({ profile, library: 'other 1.0' });
  const channelId = await writer.registerChannel({ schemaId: 0, topic, messageEncoding: 'json', metadata: new Map() });
  await writer.addMessage({ channelId, sequence: 0, logTime: 1n, publishTime: 1n, data: Buffer.from('{}') });
  await writer.end();
  return Buffer.concat(parts);
}

/** What each way of reading a file says of one that it refuses. */
async function complaints(bytes: Uint8Array): Promise<string[]> {
  const source = memorySource(bytes);
  const ways = [
    indexCapture(source),
    recoverTo(source, memorySink()),
    exportNpz(source, '/nowhere/x.npz'),
    exportPngs(source, '/nowhere/x'),
  ];
  return await Promise.all(
    ways.map((way) =>
      way.then(
        () => 'taken',
        (error: unknown) => (isOpuError(error, 'INVALID_FILE') ? error.message : `not in words: ${error}`),
      ),
    ),
  );
}

describe('whyNoCapture', () => {
  it('has nothing against a capture, however much of it is missing behind its header', async () => {
    const file = await sampleCapture(3);
    for (let cut = file.length; cut > 100; cut -= 7) {
      expect(await whyNoCapture(memorySource(file.subarray(0, cut))), `cut at ${cut}`).to.equal(undefined);
    }
  });

  it('says of every way to read the MCAP file of another program who wrote it', async () => {
    const file = await foreignFile('ros2', '/camera');
    for (const text of await complaints(file)) {
      expect(text).to.contain('an MCAP file (profile "ros2", written by other 1.0), but no capture of an OPU');
    }
    const error = await verifyCapture(memorySource(file)).catch((thrown: unknown) => thrown);
    expect(isOpuError(error, 'INVALID_FILE')).to.equal(true);
  });

  it('takes nothing from a file that claims to be a capture and has neither schemas nor CRCs', async () => {
    const file = await foreignFile('opu', '/opu/readouts');
    for (const text of await complaints(file)) expect(text).to.match(/nothing of a recording|Nothing can be|no frames/);
    const report = await verifyCapture(memorySource(file));
    expect(report).to.deep.include({ ok: false, frames: 0 });
  });

  it('finds a flipped byte in the profile, and recovers what is behind it', async () => {
    const file = await sampleCapture(3);
    file[8 + 9 + 4]! ^= 1;
    expect((await verifyCapture(memorySource(file))).ok).to.equal(false);
    expect((await recoverTo(memorySource(file), memorySink())).frames).to.equal(3);
  });
});
