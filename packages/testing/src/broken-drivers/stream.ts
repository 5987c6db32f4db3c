import { isOpuError, type OpuDevice, OpuError, type PatternSource, type Readout } from '@opu/driver';
import ndarray from 'ndarray';
import { NEVER, Observable } from 'rxjs';
import { type BrokenDriver, changing, face, streamed } from './broken-driver.js';

/** The stream of another source. */
function sourced(change: (patterns: Iterable<Uint8Array>, device: OpuDevice) => PatternSource) {
  return (device: OpuDevice): Partial<OpuDevice> => ({
    stream: (patterns, options) => {
      const isPlain = Symbol.iterator in patterns;
      return device.stream(isPlain ? change(patterns as Iterable<Uint8Array>, device) : patterns, options);
    },
  });
}

const through = (change: (readouts: AsyncIterable<Readout>) => AsyncGenerator<Readout>) => (device: OpuDevice) => ({
  stream: streamed(device, change),
});

export const streamDefects: readonly BrokenDriver[] = [
  face(
    'OpuDevice.stream.each-once',
    'stream gives a readout twice',
    through(async function* (readouts) {
      let first = true;
      for await (const readout of readouts) {
        yield readout;
        if (first) yield readout;
        first = false;
      }
    }),
  ),
  face(
    'OpuDevice.stream.each-once',
    'stream leaves a readout out',
    through(async function* (readouts) {
      let count = 0;
      for await (const readout of readouts) if (++count !== 3) yield readout;
    }),
  ),
  face(
    'OpuDevice.stream.each-once',
    'stream swaps neighbours',
    through(async function* (readouts) {
      let held: Readout | undefined;
      for await (const readout of readouts) {
        if (held === undefined) {
          held = readout;
          continue;
        }
        yield readout;
        yield held;
        held = undefined;
      }
      if (held !== undefined) yield held;
    }),
  ),
  face(
    'OpuDevice.stream.each-once',
    'stream gives each readout the image of the one before',
    through(async function* (readouts) {
      let image: Readout['image'] | undefined;
      for await (const readout of readouts) {
        yield { ...readout, image: image ?? readout.image };
        image = readout.image;
      }
    }),
  ),
  face('Image.shape', 'images have the shape [width, height]', (device) => ({
    stream: streamed(device, async function* (readouts) {
      for await (const readout of readouts) {
        const { data, shape } = readout.image;
        yield { ...readout, image: ndarray(data as Uint8Array, [...shape].reverse()) };
      }
    }),
  })),
  face('Readout.image.kept', 'all images lie in one buffer', (device) => {
    const buffer = new Uint8Array(2 ** 16);
    return {
      stream: streamed(device, async function* (readouts) {
        for await (const readout of readouts) {
          const { data, shape } = readout.image;
          buffer.set(data as Uint8Array);
          yield { ...readout, image: ndarray(buffer.subarray(0, data.length), shape) };
        }
      }),
    };
  }),
  face('ReadoutStream.once', 'a stream can be read twice, and says the same again', (device) => ({
    stream: (...args) => {
      const stream = device.stream(...args);
      const kept: Readout[] = [];
      let whole = false;
      return {
        readouts$: stream.readouts$,
        async *[Symbol.asyncIterator]() {
          if (whole) {
            yield* kept;
            return;
          }
          for await (const readout of stream) {
            kept.push(readout);
            yield readout;
          }
          whole = true;
        },
      };
    },
  })),
  face('ReadoutStream.once', 'a second reader of a stream finds nothing', (device) => ({
    stream: (...args) => {
      const stream = device.stream(...args);
      let used = false;
      return {
        readouts$: stream.readouts$,
        async *[Symbol.asyncIterator]() {
          if (used) return;
          used = true;
          yield* stream;
        },
      };
    },
  })),
  face('ReadoutStream.lazy', 'a stream starts before it is read', (device) => ({
    stream: (...args) => {
      const stream = device.stream(...args);
      const iterator = stream[Symbol.asyncIterator]();
      const first = iterator.next();
      first.catch(() => {});
      return {
        readouts$: stream.readouts$,
        async *[Symbol.asyncIterator]() {
          for (let next = await first; next.done !== true; next = await iterator.next()) yield next.value;
        },
      };
    },
  })),
  face('ReadoutStream.two-faces', 'the Observable never completes', (device) => ({
    stream: (...args) => {
      const stream = device.stream(...args);
      const readouts$ = new Observable<Readout>((subscriber) => {
        const subscription = stream.readouts$.subscribe({
          next: (readout) => subscriber.next(readout),
          error: (error: unknown) => subscriber.error(error),
        });
        return () => subscription.unsubscribe();
      });
      return { readouts$, [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator]() };
    },
  })),
  face('ReadoutStream.two-faces', 'the Observable says nothing', (device) => ({
    stream: (...args) => {
      const stream = device.stream(...args);
      return { readouts$: NEVER, [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator]() };
    },
  })),
  face('ReadoutStream.left', 'the run goes on when its reader has left', (device) => ({
    stream: (...args) => {
      const stream = device.stream(...args);
      const iterator = stream[Symbol.asyncIterator]();
      return { readouts$: stream.readouts$, [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
    },
  })),
  face(
    'PatternSource.back-pressure',
    'the source is emptied at once',
    sourced((patterns) => [...patterns]),
  ),
  face(
    'PatternSource.throws',
    'an error of the source ends the stream as if it were its end',
    sourced(function* (patterns) {
      try {
        yield* patterns;
      } catch {
        // Nobody hears of it.
      }
    }),
  ),
  face(
    'PatternSource.throws',
    'an error of the source becomes another one',
    sourced(function* (patterns) {
      try {
        yield* patterns;
      } catch (error) {
        throw new OpuError('BUG', String(error));
      }
    }),
  ),
  face(
    'PatternSource.told',
    'the source is not told that nothing more is wanted',
    sourced((patterns) => {
      const iterator = patterns[Symbol.iterator]();
      return { [Symbol.iterator]: () => ({ next: () => iterator.next() }) };
    }),
  ),
  face(
    'PatternSource.unwritten',
    'patterns are inverted where they lie',
    sourced(function* (patterns) {
      for (const pattern of patterns) {
        pattern.forEach((byte, i) => void (pattern[i] = byte ^ 0xff));
        yield pattern;
      }
    }),
  ),
  face(
    'PatternSource.refused',
    'a pattern that is too long is cut',
    sourced(function* (patterns, device) {
      for (const pattern of patterns) yield pattern.subarray(0, device.configuration.patternBytes);
    }),
  ),
  face('Readout.patternId.known', 'every run starts with the id 0', (device) => {
    const broken = (): Partial<OpuDevice> => {
      let next = 0;
      return changing(() => ({ patternId: next++ }))(device);
    };
    return {
      project: (...args) => broken().project!(...args),
      stream: (...args) => broken().stream!(...args),
    };
  }),
];

export const cancelDefects: readonly BrokenDriver[] = [
  face('OperationOptions.signal.aborted', 'a signal is not looked at', (device) => ({
    project: (patterns) => device.project(patterns),
  })),
  face('OperationOptions.signal.aborted', 'a signal is looked at only before the operation', (device) => ({
    project: async (patterns, options) => {
      if (options?.signal?.aborted) throw new OpuError('ABORTED', 'It was aborted.');
      return await device.project(patterns);
    },
  })),
  face('OperationOptions.signal.aborted', 'an aborted stream ends as if it were whole', (device) => ({
    stream: streamed(device, async function* (readouts) {
      try {
        yield* readouts;
      } catch (error) {
        if (!isOpuError(error, 'ABORTED')) throw error;
      }
    }),
  })),
  face('OperationOptions.signal.aborted', 'configure does not look at a signal', (device) => ({
    configure: (request) => device.configure(request),
  })),
  face('OperationOptions.signal.ends-run', 'an aborted run goes on behind the back of its reader', (device) => ({
    stream: (patterns, options) => {
      const stream = device.stream(patterns);
      const iterator = stream[Symbol.asyncIterator]();
      const next = async (): Promise<IteratorResult<Readout>> => {
        if (options?.signal?.aborted) throw new OpuError('ABORTED', 'It was aborted.');
        return await iterator.next();
      };
      return { readouts$: stream.readouts$, [Symbol.asyncIterator]: () => ({ next }) };
    },
  })),
  face('OperationOptions.signal.usable', 'a device whose operation was aborted is closed', (device) => ({
    project: (...args) =>
      device.project(...args).catch(async (error: unknown) => {
        await device.close();
        throw error;
      }),
  })),
  face('OpuDevice.abort.thrown-away', 'abort leaves patterns in the device', (device) => ({
    abort: (...args) => device.stop(...args),
  })),
  face('OpuDevice.stop.kept', 'stop throws patterns away', (device) => ({ stop: (...args) => device.abort(...args) })),
  face('OpuDevice.stop.stream', 'a stopped stream rejects', (device) => {
    let stopped = false;
    return {
      stop: (...args) => {
        stopped = true;
        return device.stop(...args);
      },
      stream: streamed(device, async function* (readouts) {
        for await (const readout of readouts) {
          if (stopped) throw new OpuError('ABORTED', 'It was stopped.');
          yield readout;
        }
      }),
    };
  }),
  face('OpuDevice.stop.projection', 'a projection that was stopped is shown again', (device) => ({
    project: (...args) =>
      device.project(...args).catch((error: OpuError) => {
        if (error.code === 'ABORTED' && args[1]?.signal === undefined) return device.project(...args);
        throw error;
      }),
  })),
  face('OpuDevice.stop.under-way', 'a projection that the device has not heard of is not stopped', (device) => ({
    project: async (...args) => {
      for (let i = 0; i < 20; i++) await Promise.resolve();
      return await device.project(...args);
    },
  })),
  face('OpuDevice.stop.over', 'stop resolves before the device has answered', (device) => ({
    stop: async (...args) => {
      if (args[0]?.signal !== undefined) return await device.stop(...args);
      setTimeout(() => void device.stop(...args).catch(() => {}), 200);
      return { framesDone: 1 };
    },
  })),
  face('StopReport.framesDone.counts', 'reports count no frames', (device) => ({
    stop: async (...args) => {
      await device.stop(...args);
      return { framesDone: 0 };
    },
  })),
];
