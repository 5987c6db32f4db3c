import type { PatternSource, Readout } from '@opu/driver';
import { check, fail, same } from '../../runner/case.js';
import { brightOnes, type DriverBench } from '../bench/driver-bench.js';
import { casesOf } from '../bench/driver-case.js';
import { inOrder } from './projection.js';

async function take(bench: DriverBench, patterns: Iterable<Uint8Array>, count: number): Promise<void> {
  const read = async (): Promise<void> => {
    let taken = 0;
    for await (const _ of bench.device.stream(patterns)) if (++taken === count) break;
  };
  await bench.within('leaving the stream', read());
}

/** An Observable that emits all at once, of the library that the driver's own Observables come from. */
function observable({ device }: DriverBench, patterns: readonly Uint8Array[]): PatternSource {
  type Made = Exclude<PatternSource, Iterable<Uint8Array> | AsyncIterable<Uint8Array>>;
  const Observable = device.stream([]).readouts$.constructor as new (subscribe: Subscribe) => Made;
  return new Observable((subscriber) => {
    for (const pattern of patterns) subscriber.next(pattern);
    subscriber.complete();
  });
}

type Subscribe = (subscriber: { next(pattern: Uint8Array): void; complete(): void }) => void;

export const streamCases = casesOf('stream', [
  [
    'I-05',
    'stream',
    'Readouts come in the order of the patterns, each once; the last one ends the stream.',
    'OpuDevice.stream.each-once Readout.patternId.known',
    async (bench) => inOrder(await bench.collect(bench.patterns(7)), 7),
  ],
  [
    'I-06',
    'stream of dark and bright patterns',
    'The readout of a bright pattern is bright: images belong to the patterns whose place they have.',
    'OpuDevice.stream.each-once Image.shape',
    async (bench) => {
      const marks = [0, 0, 1, 1, 0, 1];
      const readouts = await bench.collect(bench.marked(marks));
      same('What is bright', brightOnes(readouts.map(({ image }) => image.data)), marks);
      const { width, height } = bench.device.configuration.regionOfInterest;
      for (const { image } of readouts) same('The shape of an image', image.shape, [height, width]);
    },
  ],
  [
    'I-07',
    'A reader that leaves a stream',
    'The run ends on the device, and the next stream shows its own patterns alone.',
    'ReadoutStream.left',
    async (bench) => {
      await take(bench, bench.patterns(40), 1);
      inOrder(await bench.collect(bench.patterns(3)), 3);
    },
  ],
  [
    'I-30',
    'The stream as an Observable',
    'It gives the same readouts in the same order and completes; an error of its source goes to the observer.',
    'ReadoutStream.two-faces OpuDevice.stream.each-once',
    async (bench) => {
      const watch = (patterns: Iterable<Uint8Array>): Promise<Readout[]> =>
        new Promise((resolve, reject) => {
          const readouts: Readout[] = [];
          bench.device.stream(patterns).readouts$.subscribe({
            next: (readout) => void readouts.push(readout),
            error: reject,
            complete: () => resolve(readouts),
          });
        });
      inOrder(await bench.within('the Observable', watch(bench.patterns(7))), 7);
      const wrong = await bench.rejection('the Observable', watch([new Uint8Array(1 + bench.dark().length)]));
      same('The code', wrong.code, 'INVALID_ARGUMENT');
    },
  ],
  [
    'I-58',
    'An observer that unsubscribes',
    'The run ends on the device, and the next stream shows its own patterns alone.',
    'ReadoutStream.two-faces ReadoutStream.left',
    async (bench) => {
      const source = bench.patterns(40);
      const first = new Promise<void>((resolve, reject) => {
        const subscription = bench.device.stream(source).readouts$.subscribe({
          next: () => {
            queueMicrotask(() => subscription.unsubscribe());
            resolve();
          },
          error: reject,
        });
      });
      await bench.within('the first readout', first);
      inOrder(await bench.collect(bench.patterns(3)), 3);
    },
  ],
  [
    'I-31',
    'A stream that is read twice',
    'The second reader gets INVALID_STATE, and nothing is shown for it.',
    'ReadoutStream.once',
    async (bench) => {
      const stream = bench.device.stream(bench.patterns(3));
      const read = async (): Promise<number> => {
        let count = 0;
        for await (const _ of stream) count++;
        return count;
      };
      same('The number of readouts', await bench.within('the stream', read()), 3);
      same('The code', (await bench.rejection('the second reader', read())).code, 'INVALID_STATE');
    },
  ],
  [
    'I-40',
    'A stream that nobody reads',
    'Its source is not asked for a pattern.',
    'ReadoutStream.lazy',
    async (bench) => {
      let asked = 0;
      const pattern = bench.dark();
      const source = function* (): Generator<Uint8Array> {
        asked++;
        yield pattern;
      };
      bench.device.stream(source());
      await bench.pause(1_000_000);
      same('How often the source was asked', asked, 0);
      await bench.stillWorks();
    },
  ],
  [
    'I-32',
    'Images that a reader keeps',
    'They do not change while others arrive.',
    'Readout.image.kept',
    async (bench) => {
      const kept: { readonly data: ArrayLike<number>; readonly copy: readonly number[] }[] = [];
      const read = async (): Promise<void> => {
        for await (const { image } of bench.device.stream(bench.marked([1, 0, 1, 0, 1, 0, 1, 0]))) {
          kept.push({ data: image.data, copy: Array.from(image.data) });
        }
      };
      await bench.within('the stream', read());
      await bench.collect(bench.patterns(4));
      for (const [k, { data, copy }] of kept.entries()) {
        check(
          copy.every((value, i) => data[i] === value),
          `The image of readout ${k} changed after it was handed out.`,
        );
      }
    },
  ],
  [
    'I-33',
    'A reader that pauses',
    'The source is pulled as far as there is room, and no farther.',
    'PatternSource.back-pressure',
    async (bench) => {
      const { count, source } = bench.plenty;
      let pulled = 0;
      const counted = function* (): Generator<Uint8Array> {
        for (const pattern of source) {
          pulled++;
          yield pattern;
        }
      };
      const iterator = bench.device.stream(counted())[Symbol.asyncIterator]();
      await bench.within('the first readout', iterator.next());
      let before = -1;
      for (let quiet = 0; quiet < 3; quiet = pulled === before ? quiet + 1 : 0) {
        before = pulled;
        await bench.pause(2_000_000);
      }
      check(pulled < count, `All ${count} patterns were pulled while the reader had taken one readout.`);
      await bench.within('leaving the stream', Promise.resolve(iterator.return?.()));
      await bench.stillWorks();
    },
  ],
  [
    'I-34',
    'Patterns after they were shown',
    'They are as they were handed over.',
    'PatternSource.unwritten',
    async (bench) => {
      const patterns = bench.patterns(5);
      const copies = patterns.map((pattern) => Array.from(pattern));
      await bench.collect(patterns);
      patterns.forEach((pattern, k) => void same(`Pattern ${k}`, Array.from(pattern), copies[k]));
    },
  ],
  [
    'I-35',
    'A source that throws',
    'The stream ends with that very error, and the device stays usable.',
    'PatternSource.throws',
    async (bench) => {
      const pattern = bench.pattern(0);
      const mine = new Error('The source of the suite threw.');
      const sync = function* (): Generator<Uint8Array> {
        yield pattern;
        throw mine;
      };
      const asynchronous = async function* (): AsyncGenerator<Uint8Array> {
        yield pattern;
        throw mine;
      };
      for (const source of [sync(), asynchronous()]) {
        const error = await bench.collect(source).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (error !== mine) fail(`The stream ended with ${String(error)} instead of the error of its source.`);
        await bench.stillWorks();
      }
    },
  ],
  [
    'I-36',
    'Sources of a stream that is left',
    'They are told that nothing more is wanted.',
    'PatternSource.told',
    async (bench) => {
      const pattern = bench.pattern(0);
      let told = 0;
      const source = function* (): Generator<Uint8Array> {
        try {
          for (let i = 0; i < 100_000; i++) yield pattern;
        } finally {
          told++;
        }
      };
      await take(bench, source(), 2);
      await bench.pause(100_000);
      same('How often the source was told', told, 1);
    },
  ],
  [
    'I-37',
    'A pattern of the wrong length in a stream',
    'The stream ends with INVALID_ARGUMENT, and the device stays usable.',
    'PatternSource.refused OpuDevice.blame',
    async (bench) => {
      const wrong = new Uint8Array(bench.dark().length + 1);
      const { code } = await bench.rejection('the stream', bench.collect([bench.pattern(0), wrong]));
      same('The code', code, 'INVALID_ARGUMENT');
      await bench.stillWorks();
    },
  ],
  [
    'I-38',
    'A source without patterns',
    'The stream ends without readouts.',
    'OpuDevice.stream.each-once',
    async (bench) => same('The number of readouts', (await bench.collect([])).length, 0),
  ],
  [
    'I-39',
    'An asynchronous source and an Observable as sources',
    'Every pattern is shown once, in order.',
    'OpuDevice.stream.each-once',
    async (bench) => {
      const marks = [1, 0, 0, 1, 0];
      const patterns = bench.marked(marks);
      const slow = async function* (): AsyncGenerator<Uint8Array> {
        for (const pattern of patterns) {
          await Promise.resolve();
          yield pattern;
        }
      };
      const emitted = observable(bench, patterns);
      for (const source of [slow(), emitted]) {
        const readouts = await bench.collect(source);
        inOrder(readouts, marks.length);
        same('What is bright', brightOnes(readouts.map(({ image }) => image.data)), marks);
      }
    },
  ],
]);
