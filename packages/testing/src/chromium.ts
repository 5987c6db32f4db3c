import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { needTool } from './tools/need-tool.js';

/** The whole core of the driver as a page loads it: `opu.openOpu(...)`. */
export async function driverBundle(): Promise<{ readonly code: string; readonly inputs: readonly string[] }> {
  const bundled = await build({
    entryPoints: [createRequire(import.meta.url).resolve('@opu/driver')],
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'opu',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  if (bundled.warnings.length > 0) throw new Error(bundled.warnings.map(({ text }) => text).join('\n'));
  return { code: bundled.outputFiles[0]!.text, inputs: Object.keys(bundled.metafile.inputs) };
}

/** Skips where there is no Chromium; where all tools are required that is a failure. */
export function needsChromium(context: { skip(): void }): void {
  needTool(context, 'chromium', 'chromium');
}

/** A web server on this machine that has one page with the driver, and what the page says when its work is done. */
export class Page {
  readonly #server: Server;
  readonly #said: Promise<string>;
  #browser: ChildProcess | undefined;
  #folder: string | undefined;

  private constructor(server: Server, said: Promise<string>) {
    this.#server = server;
    this.#said = said;
  }

  /**
   * @param work body of an asynchronous function that uses `opu`; its result has to fit into JSON
   * @param actions what is done outside the page when it awaits `act(name)`
   */
  static async serve(work: string, actions: Readonly<Record<string, () => Promise<void>>> = {}): Promise<Page> {
    const { code } = await driverBundle();
    const html =
      '<!doctype html><meta charset="utf-8"><script src="/driver.js"></script><script>' +
      `const work = async () => { ${work} };` +
      "const act = (name) => fetch('/act/' + name, { method: 'POST' });" +
      "const say = (value) => fetch('/said', { method: 'POST', body: JSON.stringify(value) });" +
      "work().then((result) => say({ result }), (e) => say({ error: (e.code ?? e.name) + ': ' + e.message }));" +
      '</script>';
    let answer = (_text: string): void => {};
    const said = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const server = createServer(async (request, response) => {
      if (request.url === '/said') {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        response.end();
        answer(Buffer.concat(chunks).toString());
      } else if (request.url?.startsWith('/act/')) {
        await actions[request.url.slice('/act/'.length)]?.();
        response.end();
      } else if (request.url === '/driver.js') response.end(code);
      else if (request.url === '/') response.setHeader('content-type', 'text/html').end(html);
      else response.writeHead(404).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Page(server, said);
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Opens the page in a Chromium of its own, without a window. @returns what the work gave, or throws its error */
  async run(): Promise<unknown> {
    this.#folder = mkdtempSync(join(tmpdir(), 'opu-chromium-'));
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];
    const place = [`--user-data-dir=${this.#folder}`, `${this.origin}/`];
    // Ports and buses that tests play lie in no real sysfs.
    const env = { ...process.env, SYSTEMD_DEVICE_VERIFY_SYSFS: '0' };
    // A group of its own, so that the processes that it starts can be ended with it.
    this.#browser = spawn('chromium', [...flags, ...place], { stdio: 'ignore', detached: true, env });
    const ended = once(this.#browser, 'exit').then(
      () => '{"error":"Chromium ended before the page had said anything."}',
    );
    const said = JSON.parse(await Promise.race([this.#said, ended])) as { result?: unknown; error?: string };
    if (said.error !== undefined) throw new Error(said.error);
    return said.result;
  }

  async close(): Promise<void> {
    const browser = this.#browser;
    if (browser?.pid !== undefined && browser.exitCode === null) {
      const ended = once(browser, 'exit');
      process.kill(-browser.pid, 'SIGKILL');
      await ended;
    }
    this.#server.closeAllConnections();
    this.#server.close();
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Something happens after so many readouts; a stream that is to be hit by it has 1100 more, which the driver asks ahead. */
const DURING_FRAME = 200;

/**
 * Page work that opens `page:` with the expression `scheme`, streams `frames` patterns, and gives what came of it.
 * @param during what the page does when `DURING_FRAME` readouts have come
 */
export function streamWork(scheme: string, frames: number, during = ''): string {
  return `
    const schemes = { page: ${scheme}, ws: opu.webSocketScheme };
    const timeouts = { request: 1000, silence: 300 };
    const open = (reconnect = 4000) => opu.openOpu('page:', { schemes, timeouts: { ...timeouts, reconnect } });
    const openWhenThere = async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await open(300);
        } catch (error) {
          // A port needs a moment to notice that it was closed.
          if (attempt === 100) throw error;
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
    };
    const opened = await open();
    const { patternBytes } = opened.configuration;
    const patterns = Array.from({ length: ${frames} }, (_, i) => new Uint8Array(patternBytes).fill(i * 37));
    let sum = 0;
    let inOrder = true;
    let count = 0;
    for await (const readout of opened.stream(patterns)) {
      inOrder &&= readout.patternId === count++;
      for (const value of readout.image.data) sum = (Math.imul(sum, 31) + value) >>> 0;
      if (count === ${DURING_FRAME}) { ${during} }
    }
    const busy = await open().then(() => 'none', (error) => error.code);
    const linksLost = (await opened.counters()).get('host_links_lost');
    await opened.close();
    const again = await openWhenThere();
    const endless = function* () { for (;;) yield new Uint8Array(patternBytes); };
    let unplugged = 'none';
    try {
      let seen = 0;
      for await (const readout of again.stream(endless())) if (++seen === 20) await act('unplug');
    } catch (error) {
      unplugged = error.code;
    }
    await again.close();
    return { sum, count, inOrder, busy, linksLost, unplugged };
  `;
}

/** The same sum over the same patterns, of readouts that came some other way. */
export function sumOf(images: Iterable<ArrayLike<number>>): number {
  let sum = 0;
  for (const image of images) {
    for (let i = 0; i < image.length; i++) sum = (Math.imul(sum, 31) + image[i]!) >>> 0;
  }
  return sum;
}
