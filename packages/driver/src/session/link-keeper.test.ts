import { OpuError, TICKS_PER_MILLISECOND, type Transport, type TransportSink, VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { LinkKeeper, type LinkUser } from './link-keeper.js';
import { DEFAULT_TIMEOUTS, type Timeouts } from './options.js';

/** A way that opens when it is told to. */
class Way implements Transport {
  readonly address = 'test:';
  readonly carrier = 'length';
  sink: TransportSink | undefined;
  isClosed = false;
  opened!: () => void;

  open(sink: TransportSink): Promise<void> {
    this.sink = sink;
    return new Promise((resolve) => {
      this.opened = resolve;
    });
  }

  send(): undefined {}

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function kept(timeouts: Partial<Timeouts> = {}) {
  const clock = new VirtualClock();
  const heard: string[] = [];
  const errors: OpuError[] = [];
  const ways: Way[] = [];
  let refusals = 0;
  const user: LinkUser = {
    linkOpened: () => heard.push('opened'),
    linkMessage: () => heard.push('message'),
    linkSettled: () => heard.push('settled'),
    linkDrained: () => heard.push('drained'),
    linkLost: () => heard.push('lost'),
    linksOver: (error) => {
      heard.push('over');
      errors.push(error);
    },
  };
  const options = {
    timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts },
    clock,
    pacing: 'free' as const,
    hostName: 'test',
    patternMessageBytes: 1024,
    reconnect: async () => {
      if (refusals-- > 0) throw new OpuError('LINK_UNAVAILABLE', 'nobody is there');
      const way = new Way();
      ways.push(way);
      return way;
    },
  };
  const keeper = new LinkKeeper(options, user);
  const first = new Way();
  keeper.open(first);
  return {
    keeper,
    first,
    heard,
    errors,
    ways,
    refuse: (times: number) => {
      refusals = times;
    },
    /** So many milliseconds pass, with what happens in each. */
    async wait(milliseconds: number): Promise<void> {
      for (let ms = 0; ms < milliseconds; ms++) {
        clock.spend(TICKS_PER_MILLISECOND);
        await settled();
      }
    },
  };
}

async function ready(timeouts?: Partial<Timeouts>) {
  const test = kept(timeouts);
  test.first.opened();
  await settled();
  test.keeper.ready();
  return test;
}

describe('LinkKeeper', () => {
  it('waits for a way to open as long as for a request with all of its repetitions, then gives up', async () => {
    const { first, heard, errors, wait } = kept({ request: 10, retries: 2 });
    await wait(69);
    expect(heard).to.deep.equal([]);
    await wait(1);
    expect(errors.map((error) => error.code)).to.deep.equal(['TIMEOUT']);
    expect(first.isClosed).to.equal(true);
  });

  it('opens another link when one is lost, after pauses of 20, 40 and 80 ms', async () => {
    const { keeper, first, heard, ways, refuse, wait } = await ready();
    refuse(2);
    first.sink!.ended(new OpuError('LINK_LOST', 'the cable is out'));
    await wait(139);
    expect(ways).to.have.length(0);
    await wait(1);
    ways[0]!.opened();
    await settled();
    expect(heard).to.deep.equal(['opened', 'lost', 'opened']);
    expect(keeper.counters).to.include({ linksLost: 1, attempts: 3 });
  });

  it('gives up a link that does not come back in time, and closes the way that is being opened', async () => {
    const { first, errors, ways, wait } = await ready({ reconnect: 100 });
    first.sink!.ended(new OpuError('LINK_LOST', 'the cable is out'));
    await wait(99);
    expect(errors).to.deep.equal([]);
    await wait(1);
    expect(errors.map((error) => error.code)).to.deep.equal(['LINK_LOST']);
    expect(errors[0]!.message).to.contain('the cable is out').and.to.contain('100 ms');
    expect(ways.map((way) => way.isClosed)).to.deep.equal([true]);
  });

  it('does not try a device again that never shook hands, nor one that is being closed', async () => {
    const strange = kept();
    strange.first.opened();
    await settled();
    strange.first.sink!.ended(new OpuError('LINK_LOST', 'gone'));
    const closing = await ready();
    closing.keeper.closing();
    closing.first.sink!.ended(new OpuError('LINK_LOST', 'gone'));
    for (const { heard, ways, wait } of [strange, closing]) {
      await wait(50);
      expect(heard).to.deep.equal(['opened', 'lost', 'over']);
      expect(ways).to.deep.equal([]);
    }
  });

  it('does not try again what a new link cannot help against', async () => {
    const { keeper, heard, errors } = await ready();
    keeper.fail(new OpuError('PROTOCOL_VIOLATION', 'it makes no sense'));
    expect(heard).to.deep.equal(['opened', 'lost', 'over']);
    expect(errors.map((error) => error.code)).to.deep.equal(['PROTOCOL_VIOLATION']);
  });

  it('hands on nothing of a link that failed, and still counts its bytes', async () => {
    const { keeper, first, heard } = await ready();
    first.sink!.receive(new Uint8Array(5));
    keeper.fail(new OpuError('TIMEOUT', 'no answer'));
    first.sink!.receive(new Uint8Array(5));
    expect(heard).to.deep.equal(['opened', 'settled', 'lost']);
    expect(keeper.counters.bytesReceived).to.equal(5);
    keeper.over();
  });
});
