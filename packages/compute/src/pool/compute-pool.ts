import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { letGo, OpuError } from '@opu/core';
import { requireInteger } from '../checks/require-integer.js';
import { control, type Kernel, maxArguments, OPEN, scratchBytes, type WorkerSetup } from './control.js';
import { instantiate, kernelModule, kernelNames } from './kernels.js';
import { MemoryArena } from './memory-arena.js';
import { loadOpenBlas, type OpenBlas } from './openblas.js';
import { workOnTiles } from './tiles.js';

const pageBytes = 65536;
const firstFreeByte = pageBytes;
/** A step of `runInSteps`. */
const STEP_MILLISECONDS = 40;
const maxMemoryBytes = 65535 * pageBytes;
/** The longest tile takes a second or two on a slow machine. */
const PATIENCE_MILLISECONDS = 20_000;

export interface ComputePoolOptions {
  /** Threads, the calling one among them. Default: environment OPU_THREADS, else the smaller of 4 and the cores. */
  readonly threads?: number;
  /** Bound of the shared memory in bytes. Default: environment OPU_MEMORY_MB, else 1 GiB; at most 4 GiB less a page. */
  readonly memoryBytes?: number;
  /**
   * 'none': everything is computed by this package, the same bits on every machine. 'openblas': matrix products by the
   * system's OpenBLAS, faster, with last bits that depend on library and processor. 'auto': OpenBLAS if it is there. Default:
   * environment OPU_ACCELERATOR, else 'none', so that a seed gives the same weights wherever it is run.
   */
  readonly accelerator?: Accelerator;
  /** For tests of what happens when a thread dies: another script for the threads, and how long it is waited for. */
  readonly worker?: { readonly script: URL; readonly patienceMilliseconds: number };
}

const accelerators = ['none', 'auto', 'openblas'] as const;
export type Accelerator = (typeof accelerators)[number];

/** An array on the pool's memory. */
export type PoolArray = Float32Array | Float64Array | Int8Array | Uint8Array | Uint16Array | Int32Array | Uint32Array;

/**
 * One shared WebAssembly memory and the threads that run kernels on it. The calling thread is worker 0 and every call is
 * synchronous. A job is a number of tiles that the threads take from a shared counter; what a tile computes does not
 * depend on who takes it, so results are the same bits with any number of threads. Workers start in the background, a
 * job never waits for one that is not there yet, and they do not keep a process alive.
 */
export class ComputePool {
  readonly threads: number;
  readonly memoryBytes: number;
  /** Which library computes matrix products, by its own words; undefined where this package does. Belongs in a run's record. */
  readonly accelerator: string | undefined;
  readonly #memory: WebAssembly.Memory;
  readonly #arena: MemoryArena;
  #words = new Int32Array(new SharedArrayBuffer(4 * control.words));
  readonly #args = new Float64Array(new SharedArrayBuffer(8 * maxArguments));
  readonly #kernels: (Kernel | undefined)[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  readonly #scratch: number;
  readonly #workers: Worker[] = [];
  #workspace = { pointer: 0, bytes: 0 };
  readonly #module: WebAssembly.Module;
  readonly #script: URL;
  /** Milliseconds without a tile done, while a worker says that it is inside a job, after which it is taken for dead. */
  readonly #patience: number;
  #closed = false;

