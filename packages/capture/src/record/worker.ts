import { parentPort, workerData } from 'node:worker_threads';
import { createFileSink } from '../write/byte-sink.js';
import { loadCompression } from '../write/compression.js';
import { type EngineCommand, EngineCore, failure } from './engine.js';
import type { WorkerNews, WorkerTask } from './worker-engine.js';

// The thread of `startWorkerEngine`.
const port = parentPort!;
const tell = (news: WorkerNews): void => port.postMessage(news);
const { path } = workerData as WorkerTask;

try {
  await loadCompression();
  const core = new EngineCore(createFileSink(path), tell);
  port.on('message', (command: EngineCommand) => core.handle(command));
  tell({ type: 'ready' });
} catch (error) {
  tell(failure(error));
}
