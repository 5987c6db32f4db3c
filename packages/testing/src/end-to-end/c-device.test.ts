import { readFileSync } from 'node:fs';
import { runDeviceSuite } from '@opu/conformance';
import { isOpuError, openOpu, parseAddress, type RemoteDevice } from '@opu/driver';
import { tcpScheme } from '@opu/driver/node';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { CDevice, cDeviceSource } from '../c-device.js';
import { type LinkChunk, recorded } from '../recorded-link.js';
import { needTool } from '../tools/need-tool.js';
import { dissect } from '../tshark.js';

const PATTERN_BYTES = 128;

function patterns(count: number): Uint8Array {
  let state = 7;
  return Uint8Array.from({ length: count * PATTERN_BYTES }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const PIXELS = 1024;
const WORDS = PATTERN_BYTES / 4;

/** Signs of the device's transmission matrix, real and imaginary part of each pixel: Vigna's splitmix64, in halves. */
function mediumOfTheDevice(): Uint32Array {
  const signs = new BigUint64Array((PIXELS * 2 * PATTERN_BYTES) / 8);
  let state = 0n;
  const cut = (value: bigint): bigint => BigInt.asUintN(64, value);
  for (let i = 0; i < signs.length; i++) {
    state = cut(state + 0x9e3779b97f4a7c15n);
    let z = cut((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    z = cut((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
    signs[i] = z ^ (z >> 31n);
  }
  return new Uint32Array(signs.buffer);
}

const medium = mediumOfTheDevice();

function ones(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** |T x|^2 as the device reads it out: 15 grey values on average above 10, where half the mirrors are on for 20 us. */
function imageOf(data: Uint8Array, index: number, exposureTicks = 2000): Uint8Array {
  const at = index * PATTERN_BYTES;
  const mirrors = new Uint32Array(data.slice(at, at + PATTERN_BYTES).buffer);
  return Uint8Array.from({ length: PIXELS }, (_, i) => {
    const part = [0, 0];
    for (let k = 0; k < 2 * WORDS; k++) {
      const on = mirrors[k % WORDS]!;
      const plus = medium[i * 2 * WORDS + k]!;
      part[k < WORDS ? 0 : 1]! += ones(on & plus) - ones(on & ~plus);
    }
    const grey = 10 + (15 * (part[0]! ** 2 + part[1]! ** 2) * exposureTicks) / (1024 * 2000) + 0.5;
    return Math.min(255, Math.floor(grey));
  });
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

  it('is less than 400 lines long', () => {
    expect(readFileSync(cDeviceSource, 'utf8').split('\n').length).to.be.below(400);
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
      expect(image, `pattern ${i}`).to.deep.equal(imageOf(data, i, 1600));
    }
  });

  for (const group of ['link', 'underrun, stall and overrun', 'hostile input', 'optics']) {
    it(`passes the cases of the device suite about ${group}; the long tests run all of them`, async () => {
      const connect = async () => (await tcpScheme(parseAddress(example!.address))).transport;
      const { results } = await runDeviceSuite({ address: example!.address, connect, select: group });
      expect(results.filter(({ verdict }) => verdict === 'fail')).to.deep.equal([]);
      expect(results.filter(({ verdict }) => verdict === 'pass')).to.not.deep.equal([]);
      expect(example!.isAlive).to.equal(true);
    });
  }

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
