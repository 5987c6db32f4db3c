import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright-core';
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

/** A web server on this machine that has one page with the driver, and the Chromium that opens it. */
export class DriverPage {
  readonly #server: Server;
  readonly #work: string;
  readonly #actions: Actions;
  #browser: Browser | undefined;

  private constructor(server: Server, work: string, actions: Actions) {
    this.#server = server;
    this.#work = work;
    this.#actions = actions;
  }

  /**
   * @param work body of an asynchronous function that uses `opu`; its result has to fit into JSON
   * @param actions what is done outside the page when it awaits `act(name)`
   */
  static async serve(work: string, actions: Actions = {}): Promise<DriverPage> {
    const { code } = await driverBundle();
    const html =
      '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script src="/driver.js"></script>';
    const server = createServer((request, response) => {
      if (request.url === '/driver.js') response.setHeader('content-type', 'text/javascript').end(code);
      else if (request.url === '/') response.setHeader('content-type', 'text/html').end(html);
      else response.writeHead(404).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new DriverPage(server, work, actions);
  }

  get origin(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Opens the page in a Chromium of its own, without a window. @returns what the work gave, or throws its error */
  async run(): Promise<unknown> {
    // Ports and buses that tests play lie in no real sysfs.
    this.#browser = await launchChromium({ SYSTEMD_DEVICE_VERIFY_SYSFS: '0' });
    const page = await this.#browser.newPage();
    await page.exposeFunction('act', async (name: string) => this.#actions[name]?.());
    await page.goto(`${this.origin}/`);
    const said = await page.evaluate<Said>(
      `(async () => { ${this.#work} })().then(
        (result) => ({ result }),
        (e) => ({ error: (e.code ?? e.name) + ': ' + e.message }),
      )`,
    );
    if (said.error !== undefined) throw new Error(said.error);
    return said.result;
  }

  async close(): Promise<void> {
    await this.#browser?.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

type Actions = Readonly<Record<string, () => Promise<void>>>;

interface Said {
  readonly result?: unknown;
  readonly error?: string;
}

/** Debian's Chromium without a window, which looks for nothing beyond this machine. */
export function launchChromium(env: Readonly<Record<string, string>> = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run'],
    env: { ...(process.env as Record<string, string>), ...env },
  });
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
