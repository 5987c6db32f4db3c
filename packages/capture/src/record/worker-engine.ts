import { Worker } from 'node:worker_threads';
import { OpuError } from '@opu/protocol';
import { type EngineNews, failure, failureError, type RecordEngine } from './engine.js';

/** What the thread is started with. */
export interface WorkerTask {
  readonly path: string;
}

/** First news of the thread: the file is there. */
export type WorkerNews = EngineNews | { readonly type: 'ready' };

/** Below this, copying is cheaper than handing over. */
const WORTH_TRANSFERRING = 4096;

/**
 * An engine in a thread of its own, which makes checksums, compresses, writes and syncs, so that the thread that
 * talks to the device does none of it.
 * @throws OpuError INVALID_FILE, PERMISSION_DENIED when the file cannot be made
 */
export async function startWorkerEngine(path: string): Promise<RecordEngine> {
  const task: WorkerTask = { path };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: task });
  let listener: (news: EngineNews) => void = () => {};
  await new Promise<void>((resolve, reject) => {
    worker.on('message', (news: WorkerNews) => {
      if (news.type === 'ready') {
        resolve();
        return;
      }
      if (news.type === 'failed') reject(failureError(news));
      listener(news);
    });
    worker.on('error', (error) => {
      reject(error);
      listener(failure(new OpuError('BUG', `The recorder's thread failed: ${error.message}`)));
    });
  });
  return {
    post(command) {
      const transfer: ArrayBuffer[] = [];
      if (command.type === 'records') {
        for (const { data } of command.records) {
          if (data.length >= WORTH_TRANSFERRING && data.length === data.buffer.byteLength) {
            transfer.push(data.buffer as ArrayBuffer);
          }
        }
      }
      worker.postMessage(command, transfer);
    },
    listen(next) {
      listener = next;
    },
    dispose() {
      void worker.terminate();
    },
  };
}
