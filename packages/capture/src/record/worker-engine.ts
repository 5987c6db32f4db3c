import { Worker } from 'node:worker_threads';
import { letGo, OpuError } from '@opu/core';
import { wholeBuffers } from './buffer-pool.js';
import { type EngineNews, failure, failureError, type RecordEngine, type Safety } from './engine.js';

/** What the thread is started with. */
export interface WorkerTask {
  readonly path: string;
  readonly safety: Safety;
  /** One number that both threads see: records posted so far. */
  readonly posted: SharedArrayBuffer;
}

/** First news of the thread: the file is there. */
export type WorkerNews = EngineNews | { readonly type: 'ready' };

/**
 * An engine in a thread of its own, which makes checksums, compresses, writes and syncs, so that the thread that
 * talks to the device does none of it.
 * @throws OpuError INVALID_FILE, PERMISSION_DENIED when the file cannot be made
 */
export async function startWorkerEngine(path: string, safety: Safety): Promise<RecordEngine> {
  const task: WorkerTask = { path, safety, posted: new SharedArrayBuffer(4) };
  const posted = new Int32Array(task.posted);
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: task });
  let listener: (news: EngineNews) => void = () => {};
  let sent = 0;
  await new Promise<void>((resolve, reject) => {
    worker.on('message', (news: WorkerNews) => {
      if (news.type === 'ready') {
        resolve();
        return;
      }
      if (news.type === 'failed') reject(failureError(news));
      // A recorder that nobody closes must not keep a process alive longer than its last frame needs.
      if (news.type === 'safe' && news.counts.records === sent) worker.unref();
      listener(news);
    });
    worker.on('error', (error) => {
      reject(error);
      listener(failure(new OpuError('BUG', `The recorder's thread failed: ${error.message}`)));
    });
  });
  worker.unref();
  return {
    post(command) {
      if (command.type === 'records' || command.type === 'end') worker.ref();
      if (command.type === 'records') {
        Atomics.add(posted, 0, command.records.length);
        sent += command.records.length;
        worker.postMessage(command, wholeBuffers(command.records));
      } else worker.postMessage(command);
    },
    listen(next) {
      listener = next;
    },
    dispose() {
      letGo(worker.terminate());
    },
  };
}
