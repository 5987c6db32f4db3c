import { parentPort, workerData } from 'node:worker_threads';
import { RealTimeClock } from '@opu/core';
import { createFileSink } from '../write/byte-sink.js';
import { loadCompression } from '../write/compression.js';
import { type EngineCommand, EngineCore, failure } from './engine.js';
import type { WorkerNews, WorkerTask } from './worker-engine.js';

// The thread of `startWorkerEngine`.
const port = parentPort!;
const tell = (news: WorkerNews): void => port.postMessage(news, news.type === 'free' ? [...news.buffers] : []);
const { path, safety, posted } = workerData as WorkerTask;
const count = new Int32Array(posted);

try {
  await loadCompression();
  const core = new EngineCore(createFileSink(path), tell, {
    posted: () => Atomics.load(count, 0),
    clock: new RealTimeClock(),
    safety,
  });
  port.on('message', (command: EngineCommand) => core.handle(command));
  tell({ type: 'ready' });
} catch (error) {
  tell(failure(error));
}
