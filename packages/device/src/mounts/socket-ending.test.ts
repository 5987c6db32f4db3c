import { EventEmitter } from 'node:events';
import { isOpuError, type OpuError, TICKS_PER_SECOND, VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { SocketEnding } from './socket-ending.js';

function opened() {
  const socket = new EventEmitter();
  const clock = new VirtualClock();
  const ending = new SocketEnding(socket, 'tcp://test', clock);
  const ends: (OpuError | undefined)[] = [];
  const sink = { receive: () => undefined, ended: (reason?: OpuError) => ends.push(reason) };
  ending.open(sink);
  return { socket, clock, ending, ends, sink };
}

describe('SocketEnding', () => {
  it('tells the sink once, with what went wrong before', () => {
    const { socket, ending, ends } = opened();
    socket.emit('error', new Error('the cable is out'));
    expect(ends).to.deep.equal([]);
    socket.emit('close');
    ending.tell();
    expect(ends).to.have.length(1);
    expect(isOpuError(ends[0], 'LINK_LOST')).to.equal(true);
    expect(ends[0]!.message).to.equal('tcp://test: the cable is out.');
  });

  it('says that the host closed where nothing went wrong', () => {
    const { socket, ends } = opened();
    socket.emit('close');
    expect(ends[0]!.message).to.equal('tcp://test: The host closed the connection.');
  });

  it('gives no reason for an end that was asked for', async () => {
    const { socket, clock, ending, ends } = opened();
    let cuts = 0;
    await ending.close(
      true,
      () => socket.emit('close'),
      () => cuts++,
    );
    clock.spend(3 * TICKS_PER_SECOND);
    expect(ends).to.deep.equal([undefined]);
    expect(cuts).to.equal(0);
  });

  it('cuts after 2 s what does not close', async () => {
    const { socket, clock, ending } = opened();
    let cuts = 0;
    const closed = ending.close(
      true,
      () => undefined,
      () => {
        cuts++;
        socket.emit('close');
      },
    );
    clock.spend(2 * TICKS_PER_SECOND - 1);
    expect(cuts).to.equal(0);
    clock.spend(1);
    expect(cuts).to.equal(1);
    await closed;
  });

  it('takes one sink', () => {
    const { ending, sink } = opened();
    expect(() => ending.open(sink)).to.throw('was opened before');
  });
});
