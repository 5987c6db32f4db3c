import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A virtual USB bus with one emulated OPU, played by another process. */
export class Bus {
  readonly #process: ChildProcess;

  constructor(profile: string, seed: number, ideal = false) {
    const script = fileURLToPath(new URL('./bus-process.js', import.meta.url));
    this.#process = fork(script, [profile, String(seed), ...(ideal ? ['ideal'] : [])], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  ready(): Promise<unknown> {
    return once(this.#process, 'message');
  }

  async tell(word: 'plug' | 'unplug' | 'end'): Promise<void> {
    this.#process.send(word);
    await once(this.#process, 'message');
  }
}
