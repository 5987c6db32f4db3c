import { VERSION } from '../format/library.js';
import type { Safety } from './engine.js';
import { Recorder, type RecorderOptions } from './recorder.js';
import { startWorkerEngine } from './worker-engine.js';

export interface OpenRecorderOptions extends RecorderOptions {
  /** What a frame is safe against when it counts as safe; `power-cut` by default. */
  readonly safety?: Safety;
}

/**
 * Starts recording into the new file `path`, in a thread of its own.
 * @throws OpuError INVALID_FILE when it exists or cannot be made, PERMISSION_DENIED
 */
export async function openRecorder(path: string, options: OpenRecorderOptions = {}): Promise<Recorder> {
  const provenance = { 'opu-sdk': VERSION, node: process.version, ...options.provenance };
  return new Recorder(await startWorkerEngine(path, options.safety ?? 'power-cut'), { ...options, provenance });
}
