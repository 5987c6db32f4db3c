import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { RealTimeClock } from '@opu/core';
import { mountSerial, mountTcp, mountWebSocket } from '@opu/device';
import { WebSocketTransport } from '@opu/driver';
import { SerialTransport, TcpTransport } from '@opu/driver/node';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { type SoakWay, soak } from '../soak/soak.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const clock = new RealTimeClock();
/** Long enough for some hundred sessions; thirty minutes once before a release. */
const MINUTES = Number(process.env.OPU_SOAK_MINUTES ?? 2);
const MIB = 2 ** 20;

const ways: readonly SoakWay[] = [
  {
    name: 'TCP',
    faults: { unplug: 0.01, stall: 0.02 },
    onlookers: true,
    serve: async (device) => {
      const mount = await mountTcp(device, { port: 0 });
      const port = Number(new URL(mount.address).port);
      return { open: async () => new TcpTransport({ host: '127.0.0.1', port }), close: () => mount.close() };
    },
  },
  {
    name: 'WebSocket',
    faults: { unplug: 0.01, stall: 0.02 },
    onlookers: true,
    serve: async (device) => {
      const mount = await mountWebSocket(device);
      const connect = (url: string, protocols: string[]) => new WebSocket(url, protocols) as never;
      const open = async () => new WebSocketTransport({ url: mount.address }, { clock, connect });
      return { open, close: () => mount.close() };
    },
  },
  {
    name: 'a serial line',
    faults: { corrupt: 0.005, cut: 0.005, drop: 0.005, duplicate: 0.005, garbage: 0.005, stall: 0.01, unplug: 0.005 },
    onlookers: false,
    serve: async (device) => {
      const folder = mkdtempSync(join(tmpdir(), 'opu-soak-line-'));
      const path = join(folder, 'tty');
      const mount = mountSerial(device, { clock, linkPath: path });
      return {
        open: async () => new SerialTransport({ path, baud: 12_000_000 }, { clock }),
        close: async () => {
          await mount.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  },
];

/** Bytes that are reachable, buffers included, and what holds the process. */
async function held(): Promise<{ readonly heap: number; readonly resources: number }> {
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await setTimeout(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed + external, resources: process.getActiveResourcesInfo().length };
}

describe(`${MINUTES} minutes of sessions over three ways at once: a faulty cable, aborts, stops, onlookers, a recorder`, function () {
  this.timeout((MINUTES + 3) * 60_000);

  it('lose nothing, bring nothing twice, leave no more than 4 handles and 24 MiB', async () => {
    const run = (milliseconds: number, seed: number) =>
      Promise.all(ways.map((way, i) => soak(way, milliseconds, seed + i, clock)));
    // What is made once, and stays, is there afterwards.
    await run(10_000, 100);
    const before = await held();
    const results = await run(MINUTES * 60_000, 1);
    const after = await held();
    for (const { problems, ...figures } of results) {
      console.log(`      ${JSON.stringify(figures)}`);
      expect(problems, figures.way).to.deep.equal([]);
      expect(figures.rounds, figures.way).to.be.at.least(5);
      expect(figures.linksLost, figures.way).to.be.at.least(1);
      expect(figures.aborted, figures.way).to.be.at.least(1);
      expect(figures.stopped, figures.way).to.be.at.least(1);
    }
    expect(after.resources - before.resources, 'handles').to.be.at.most(4);
    expect(after.heap - before.heap, 'bytes').to.be.below(24 * MIB);
  });
});
