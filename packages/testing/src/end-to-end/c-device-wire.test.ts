import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  compatibleFlag,
  createConfigure,
  createHello,
  createMessageReader,
  createPatterns,
  decodeMessage,
  encodeMessage,
  type Message,
  resultCode,
  unavailableReason,
} from '@opu/protocol';
import { expect } from 'chai';
import { CDevice } from '../c-device.js';
import { needTool } from '../tools/need-tool.js';

interface Heard {
  readonly message: Message;
  readonly requestId: number;
  readonly repeated: boolean;
}

/** A host that says what it is told to. */
class RawHost {
  readonly socket: Socket;
  #sequence = 0;
  readonly #heard: Heard[] = [];
  #wake: (() => void) | undefined;

  constructor(address: string) {
    this.socket = connect(Number(address.split(':').at(-1)), '127.0.0.1');
    const reader = createMessageReader(
      'length',
      {
        message: (header, payload) => {
          const message = decodeMessage(header, payload) as Message;
          const repeated = header.compatibleFlags === compatibleFlag.REPEATED;
          this.#heard.push({ message, requestId: header.requestId, repeated });
          this.#wake?.();
        },
        linkError: (error) => expect.fail(error.text),
      },
      { maximumPayload: 1 << 20 },
    );
    this.socket.on('data', (chunk) => reader.receive(chunk));
  }

