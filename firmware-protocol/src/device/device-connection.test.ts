import { expect } from 'chai';
import { sessionId } from '../codec/session-id.js';
import { createHello, type HelloReply, type Message } from '../generated/messages.js';
import { TwoMachines } from '../testing/two-machines.js';
import type { DeviceConnection } from './device-connection.js';

interface Said {
  readonly message: Message;
  readonly requestId: number;
}

describe('the session of a DeviceConnection', () => {
  let machines: TwoMachines;
  let connection: DeviceConnection;
  let said: Said[];

  beforeEach(() => {
    machines = new TwoMachines();
    said = [];
    connection = machines.device.connect({ send: (message, requestId) => void said.push({ message, requestId }) });
  });

  function hear(message: Message, session: number, requestId = 1, sequence = 0): Message[] {
    said.length = 0;
    connection.receive(message, { requestId, sequence, session }, machines.now);
    return said.map((s) => s.message);
  }

  function greet(hostNonce: number, requestId = 1, hostId = 7): number {
    const [reply] = hear({ ...createHello(), versionMajor: 1, hostId, hostNonce }, 0, requestId);
    const { deviceNonce } = reply as HelloReply;
    expect(reply).to.include({ type: 'HELLO_REPLY', hostNonce });
    return hostNonce === 0 ? 0 : sessionId(hostNonce, deviceNonce);
  }

  function foreign(session: number): number {
    const [reply] = hear({ type: 'GET_COUNTERS' }, session, 900 + Math.floor(machines.now));
    if (reply?.type !== 'COUNTERS_REPLY') throw new Error(`answered with ${reply?.type}`);
    return reply.counters.toArray().find((c) => c.id === 15)!.value;
  }

  it('has no id for a host that wants none, as one of version 1.0', () => {
    expect(greet(0)).to.equal(0);
    expect(connection.session).to.equal(0);
    expect(hear({ type: 'DESCRIBE' }, 0, 2).map((m) => m.type)).to.deep.equal(['DESCRIBE_REPLY']);
    expect(hear({ type: 'DESCRIBE' }, 77, 3)).to.deep.equal([]);
  });

  it('has the id of both nonces, and a device draws another one for each session', () => {
    const first = greet(5);
    expect(connection.session).to.equal(first);
    connection = machines.device.connect({ send: (message, requestId) => void said.push({ message, requestId }) });
    expect(greet(5)).to.not.equal(first);
  });

  it('does nothing for messages of another session, says nothing, and counts them', () => {
    const session = greet(5);
    for (const other of [0, session ^ 1]) {
      expect(hear({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, other, 2)).to.deep.equal([]);
      expect(connection.isInControl).to.equal(false);
    }
    expect(foreign(session)).to.equal(2);
  });

  it('answers a HELLO that comes again with the same nonces', () => {
    const session = greet(5);
    expect(greet(5)).to.equal(session);
    expect(hear({ type: 'DESCRIBE' }, session, 2).map((m) => m.type)).to.deep.equal(['DESCRIBE_REPLY']);
  });

  it('goes on when an old HELLO comes in the middle, and gives way to the session that a new one opens', () => {
    const session = greet(5);
    hear({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, session, 2);
    const other = greet(6, 1, 8);
    expect(connection.session).to.equal(session);
    expect(connection.isInControl).to.equal(true);
    expect(connection.hostId).to.equal(7);
    expect(hear({ type: 'DESCRIBE' }, session, 3).map((m) => m.type)).to.deep.equal(['DESCRIBE_REPLY']);
    expect(hear({ type: 'DESCRIBE' }, other, 2).map((m) => m.type)).to.deep.equal(['DESCRIBE_REPLY']);
    expect(connection.session).to.equal(other);
    expect(connection.hostId).to.equal(8);
    expect(hear({ type: 'DESCRIBE' }, session, 4)).to.deep.equal([]);
  });

  it('begins behind an old HELLO and old messages of its session, which get no answer', () => {
    greet(5);
    // What follows an old HELLO has the id of its own time, not that of the answer it gets now.
    expect(hear({ type: 'DESCRIBE' }, sessionId(5, 12345), 2)).to.deep.equal([]);
    const session = greet(6);
    expect(hear({ type: 'DESCRIBE' }, session, 2).map((m) => m.type)).to.deep.equal(['DESCRIBE_REPLY']);
  });
});
