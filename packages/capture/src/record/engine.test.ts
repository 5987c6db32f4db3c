import { VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { encodeRecord } from '../format/encode.js';
import { readIndependently } from '../testing/independent-reader.js';
import { memorySink, sampleReadout } from '../testing/sample.js';
import { loadCompression } from '../write/compression.js';
import { EngineCore } from './engine.js';

/** Compression of each of 16 chunks, while so many records wait at each look. */
function compressions(waiting: () => number): string[] {
  const sink = memorySink();
  let handled = 0;
  const core = new EngineCore(sink, () => {}, { posted: () => handled + waiting(), clock: new VirtualClock() });
  for (let chunk = 0; chunk < 16; chunk++) {
    const records = Array.from({ length: 16 }, (_, n) => encodeRecord(sampleReadout(16 * chunk + n), 10_000));
    handled += 16;
    core.handle({ type: 'records', records });
  }
  core.handle({ type: 'end', totals: {} });
  return readIndependently(sink.bytes()).compressions;
}

describe('EngineCore', () => {
  before(loadCompression);

  it('packs every chunk while nothing waits, and none while more than 8 records wait', () => {
    expect(compressions(() => 0)).to.deep.equal(Array(16).fill('zstd'));
    expect(compressions(() => 9)).to.deep.equal(Array(16).fill(''));
  });

  it('leaves packing alone for 4, then 8 chunks where more than 24 records wait each time it was done', () => {
    let looks = 0;
    // The look before packing finds nothing waiting, the look after it 25 records.
    const packed = compressions(() => (looks++ % 2 === 0 ? 0 : 25));
    const expected = Array.from({ length: 16 }, (_, chunk) =>
      chunk === 0 || chunk === 5 || chunk === 14 ? 'zstd' : '',
    );
    expect(packed).to.deep.equal(expected);
  });
});
