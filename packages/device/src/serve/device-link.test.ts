import type { Transport, TransportSink } from '@opu/core';
import { memoryTransportPair, VirtualClock } from '@opu/core';
import {
  type CountersReply,
  counterId,
  createHello,
  createMessageReader,
  decodeMessage,
  encodeMessage,
  eventKind,
  invalidVectors,
  type Message,
  type ResultCode,
  resultCodeName,
  schema,
  TwoMachines,
} from '@opu/protocol';
import { expect } from 'chai';
import { DeviceServer } from './device-server.js';

interface Answer {
  readonly requestId: number;
  readonly requestType: number;
  readonly code: ReturnType<typeof resultCodeName>;
}

/** What a device that has just been connected to answers to these bytes. */
async function answers(bytes: Uint8Array): Promise<Answer[]> {
  const server = new DeviceServer({
    machine: new TwoMachines().device,
    clock: new VirtualClock(),
    linkError: () => {},
  });
  const [host, device] = memoryTransportPair('memory:', 'message');
  const heard: Answer[] = [];
  const reader = createMessageReader('message', {
    message: (header, payload) => {
      const message = decodeMessage(header, payload) as { resultCode: ResultCode; requestType: number };
      const { requestId } = header;
      heard.push({ requestId, requestType: message.requestType, code: resultCodeName(message.resultCode) });
    },
    linkError: (error) => expect.fail(error.text),
  });
  await host.open({ receive: (chunk) => reader.receive(chunk), ended: () => {} });
  server.attach(device);
  void host.send(bytes);
  await new Promise((resolve) => setImmediate(resolve));
  await server.close();
  return heard;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const codeOf: Readonly<Record<string, string>> = {
  UNKNOWN_TYPE: 'NOT_SUPPORTED',
  INCOMPATIBLE_FLAG: 'NOT_SUPPORTED',
  MALFORMED: 'MALFORMED',
  TOO_LONG: 'NO_ROOM',
  VERSION: 'VERSION_MISMATCH',
};

describe('DeviceLink', () => {
  it('answers every invalid vector with an intact header by the refusal that OPU-LNK-5 says, and no other', async () => {
    for (const { name, error, bytes } of invalidVectors(schema)) {
      const heard = await answers(new Uint8Array(bytes));
      const code = codeOf[error];
      const requestType = bytes.length < 10 ? 0 : bytes.readUInt16LE(8);
      expect(heard, name).to.deep.equal(code === undefined ? [] : [{ requestId: 5, requestType, code }]);
    }
  });

  /** A host that says HELLO and then takes nothing more until it is let to. */
  async function lazyHost() {
    const { device: machine } = new TwoMachines();
    const server = new DeviceServer({ machine, clock: new VirtualClock(), linkError: () => {} });
    const heard: Message[] = [];
    const sequences: number[] = [];
    const reader = createMessageReader('message', {
      message: (header, payload) => {
        sequences.push(header.sequence);
        heard.push(decodeMessage(header, payload) as Message);
      },
      linkError: (error) => expect.fail(error.text),
    });
    let take = (): void => {};
    let sink: TransportSink | undefined;
    let closed = false;
    const transport: Transport = {
      address: 'lazy:',
      carrier: 'message',
      open: async (opened) => {
        sink = opened;
      },
      send: (chunk) => {
        reader.receive(chunk);
        return new Promise((resolve) => {
          take = resolve;
        });
      },
      close: async () => {
        closed = true;
      },
    };
    server.attach(transport);
    await settled();
    let sent = 0;
    const say = (message: Message): void =>
      sink?.receive(encodeMessage({ requestId: sent + 1, sequence: sent++ }, message));
    say({ ...createHello(), versionMajor: 1, hostId: 3, maximumPayload: 2 ** 20 });
    return { machine, server, heard, sequences, say, takeOne: () => take(), isClosed: () => closed };
  }

  it('leaves events out, with a count, for a host that does not read, and keeps at most 64 of them', async () => {
    const { machine, server, heard, sequences, say, takeOne } = await lazyHost();
    const event: Message = { type: 'EVENT', tick: 0, kind: eventKind.STALL, value: 0, text: '' };
    for (let i = 0; i < 100_000; i++) machine.event(event);
    expect(machine.eventsLeftOut).to.equal(100_000 - 64);
    say({ type: 'GET_COUNTERS' });
    for (let i = 0; i < 70; i++) {
      takeOne();
      await settled();
    }
    expect(heard.map(({ type }) => type)).to.deep.equal([
      'HELLO_REPLY',
      ...Array.from({ length: 64 }, () => 'EVENT'),
      'COUNTERS_REPLY',
    ]);
    expect(sequences).to.deep.equal(Array.from({ length: 66 }, (_, i) => i));
    const { counters } = heard.at(-1) as CountersReply;
    expect(counters.toArray()).to.deep.include({ id: counterId.EVENTS_LEFT_OUT, value: 100_000 - 64 });
    // It keeps up again: it hears everything again.
    machine.event(event);
    expect(machine.eventsLeftOut).to.equal(100_000 - 64);
    await server.close();
  });

  it('gives a host up that asks on and on and never reads, before 16 MiB of replies wait for it, and counts it', async () => {
    const { server, say, isClosed } = await lazyHost();
    let asked = 0;
    while (!isClosed() && asked < 1e6) {
      say({ type: 'HEARTBEAT' });
      asked++;
    }
    // 56 bytes of a DONE or so, and what a message takes besides.
    expect(asked * 512).to.be.below(2 ** 24);
    expect(asked * 640).to.be.above(2 ** 24);
    expect(server.hostsGivenUp).to.equal(1);
    await server.close();
  });
});
