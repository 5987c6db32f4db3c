import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { OpuError } from '@opu/core';

/** Set in some shells to please other programs, these halve OpenBLAS; a peer must run at its best. */
const misleading = ['OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE'];

/** A machine may have several: the one on the path, and the system's, which has what the distribution packages. */
const interpreters = ['python3', '/usr/bin/python3'];

/** Reads a line of JSON {"code"} at a time, runs it in one namespace, answers {"seconds"} of its last statement group. */
const server = `
import json, sys, time, traceback
namespace = {}
for line in sys.stdin:
    code = json.loads(line)["code"]
    try:
        compiled = compile(code, "peer", "exec")
        start = time.perf_counter()
        exec(compiled, namespace)
        answer = {"seconds": time.perf_counter() - start}
    except Exception:
        answer = {"error": traceback.format_exc(limit=1)}
    print(json.dumps(answer), flush=True)
`;

/** A Python process that runs and times pieces of code, one after another, in one namespace. */
export class PythonPeer {
  /** Versions, for the report. */
  readonly description: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(description: string, child: ChildProcessByStdio<Writable, Readable, null>) {
    this.description = description;
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  /** @returns undefined where no Python has the module */
  static start(module: string): PythonPeer | undefined {
    const env: NodeJS.ProcessEnv = { ...process.env };
    for (const name of misleading) delete env[name];
    const versions = `import sys, ${module} as m; print("Python %s, ${module} %s" % (sys.version.split()[0], m.__version__))`;
    for (const command of interpreters) {
      const probe = spawnSync(command, ['-c', versions], { env, encoding: 'utf8' });
      if (probe.status !== 0) continue;
      // a process group of its own: Ctrl-C is for us, and the end of its input ends it
      const child = spawn(command, ['-u', '-c', server], { env, stdio: ['pipe', 'pipe', 'inherit'], detached: true });
      return new PythonPeer(probe.stdout.trim(), child);
    }
    return undefined;
  }

  /** Runs code and returns the seconds that it took, or undefined where it failed (a module that is not there). */
  async tryRun(code: string): Promise<number | undefined> {
    return (await this.#ask(code)).seconds;
  }

  /** Runs code and returns the seconds that it took. @throws BUG with Python's words when it fails */
  async run(code: string): Promise<number> {
    const { seconds, error } = await this.#ask(code);
    if (seconds === undefined) throw new OpuError('BUG', `the benchmark's peer failed: ${error ?? 'it ended'}`);
    return seconds;
  }

  close(): void {
    this.#child.stdin.end();
    this.#child.kill();
  }

  async #ask(code: string): Promise<{ seconds?: number; error?: string }> {
    this.#child.stdin.write(`${JSON.stringify({ code })}\n`);
    const { value, done } = await this.#lines.next();
    return done === true ? {} : (JSON.parse(value) as { seconds?: number; error?: string });
  }
}
