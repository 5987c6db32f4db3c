import { schemes } from '@opu/cli';
import { isOpuError, openOpu, type Readout, type RemoteDevice } from '@opu/driver';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { from, Observable, Subject, tap } from 'rxjs';

async function use<T>(work: (device: RemoteDevice) => Promise<T>, address = 'emulator:tiny'): Promise<T> {
  const device = await openOpu(address, { schemes });
  try {
    return await work(device);
  } finally {
    await device.close();
  }
}

const patternOf = (device: RemoteDevice): Uint8Array => new Uint8Array(device.configuration.patternBytes);

/** The device can be used as if nothing had been: the turn was given back, and the next run is whole. */
async function expectUsable(device: RemoteDevice): Promise<void> {
  const { patternBytes } = device.configuration;
  const { readouts } = await device.project(ndarray(new Uint8Array(3 * patternBytes), [3, patternBytes]));
  expect(readouts).to.have.length(3);
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function readAll(stream: AsyncIterable<Readout>): Promise<number> {
  let count = 0;
  for await (const _ of stream) count++;
  return count;
}

const broken = new Error("of the user's");

describe("code of the user's that throws or ends things from inside a callback", () => {
  it('is a generator that aborts its own signal inside next(): the stream rejects with ABORTED', () =>
    use(async (device) => {
      const stop = new AbortController();
      let isReturned = false;
      function* source(): Generator<Uint8Array> {
        try {
          yield patternOf(device);
          stop.abort();
          yield patternOf(device);
        } finally {
          isReturned = true;
        }
      }
      const error = await failureOf(readAll(device.stream(source(), { signal: stop.signal })));
      expect(isOpuError(error, 'ABORTED')).to.equal(true);
      expect(isReturned).to.equal(true);
      await expectUsable(device);
    }));

  for (const by of ['stop', 'abort', 'close'] as const) {
    it(`is a generator that calls device.${by}() inside next(): the stream ends, nothing crashes`, () =>
      use(async (device) => {
        let ended: Promise<unknown> | undefined;
        function* source(): Generator<Uint8Array> {
          for (let i = 0; ; i++) {
            if (i === 20) ended = device[by]();
            yield patternOf(device);
          }
        }
        const outcome = await failureOf(readAll(device.stream(source())));
        await ended;
        if (by === 'close') expect(isOpuError(outcome)).to.equal(true);
        else await expectUsable(device);
      }));
  }

  for (const [name, end] of [
    ['reader leaves', undefined],
    ['signal fires', 'signal'],
  ] as const) {
    it(`is a source whose finally throws when the ${name}: the turn is given back`, () =>
      use(async (device) => {
        const stop = new AbortController();
        function* source(): Generator<Uint8Array> {
          try {
            for (;;) yield patternOf(device);
          } finally {
            // biome-ignore lint/correctness/noUnsafeFinally: that is what is tried here
            throw broken;
          }
        }
        const read = async (): Promise<void> => {
          for await (const _ of device.stream(source(), { signal: stop.signal })) {
            if (end === undefined) break;
            stop.abort();
          }
        };
        const error = await failureOf(read());
        if (end === undefined) expect(error).to.equal(broken);
        else expect(isOpuError(error, 'ABORTED')).to.equal(true);
        await expectUsable(device);
      }));
  }

  it('is an asynchronous iterator that throws at once from next and return: its error is the one that is read', () =>
    use(async (device) => {
      const source = {
        [Symbol.asyncIterator]: () => ({
          next: (): never => {
            throw broken;
          },
          return: (): never => {
            throw new Error('again');
          },
        }),
      };
      expect(await failureOf(readAll(device.stream(source)))).to.equal(broken);
      await expectUsable(device);
    }));

  it('is an Observable whose teardown throws: the turn is given back', () =>
    use(async (device) => {
      const source = new Observable<Uint8Array>((subscriber) => {
        for (let i = 0; i < 10; i++) subscriber.next(patternOf(device));
        return () => {
          throw broken;
        };
      });
      const read = async (): Promise<void> => {
        for await (const _ of device.stream(source)) break;
      };
      const error = await failureOf(read());
      expect(String(error)).to.contain(broken.message);
      await expectUsable(device);
    }));

  it('is an observer that throws: it is told of its error, left, and the run is over', () =>
    use(async (device) => {
      function* endless(): Generator<Uint8Array> {
        for (;;) yield patternOf(device);
      }
      const error = await new Promise((resolve) => {
        device.stream(endless()).readouts$.subscribe({
          next: () => {
            throw broken;
          },
          error: resolve,
        });
      });
      expect(error).to.equal(broken);
      await expectUsable(device);
    }));

  it('is an operator that throws: the observer behind it hears the error, and the run is over', () =>
    use(async (device) => {
      const patterns = Array.from({ length: 50 }, () => patternOf(device));
      const throwing = tap<Readout>(() => {
        throw broken;
      });
      const error = await new Promise((resolve) => {
        device.stream(patterns).readouts$.pipe(throwing).subscribe({ error: resolve });
      });
      expect(error).to.equal(broken);
      await expectUsable(device);
    }));

  it('is an observer that leaves while nothing comes: the run is over at once', () =>
    use(async (device) => {
      const patterns = new Subject<Uint8Array>();
      const first = new Promise<void>((resolve) => {
        const subscription = device.stream(patterns).readouts$.subscribe(() => {
          subscription.unsubscribe();
          resolve();
        });
        patterns.next(patternOf(device));
      });
      await first;
      await expectUsable(device);
      expect(patterns.observed).to.equal(false);
    }));

  it('is a listener for events that throws: the others hear, and the run goes on', () =>
    use(async (device) => {
      const warn = console.warn;
      const warnings: unknown[] = [];
      console.warn = (...args: unknown[]) => void warnings.push(args);
      try {
        let heard = 0;
        device.onEvent(() => {
          throw broken;
        });
        device.onEvent(() => heard++);
        await device.configure({ trigger: 'software' });
        await device.trigger().catch(() => {});
        await device.configure({ trigger: 'internal' });
        await expectUsable(device);
        expect(heard).to.be.greaterThan(0);
        expect(warnings).to.have.length(1);
        expect((await device.counters()).get('host_listeners_failed')).to.equal(1);
      } finally {
        console.warn = warn;
      }
    }));
});

describe('an Observable as source', () => {
  it('fails with SOURCE_OVERFLOW at one pattern more than its buffer holds, after the readouts before it', () =>
    use(async (device) => {
      const patterns = Array.from({ length: 101 }, () => patternOf(device));
      const stream = device.stream(from(patterns), { buffer: { patterns: 100 } });
      const error = await failureOf(readAll(stream));
      expect(isOpuError(error, 'SOURCE_OVERFLOW')).to.equal(true);
      expect(await readAll(device.stream(from(patterns), { buffer: { patterns: 101 } }))).to.equal(101);
    }));

  it('drops and counts what is beyond its buffer when that is asked for', () =>
    use(async (device) => {
      const patterns = Array.from({ length: 150 }, () => patternOf(device));
      const stream = device.stream(from(patterns), { buffer: { patterns: 100, whenFull: 'drop' } });
      expect(await readAll(stream)).to.equal(100);
      expect(stream.patternsDropped).to.equal(50);
    }));
});

describe('configure', () => {
  it('queues with runs: asked for before a batch and not awaited, it counts for that batch, and not for the one before', () =>
    use(async (device) => {
      const batch = (bytes: number) => ndarray(new Uint8Array(2 * bytes), [2, bytes]);
      const [before, , after] = await Promise.all([
        device.project(batch(device.configuration.patternBytes)),
        device.configure({
          macroPixels: { columns: 8, rows: 8 },
          regionOfInterest: { x: 0, y: 0, width: 4, height: 4 },
        }),
        device.project(batch(8)),
      ]);
      expect(before.pixels.shape).to.deep.equal([2, 1024]);
      expect(after.pixels.shape).to.deep.equal([2, 16]);
    }));

  it("is answered at once inside a stream's own loop, where waiting for its end would be for ever", () =>
    use(async (device) => {
      const patterns = Array.from({ length: 40 }, () => patternOf(device));
      const outcomes: unknown[] = [];
      for await (const _ of device.stream(patterns)) {
        if (outcomes.length === 0) outcomes.push(await failureOf(device.configure({ exposureTicks: 3000 })));
      }
      expect(outcomes).to.have.length(1);
      await expectUsable(device);
    }));
});
