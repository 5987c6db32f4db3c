import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A virtual USB bus with one device, played by another process. */
export class Bus {
  readonly #process: ChildProcess;

  /** @param script which plays the bus (see `playBus`): with one emulated OPU when left out */
  constructor(args: readonly string[], script = new URL('./bus-process.js', import.meta.url)) {
    this.#process = fork(fileURLToPath(script), args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  ready(): Promise<unknown> {
    return once(this.#process, 'message');
  }

  async tell(word: string): Promise<void> {
    this.#process.send(word);
    await once(this.#process, 'message');
  }
}
