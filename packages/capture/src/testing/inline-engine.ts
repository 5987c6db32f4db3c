import { VirtualClock } from '@opu/core';
import { type EngineCommand, EngineCore, type EngineNews, type RecordEngine } from '../record/engine.js';
import type { ByteSink } from '../write/byte-sink.js';

/** The engine in this thread, on a disk that takes commands only when it is told to (`slow`), or at once. */
export function inlineEngine(
  sink: ByteSink,
  options: { readonly slow?: boolean } = {},
): RecordEngine & { work(commands?: number): void; readonly waiting: number; setSlow(slow: boolean): void } {
  let slow = options.slow ?? false;
  let listener: (news: EngineNews) => void = () => {};
  let core: EngineCore | undefined;
  const queue: EngineCommand[] = [];
  let posted = 0;
  const work = (commands = Number.POSITIVE_INFINITY): void => {
    core ??= new EngineCore(sink, (news) => listener(news), { posted: () => posted, clock: new VirtualClock() });
    for (let n = 0; n < commands && queue.length > 0; n++) core.handle(queue.shift()!);
  };
  return {
    post(command) {
      queue.push(command);
      if (command.type === 'records') posted += command.records.length;
      if (!slow || command.type === 'end') work();
    },
    listen: (next) => {
      listener = next;
    },
    dispose: () => {},
    work,
    get waiting() {
      return queue.length;
    },
    setSlow: (next) => {
      slow = next;
    },
  };
}
