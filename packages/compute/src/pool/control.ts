/**
 * Words of the control block that the threads of a pool share.
 *
 * STATE counts the workers inside the current job (low bits) and says whether more may enter (OPEN). A worker that wakes
 * late finds the job closed and goes back to sleep: the main thread never waits for a worker that has not begun.
 */
export const control = {
  generation: 0,
  state: 1,
  nextTile: 2,
  tiles: 3,
  kernel: 4,
  argumentCount: 5,
  failed: 6,
  /** Tiles that were computed, of all jobs; wraps. */
  doneTiles: 7,
  /** Set while threads are to take no more tiles of the current job. */
  paused: 8,
  words: 16,
} as const;

export const OPEN = 1 << 16;

/** Most numbers that a kernel may take besides tile and scratch. */
export const maxArguments = 32;

/** Bytes of scratch memory that every thread has for itself. */
export const scratchBytes = 2 << 20;

/** Iterations that a worker looks for the next job before it sleeps: tens of microseconds, while waking takes 60. */
export const spinsBeforeSleep = 20_000;

export type Kernel = (...args: number[]) => void;

/** What a worker is started with. */
export interface WorkerSetup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
  readonly args: Float64Array;
  readonly scratch: number;
  /** Whether this thread loads the accelerator as well. */
  readonly accelerate: boolean;
}
