import { OpuError } from '@opu/core';
import type { AppliedConfiguration, PatternSource, Readout, ReadoutStream, StreamOptions } from '../api/opu-device.js';
import { abortError, onAbort } from '../session/abort.js';
import type { Session } from '../session/session.js';
import { observeIterable } from '../stream/observe-iterable.js';
import { openPatternFeed } from '../stream/pattern-feed.js';
import type { PatternFeed } from '../stream/pattern-feed-types.js';
import { StreamRun } from '../stream/stream-run.js';

type Signals = readonly (AbortSignal | undefined)[];

/**
 * A stream over a session. It starts when it is first read, and is read once: as an AsyncIterable, or as an Observable,
 * whose policy is to wait: the device is given no more room than the observer has taken.
 */
export function openReadoutStream(
  session: Session,
  configuration: () => AppliedConfiguration,
  patterns: PatternSource,
  options: StreamOptions,
): ReadoutStream {
  let opened: OneStream | undefined;
  const iterate = (signals: Signals): AsyncGenerator<Readout, void, undefined> => {
    if (opened !== undefined)
      throw new OpuError('INVALID_STATE', 'A stream of readouts can be read once; ask the device for another one.');
    opened = new OneStream(session, configuration, patterns, options);
    return opened.read(signals);
  };
  return {
    get firstPatternId() {
      return opened?.firstPatternId;
    },
    get patternsDropped() {
      return opened?.patternsDropped ?? 0;
    },
    [Symbol.asyncIterator]: () => iterate([options.signal]),
    readouts$: observeIterable((left) => iterate([options.signal, left])),
  };
}

/** The one reading of a stream. */
class OneStream {
  readonly #session: Session;
  readonly #configuration: () => AppliedConfiguration;
  readonly #patterns: PatternSource;
  readonly #options: StreamOptions;
  #feed: PatternFeed | undefined;
  #run: StreamRun | undefined;

  constructor(
    session: Session,
    configuration: () => AppliedConfiguration,
    patterns: PatternSource,
    options: StreamOptions,
  ) {
    this.#session = session;
    this.#configuration = configuration;
    this.#patterns = patterns;
    this.#options = options;
  }

  get firstPatternId(): number | undefined {
    return this.#run?.firstPatternId;
  }

  get patternsDropped(): number {
    return this.#feed?.dropped ?? 0;
  }

  async *read(signals: Signals): AsyncGenerator<Readout, void, undefined> {
    const session = this.#session;
    this.#check(signals);
    const { overrun, patternBytes } = this.#configuration();
    // At once: what an Observable emits before somebody subscribes is lost. Dropped frames leave no trace at the end of a
    // run, so that its end has to be marked and the source asked ahead.
    const feed = openPatternFeed(this.#patterns, overrun === 'drop', patternBytes, this.#options.buffer);
    this.#feed = feed;
    let hasFailed = false;
    try {
      const turn = await session.runs.enter(...signals);
      turn.isRead = true;
      try {
        await session.ended(...signals);
        this.#check(signals);
        if (turn.endedBy === undefined) yield* this.#show(feed, signals);
      } finally {
        turn.leave();
      }
    } catch (error) {
      hasFailed = true;
      throw error;
    } finally {
      feed.cancel();
      if (!hasFailed) throwCancelError(feed);
    }
  }

  async *#show(feed: PatternFeed, signals: Signals): AsyncGenerator<Readout, void, undefined> {
    const session = this.#session;
    const stream = new StreamRun(session.port, this.#configuration(), feed);
    this.#run = stream;
    const stops = signals.map((signal) => onAbort(signal, (error) => stream.failed(error)));
    let whole = false;
    session.enter(stream);
    try {
      stream.begin();
      for (let next = await stream.take(); next !== undefined; next = await stream.take()) yield next;
      whole = true;
      const { ending } = stream;
      if (ending !== undefined) await session.request({ type: ending });
    } finally {
      for (const stop of stops) stop();
      if (whole) stream.cancel();
      else stream.discard();
      try {
        if (!whole && session.error === undefined) await session.request({ type: 'ABORT' }).catch(() => {});
      } finally {
        stream.left();
        session.leave();
      }
    }
  }

  #check(signals: Signals): void {
    for (const signal of signals) if (signal?.aborted) throw abortError(signal);
    if (this.#session.error !== undefined) throw this.#session.error;
  }
}

/** What the source threw while it was told to end is an error like another, where there is none before it. */
function throwCancelError({ cancelError }: PatternFeed): void {
  if (cancelError !== undefined) throw cancelError.error;
}