  constructor(options: ComputePoolOptions = {}) {
    this.threads = options.threads ?? environmentInteger('OPU_THREADS', 1, 64) ?? Math.min(4, availableParallelism());
    requireInteger('threads', this.threads, 1, 64);
    const megabytes = environmentInteger('OPU_MEMORY_MB', 16, 4095);
    this.memoryBytes = options.memoryBytes ?? (megabytes === undefined ? 2 ** 30 : megabytes * 2 ** 20);
    requireInteger('memoryBytes', this.memoryBytes, firstFreeByte + this.threads * scratchBytes, maxMemoryBytes);

    const blas = chooseAccelerator(options.accelerator ?? process.env.OPU_ACCELERATOR);
    this.accelerator = blas?.description;

    const maximum = Math.ceil(this.memoryBytes / pageBytes);
    this.#memory = new WebAssembly.Memory({ initial: 16, maximum, shared: true });
    this.#arena = new MemoryArena(firstFreeByte, this.memoryBytes, (endByte) => this.#growTo(endByte));
    this.#scratch = this.#arena.allocate(scratchBytes);
    const module = kernelModule();
    this.#kernels = instantiate(module, this.#memory, blas);
    this.#index = new Map(kernelNames(module).map((name, index) => [name, index]));
    this.#module = module;
    this.#script = options.worker?.script ?? new URL('./worker.js', import.meta.url);
    this.#patience = options.worker?.patienceMilliseconds ?? PATIENCE_MILLISECONDS;
    for (let i = 1; i < this.threads; i++) this.#startWorker();
  }

  /** True after `close`: it computes nothing any more. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Bytes of the shared memory in use. */
  get usedBytes(): number {
    return this.#arena.usedBytes;
  }

