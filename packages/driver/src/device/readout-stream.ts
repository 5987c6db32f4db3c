import { OpuError } from '@opu/core';
import { Observable } from 'rxjs';
import type {
  AppliedConfiguration,
  OperationOptions,
  PatternSource,
  Readout,
  ReadoutStream,
} from '../api/opu-device.js';
import { abortError, onAbort } from '../session/abort.js';
import type { Session } from '../session/session.js';
import { openPatternFeed } from '../stream/pattern-feed.js';
import { StreamRun } from '../stream/stream-run.js';

/**
 * A stream over a session. It starts when it is first read, and is read once: as an AsyncIterable, or as an Observable,
 * whose policy is to wait: the device is given no more room than the observer has taken.
 */
export function openReadoutStream(
  session: Session,
  configuration: () => AppliedConfiguration,
  patterns: PatternSource,
  options: OperationOptions,
): ReadoutStream {
  let used = false;
  const iterate = (signals: readonly (AbortSignal | undefined)[]): AsyncGenerator<Readout, void, undefined> => {
    if (used)
      throw new OpuError('INVALID_STATE', 'A stream of readouts can be read once; ask the device for another one.');
    used = true;
    return run(session, configuration, patterns, signals);
  };
  return {
    [Symbol.asyncIterator]: () => iterate([options.signal]),
    readouts$: new Observable<Readout>((subscriber) => {
      const stop = new AbortController();
      const pull = async (): Promise<void> => {
        for await (const readout of iterate([options.signal, stop.signal])) subscriber.next(readout);
        subscriber.complete();
      };
      pull().catch((error: unknown) => subscriber.error(error));
      return () => stop.abort();
    }),
  };
}

async function* run(
  session: Session,
  configuration: () => AppliedConfiguration,
  patterns: PatternSource,
  signals: readonly (AbortSignal | undefined)[],
): AsyncGenerator<Readout, void, undefined> {
  const check = (): void => {
    for (const signal of signals) if (signal?.aborted) throw abortError(signal);
    if (session.error !== undefined) throw session.error;
  };
  check();
  // At once: what an Observable emits before somebody subscribes is lost. Dropped frames leave no trace at the end of a
  // run, so that its end has to be marked and the source asked ahead.
  const feed = openPatternFeed(patterns, configuration().overrun === 'drop');
  const turn = await session.runs.enter(...signals).catch((error: unknown) => {
    feed.cancel();
    throw error;
  });
  let whole = false;
  let current: StreamRun | undefined;
  let stops: (() => void)[] = [];
  try {
    await session.ended(...signals);
    check();
    if (turn.endedBy !== undefined) return;
    const stream = new StreamRun(session, configuration(), feed);
    current = stream;
    stops = signals.map((signal) => onAbort(signal, (error) => stream.failed(error)));
    session.enter(stream);
    stream.begin();
    for (let next = await stream.take(); next !== undefined; next = await stream.take()) yield next;
    whole = true;
    const { ending } = stream;
    if (ending !== undefined) await session.request({ type: ending });
  } finally {
    for (const stop of stops) stop();
    if (current === undefined) feed.cancel();
    else if (whole) current.cancel();
    else current.discard();
    if (!whole && current !== undefined && session.error === undefined) {
      await session.request({ type: 'ABORT' }).catch(() => {});
    }
    if (current !== undefined) session.leave();
    turn.leave();
  }
}