  bytes(message: Message, requestId = 0): Uint8Array {
    return encodeMessage({ sequence: this.#sequence++, requestId }, message);
  }

  send(message: Message, requestId = 0): void {
    this.socket.write(this.bytes(message, requestId));
  }

  /** The next message of a type; the others before it are passed over. */
  async next<Type extends Message['type']>(type: Type): Promise<Heard & { message: Message & { type: Type } }> {
    for (;;) {
      for (let entry = this.#heard.shift(); entry !== undefined; entry = this.#heard.shift()) {
        if (entry.message.type === type) return entry as Heard & { message: Message & { type: Type } };
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async refusal(message: Message, requestId: number): Promise<number> {
    this.send(message, requestId);
    const heard = await this.next('REFUSED');
    expect(heard.requestId).to.equal(requestId);
    return heard.message.resultCode;
  }
}

describe('the device in C, at its wire', function () {
  this.timeout(60_000);
  let example: CDevice | undefined;
  let host: RawHost;
  let hostId = 100;

  before(async function () {
    needTool(this, 'gcc', 'gcc libc6-dev');
    example = await CDevice.start();
  });

  beforeEach(() => {
    host = new RawHost(example!.address);
  });

  afterEach(async () => {
    host?.socket.end();
    if (host !== undefined && !host.socket.closed) await once(host.socket, 'close');
    expect(example!.isAlive).to.equal(true);
  });

  after(() => example?.stop());

  async function control(): Promise<{ next: number; limit: number }> {
    host.send({ ...createHello(), versionMajor: 1, hostId: hostId++, maximumPayload: 1 << 20 }, 1);
    await host.next('HELLO_REPLY');
    host.send({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 2);
    const credit = (await host.next('PATTERN_CREDIT')).message;
    host.send({ type: 'ABORT' }, 3);
    await host.next('RUN_REPORT');
    return { next: credit.nextPatternId, limit: (await host.next('PATTERN_CREDIT')).message.creditLimit };
  }

  const patterns = (first: number, count: number, flags = 0): Message => ({
    ...createPatterns(),
    firstPatternId: first,
    count,
    flags,
    patternBytes: 128,
    data: new Uint8Array(128 * count).fill(0xa5),
  });

  it('wants HELLO first and the lease for control (OPU-HS-1, OPU-CTL-2)', async () => {
    expect(await host.refusal({ type: 'DESCRIBE' }, 7)).to.equal(resultCode.NO_HANDSHAKE);
    host.send({ ...createHello(), versionMajor: 1 }, 8);
    await host.next('HELLO_REPLY');
    expect(await host.refusal({ type: 'START', flags: 0 }, 9)).to.equal(resultCode.NOT_IN_CONTROL);
    expect(await host.refusal({ type: 'SPEND', ticks: 5 }, 10)).to.equal(resultCode.NOT_IN_CONTROL);
  });

  it('answers a repeated request from its stored reply and does not run it again (OPU-REQ-4, OPU-REQ-5)', async () => {
    await control();
    host.send({ type: 'START', flags: 0 }, 20);
    const first = await host.next('DONE');
    host.send({ type: 'START', flags: 0 }, 20);
    const again = await host.next('DONE');
    expect(again).to.deep.equal({ ...first, repeated: true });
    for (let id = 21; id < 37; id++) host.send({ type: 'HEARTBEAT' }, id);
    expect(await host.refusal({ type: 'START', flags: 0 }, 20)).to.equal(resultCode.REPLY_GONE);
    expect(await host.refusal({ type: 'START', flags: 0 }, 40)).to.equal(resultCode.WRONG_STATE);
  });

  it('takes patterns once and in order, asks for missing ones, and keeps to its credit (OPU-PAT-5 to OPU-PAT-8)', async () => {
    const { next, limit } = await control();
    host.send(patterns(next + 2, 1));
    expect((await host.next('PATTERN_RESEND')).message).to.include({ from: next, count: 2 });
    host.send(patterns(next, 2));
    host.send(patterns(next, 5));
    await host.next('PATTERN_CREDIT');
    expect((await host.next('PATTERN_CREDIT')).message.nextPatternId).to.equal(next + 5);
    expect(await host.refusal(patterns(next + 5, limit - next), 0)).to.equal(resultCode.NO_CREDIT);
    expect(await host.refusal({ ...patterns(next + 5, 1), patternBytes: 127 } as Message, 0)).to.equal(
      resultCode.OUT_OF_RANGE,
    );
  });

  it('keeps readouts until they are acknowledged, and tells gone from not yet (OPU-RDO-5 to OPU-RDO-7)', async () => {
    const { next } = await control();
    host.send(patterns(next, 6, 1));
    host.send({ type: 'START', flags: 0 }, 20);
    const frame = (await host.next('DONE')).message.value;
    host.send({ type: 'READOUT_CREDIT', creditLimit: frame + 6 });
    expect((await host.next('RUN_ENDED')).message).to.include({ framesDone: 6, nextFrame: frame + 6 });
    host.send({ type: 'READOUT_ACK', nextFrame: frame + 2 });
    host.send({ type: 'READOUT_RESEND', from: frame, count: 0xffff_ffff });
    const gone = (await host.next('READOUT_UNAVAILABLE')).message;
    expect(gone).to.include({ from: frame, count: 2, reason: unavailableReason.GONE });
    for (let i = 2; i < 6; i++) {
      const { message, repeated } = await host.next('READOUTS');
      expect(message.frames.frame(0)).to.equal(frame + i);
      expect(repeated).to.equal(true);
    }
    await host.next('RUN_ENDED');
    expect((await host.next('READOUT_UNAVAILABLE')).message.reason).to.equal(unavailableReason.NOT_YET);
  });

  it('counts a damaged payload and hangs up on a damaged header (OPU-LNK-4, OPU-CAR-6)', async () => {
    await control();
    const damaged = host.bytes({ ...createConfigure(), fields: 0 }, 30);
    damaged[60] = damaged[60]! ^ 1;
    host.socket.write(damaged);
    host.send({ type: 'GET_COUNTERS' }, 31);
    const counters = (await host.next('COUNTERS_REPLY')).message.counters.toArray();
    expect(counters.find(({ id }) => id === 6)?.value).to.equal(1);
    const header = host.bytes({ type: 'HEARTBEAT' });
    header[12] = header[12]! ^ 1;
    host.socket.write(header);
    await once(host.socket, 'close');
  });
});