  /** Zeroed array of `length` numbers. @throws INVALID_STATE past the memory bound */
  float32(length: number): Float32Array {
    const pointer = this.allocate(length * 4);
    return new Float32Array(this.#buffer(), pointer, length).fill(0);
  }

  int32(length: number): Int32Array {
    const pointer = this.allocate(length * 4);
    return new Int32Array(this.#buffer(), pointer, length).fill(0);
  }

  /** As `int32`, with anything in it: for a large array that is about to be written. */
  unfilledInt32(length: number): Int32Array {
    const pointer = this.allocate(length * 4);
    return new Int32Array(this.#buffer(), pointer, length);
  }

  uint32(length: number): Uint32Array {
    const pointer = this.allocate(length * 4);
    return new Uint32Array(this.#buffer(), pointer, length).fill(0);
  }

  int8(length: number): Int8Array {
    const pointer = this.allocate(length);
    return new Int8Array(this.#buffer(), pointer, length).fill(0);
  }

  uint8(length: number): Uint8Array {
    const pointer = this.allocate(length);
    return new Uint8Array(this.#buffer(), pointer, length).fill(0);
  }

  uint16(length: number): Uint16Array {
    const pointer = this.allocate(length * 2);
    return new Uint16Array(this.#buffer(), pointer, length).fill(0);
  }

  /** Gives the memory of an array from this pool back; its views must not be used any more. */
  release(array: PoolArray): void {
    this.pointer(array);
    this.#arena.release(array.byteOffset);
  }

  /** Byte address of an array (or a part of one) on the pool's memory. @throws INVALID_ARGUMENT for a foreign array */
  pointer(array: PoolArray): number {
    if (this.#buffers.has(array.buffer)) return array.byteOffset;
    throw new OpuError(
      'INVALID_ARGUMENT',
      "the array is not on this pool's memory; make it with float32(), int32(), uint8() or another of the pool's functions",
    );
  }

  /** True if the array lies on this pool's memory. */
  owns(array: PoolArray): boolean {
    return this.#buffers.has(array.buffer);
  }

  allocate(bytes: number): number {
    requireInteger('bytes', bytes, 0, Number.MAX_SAFE_INTEGER);
    return this.#arena.allocate(bytes);
  }

  /** View of bytes that `allocate` or `workspace` gave. */
  bytesAt(pointer: number, bytes: number): Uint8Array {
    return new Uint8Array(this.#buffer(), pointer, bytes);
  }

  free(pointer: number): void {
    this.#arena.release(pointer);
  }

  /** Address of memory that one synchronous operation may use; the next call of this function may hand it out again. */
  workspace(bytes: number): number {
    if (bytes > this.#workspace.bytes) {
      if (this.#workspace.bytes > 0) this.#arena.release(this.#workspace.pointer);
      this.#workspace = { pointer: 0, bytes: 0 };
      this.#workspace = { pointer: this.#arena.allocate(bytes), bytes };
    }
    return this.#workspace.pointer;
  }

  /**
   * Runs an exported kernel on tiles 0 ... tiles - 1 with the given arguments, and returns when all are done.
   * @throws INVALID_STATE after `close`, BUG when a kernel fails
   */
  run(kernelName: string, tiles: number, ...args: number[]): void {
    this.#runFrom(0, kernelName, tiles, args);
  }

  /**
   * As `run`, in steps of some 40 milliseconds of this machine's time, a tile at least: between two of them the caller may do other
   * work, on this pool as well. A tile is the same whenever it is computed, so the result does not depend on how the time is cut. What
   * is not finished is given up by the generator's `return`.
   */
  *runInSteps(kernelName: string, tiles: number, ...args: number[]): Generator<void, void> {
    for (let next = 0; ; ) {
      const end = performance.now() + STEP_MILLISECONDS;
      next = this.#runFrom(next, kernelName, tiles, args, () => performance.now() >= end);
      if (next >= tiles) return;
      yield;
    }
  }

  /**
   * For work in steps of other making: the function that it returns says whether a step of some 40 milliseconds of this machine's time
   * is over, and begins the next one when it is.
   */
  watchSteps(): () => boolean {
    let end = performance.now() + STEP_MILLISECONDS;
    return () => {
      const now = performance.now();
      if (now < end) return false;
      end = now + STEP_MILLISECONDS;
      return true;
    };
  }

  /** Runs tiles from `first` on until they are done or `mustPause` says so. Returns the first tile that is left. */
  #runFrom(first: number, kernelName: string, tiles: number, args: number[], mustPause?: () => boolean): number {
    if (this.#closed) throw new OpuError('INVALID_STATE', 'the compute pool was closed; make a new one');
    const index = this.#index.get(kernelName);
    const kernel = index === undefined ? undefined : this.#kernels[index];
    if (index === undefined || kernel === undefined || args.length > maxArguments) {
      throw new OpuError('BUG', `no kernel ${kernelName} that takes ${args.length} arguments`);
    }
    const argv = [0, this.#scratch, ...args];
    this.#words[control.tiles] = tiles;
    Atomics.store(this.#words, control.paused, 0);
    Atomics.store(this.#words, control.nextTile, first);
    let failure: unknown;
    const alone = this.#workers.length === 0 || tiles - first <= 1;
    if (!alone) {
      this.#args.set(args);
      this.#words[control.argumentCount] = args.length;
      this.#words[control.kernel] = index;
      this.#openJob();
    }
    try {
      workOnTiles(kernel, argv, this.#words, mustPause);
    } catch (error) {
      failure = error;
    }
    if (!alone) this.#closeJob(kernelName);
    if (Atomics.exchange(this.#words, control.failed, 0) !== 0) failure ??= 'in a worker';
    if (failure !== undefined) throw new OpuError('BUG', `kernel ${kernelName} failed: ${String(failure)}`);
    return Atomics.load(this.#words, control.nextTile);
  }

  /** Ends the workers. The memory's arrays stay readable. */
  close(): void {
    this.#closed = true;
    for (const worker of this.#workers) letGo(worker.terminate());
    this.#workers.length = 0;
  }

  #openJob(): void {
    Atomics.store(this.#words, control.state, OPEN);
    Atomics.add(this.#words, control.generation, 1);
    Atomics.notify(this.#words, control.generation);
  }

  /** @throws BUG when a worker inside the job has ended, as one that runs out of memory does */
  #closeJob(kernelName: string): void {
    Atomics.and(this.#words, control.state, ~OPEN);
    let spins = 0;
    let waits = 0;
    let done = -1;
    for (;;) {
      const inside = Atomics.load(this.#words, control.state);
      if (inside === 0) return;
      if (++spins <= 50_000) continue;
      Atomics.wait(this.#words, control.state, inside, 1);
      // This thread runs no events here and cannot hear that a worker ended: it sees that no tile gets done any more.
      const doneNow = Atomics.load(this.#words, control.doneTiles);
      waits = doneNow === done ? waits + 1 : 0;
      done = doneNow;
      if (waits > this.#patience) this.#replaceWorkers(kernelName);
    }
  }

  #replaceWorkers(kernelName: string): never {
    const count = this.#workers.length;
    for (const worker of this.#workers.splice(0)) letGo(worker.terminate());
    // Nobody of the old ones may touch the words of the new ones.
    this.#words = new Int32Array(new SharedArrayBuffer(4 * control.words));
    for (let i = 0; i < count; i++) this.#startWorker();
    throw new OpuError(
      'BUG',
      `a thread of the compute pool ended inside kernel ${kernelName}, and what it was to compute is missing; ${count} threads ` +
        'were started anew. If the machine was out of memory, close other programs or set OPU_THREADS to fewer.',
      { details: { kernel: kernelName } },
    );
  }

  #startWorker(): void {
    const setup: WorkerSetup = {
      module: this.#module,
      memory: this.#memory,
      control: this.#words,
      args: this.#args,
      scratch: this.#arena.allocate(scratchBytes),
      accelerate: this.accelerator !== undefined,
    };
    let worker: Worker;
    try {
      worker = new Worker(this.#script, { workerData: setup, execArgv: [] });
    } catch {
      return; // where no thread can be started the calling one does all the work
    }
    worker.on('error', () => {});
    // One that ended between two jobs is missed by nobody: the others take its tiles.
    worker.once('exit', () => {
      const at = this.#workers.indexOf(worker);
      if (at >= 0) this.#workers.splice(at, 1);
    });
    worker.unref();
    this.#workers.push(worker);
  }

  #buffer(): ArrayBufferLike {
    const { buffer } = this.#memory;
    this.#buffers.add(buffer);
    return buffer;
  }

  #growTo(endByte: number): void {
    const missing = Math.ceil((endByte - this.#memory.buffer.byteLength) / pageBytes);
    if (missing <= 0) return;
    const current = this.#memory.buffer.byteLength / pageBytes;
    // some more than asked for, since every growth makes a new buffer object
    const wanted = Math.max(missing, Math.min(current >> 2, Math.ceil(this.memoryBytes / pageBytes) - current));
    try {
      this.#memory.grow(wanted);
    } catch {
      throw new OpuError('INVALID_STATE', `this machine does not give the compute pool ${endByte} bytes of memory`);
    }
  }
}

let shared: ComputePool | undefined;

/** The pool that everything in a process shares unless it is given its own; made at the first call, and anew when it was closed. */
export function sharedComputePool(): ComputePool {
  if (shared === undefined || shared.isClosed) shared = new ComputePool();
  return shared;
}

/** The one place that decides who multiplies matrices. */
function chooseAccelerator(asked: string | undefined): OpenBlas | undefined {
  const choice = asked === undefined || asked === '' ? 'none' : asked;
  if (!accelerators.includes(choice as Accelerator)) {
    throw new OpuError('INVALID_ARGUMENT', `accelerator is ${choice}; it must be one of ${accelerators.join(', ')}`);
  }
  const blas = choice === 'none' ? undefined : loadOpenBlas();
  if (choice === 'openblas' && blas === undefined) {
    throw new OpuError(
      'NOT_SUPPORTED',
      "OpenBLAS was asked for and cannot be loaded; install it (Debian: libopenblas0-pthread) with the package 'koffi', or " +
        "choose 'auto' or 'none'",
    );
  }
  return blas;
}

function environmentInteger(name: string, low: number, high: number): number | undefined {
  const text = process.env[name];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  requireInteger(`environment variable ${name}`, value, low, high);
  return value;
}
