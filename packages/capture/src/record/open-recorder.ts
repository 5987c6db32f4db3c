import { VERSION } from '../format/library.js';
import { Recorder, type RecorderOptions } from './recorder.js';
import { startWorkerEngine } from './worker-engine.js';

/**
 * Starts recording into the new file `path`, in a thread of its own.
 * @throws OpuError INVALID_FILE when it exists or cannot be made, PERMISSION_DENIED
 */
export async function openRecorder(path: string, options: RecorderOptions = {}): Promise<Recorder> {
  const provenance = { 'opu-sdk': VERSION, node: process.version, ...options.provenance };
  return new Recorder(await startWorkerEngine(path), { ...options, provenance });
}
