import { readFileSync } from 'node:fs';
import { isOpuError, openOpu, type RemoteDevice } from '@opu/driver';
import { tcpScheme } from '@opu/driver/node';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { CDevice, cDeviceSource } from '../testing/c-device.js';
import { needTool } from '../testing/need-tool.js';
import { type LinkChunk, recorded } from '../testing/recorded-link.js';
import { dissect } from '../testing/tshark.js';

const PATTERN_BYTES = 128;

function patterns(count: number): Uint8Array {
  let state = 7;
  return Uint8Array.from({ length: count * PATTERN_BYTES }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** What the device's mirrors, imaged one to one, look like: 200 where a mirror is on, 20 where it is off. */
function imageOf(data: Uint8Array, index: number): Uint8Array {
  return Uint8Array.from({ length: 1024 }, (_, i) =>
    data[index * PATTERN_BYTES + (i >> 3)]! & (0x80 >> (i & 7)) ? 200 : 20,
  );
}

describe('the device in C, built from nothing but the generated code', function () {
  this.timeout(60_000);
  let example: CDevice | undefined;
  let device: RemoteDevice | undefined;

  before(async function () {
    needTool(this, 'gcc', 'gcc libc6-dev');
    example = await CDevice.start();
  });

  afterEach(async () => {
    await device?.close();
    device = undefined;
  });

  after(() => example?.stop());

  async function open(chunks: LinkChunk[] = []): Promise<RemoteDevice> {
    device = await openOpu(example!.address, { schemes: { tcp: recorded(tcpScheme, chunks) } });
    return device;
  }

  it('is less than 300 lines long', () => {
    expect(readFileSync(cDeviceSource, 'utf8').split('\n').length).to.be.below(300);
  });

  it('streams 1 000 frames to the driver: each pattern once, in order, with its own image', async () => {
    const opened = await open();
    expect(opened.identity.model).to.equal('C device');
    expect(opened.limits.patternSlots).to.equal(64);
    const data = patterns(1000);
    const rows = Array.from({ length: 1000 }, (_, i) => data.subarray(i * PATTERN_BYTES, (i + 1) * PATTERN_BYTES));
    const first = { frame: -1, pattern: -1 };
    let count = 0;
    for await (const readout of opened.stream(rows)) {
      if (count === 0) Object.assign(first, { frame: readout.frame, pattern: readout.patternId });
      expect(readout.frame).to.equal(first.frame + count);
      expect(readout.patternId).to.equal(first.pattern + count);
      expect(Buffer.compare(Uint8Array.from(readout.image.data as Uint8Array), imageOf(data, count))).to.equal(0);
      count++;
    }
    expect(count).to.equal(1000);
    const counters = await opened.counters();
    expect(counters.get('frames')).to.be.at.least(1000);
    expect(counters.get('crc_errors')).to.equal(0);
    expect(counters.get('messages_lost')).to.equal(0);
  });

  it('applies a configuration whole, refuses a period below the minimum, and projects another batch', async () => {
    const opened = await open();
    const applied = await opened.configure({ periodTicks: 5000, exposureTicks: 1600 });
    expect(applied).to.include({ periodTicks: 5000, minimumPeriodTicks: 3350, limitingTerm: 'modulator-exposure' });
    const refusal = await opened.configure({ periodTicks: 100, exposureTicks: 10 }).catch((error: unknown) => error);
    expect(isOpuError(refusal, 'CONFIGURATION_REFUSED')).to.equal(true);
    expect((refusal as { details: object }).details).to.include({
      field: 'periodTicks',
      value: 100,
      bound: 3300,
      limitingTerm: 'camera-readout',
    });
    const data = patterns(100);
    const batch = await opened.project(ndarray(data, [100, PATTERN_BYTES]));
    expect(batch.pixels.shape).to.deep.equal([100, 1024]);
    expect(batch.readouts.map((r) => r.exposureTicks)).to.deep.equal(Array(100).fill(1600));
    for (let i = 0; i < 100; i++) {
      const image = Uint8Array.from({ length: 1024 }, (_, pixel) => batch.pixels.get(i, pixel));
      expect(image, `pattern ${i}`).to.deep.equal(imageOf(data, i));
    }
  });

  it('is understood by tshark: every message of its session is named, and a damaged one flagged', async function () {
    needTool(this, 'tshark', 'tshark');
    const chunks: LinkChunk[] = [];
    const opened = await open(chunks);
    await opened.project(ndarray(patterns(100), [100, PATTERN_BYTES]));
    await opened.syncClock(2);
    await opened.close();
    const whole = dissect(example!.folder, chunks, ['opu.message', '_ws.expert.message']);
    const names = whole.flatMap(([list = '']) => list.split(',').filter((name) => name !== ''));
    expect(new Set(names)).to.include.all.keys(
      ...[
        'HELLO',
        'HELLO_REPLY',
        'DESCRIBE',
        'DESCRIBE_REPLY',
        'ACQUIRE_CONTROL',
        'DONE',
        'PATTERN_CREDIT',
        'PATTERNS',
      ],
      ...['START', 'READOUTS', 'READOUT_CREDIT', 'RUN_ENDED', 'CLOCK_SYNC', 'CLOCK_SYNC_REPLY', 'RUN_REPORT'],
    );
    expect(names.filter((name) => name === 'READOUTS')).to.have.length(100);
    for (const [, problem = ''] of whole) expect(problem).to.not.match(/CRC|no message|malformed|length/);
    const at = chunks.findIndex(({ from, bytes }) => from === 'host' && bytes.length > 300);
    const damaged = chunks.map(({ from, bytes }, i) => {
      const copy = Uint8Array.from(bytes);
      if (i === at) copy[100] = copy[100]! ^ 4;
      return { from, bytes: copy };
    });
    const problems = dissect(example!.folder, damaged, ['_ws.expert.message']).flat().join('\n');
    expect(problems.match(/The payload CRC is wrong/g)).to.have.length(1);
  });
});
