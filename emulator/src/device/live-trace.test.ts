import { randomAt } from '@opu/compute';
import { VirtualClock } from '@opu/core';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { resolveLink } from '../link/named-links.js';
import { transmitTicks } from '../link/rate.js';
import { frameTiming } from '../profiles/model/frame-timing.js';
import { resolveProfile } from '../profiles/resolve-profile.js';
import { Log } from '../sequencer/testing/drive.js';
import { TraceRun } from '../trace/trace-run.js';
import { VcdWriter } from '../trace/vcd-writer.js';
import { createEmulatedDevice } from './emulated-device.js';

const FRAMES = 60;
/** Header, what is known of a frame, 1024 pixels, CRC. */
const MESSAGE_BYTES = 1164;

const uniform = (seed: number, stream: number, index: number): number => randomAt(seed, stream, index) / 2 ** 32;

/** Gaps that are sometimes shorter and sometimes longer than the period of 10 000 ticks. */
function arrivalsOf(seed: number): number[] {
  let tick = 0;
  return Array.from({ length: FRAMES }, (_, k) => {
    const tail = uniform(seed, 1, k) < 0.2 ? 90_000 : 12_000;
    tick += Math.floor(uniform(seed, 2, k) * tail);
    return tick;
  });
}

/** Every edge as a line and as a waveform. */
class Both extends Log {
  #text = '';
  readonly #writer: VcdWriter;

  constructor(period: number) {
    super();
    this.period = period;
    this.#writer = new VcdWriter({ title: 'live', periodTicks: period, write: (text) => void (this.#text += text) });
  }

  override edge(...[edge, tick, frame, patternId]: Parameters<Log['edge']>): void {
    super.edge(edge, tick, frame, patternId);
    this.#writer.edge(edge, tick, frame);
  }

  override slotsPassed(...[why, tick, count, frame]: Parameters<Log['slotsPassed']>): void {
    super.slotsPassed(why, tick, count, frame);
    this.#writer.slotsPassed(why, tick, count);
  }

  waveform(): string {
    this.#writer.end();
    return this.#text;
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a live run', () => {
  for (const link of ['usb3', 'serial-12000000']) {
    it(`has the trace of the sequencer alone, edge by edge, for patterns that come too late and over ${link}`, async () => {
      const arrivals = arrivalsOf(link.length);
      const profile = { ...resolveProfile('tiny'), nram: FRAMES };
      const live = new Both(frameTiming(profile).P);
      const clock = new VirtualClock();
      const device = createEmulatedDevice({ profile, clock, link, trace: live });
      const host = await new WireHost(device.connect()).open();
      await host.control();
      const start = arrivals[3]! + 17;
      for (let k = 0; k < FRAMES; k++) {
        if (k === 4) {
          clock.runUntil(start);
          host.send({ type: 'START', flags: 0 });
          await settle();
        }
        clock.runUntil(arrivals[k]!);
        // Credit and acknowledgement take no time here: the clock stands still meanwhile.
        await settle();
        host.patterns(k, [new Uint8Array(128).fill(k)], k === FRAMES - 1);
        await settle();
      }
      while (host.all('RUN_ENDED').length === 0) {
        if (!clock.step()) throw new Error('The run came to a stand.');
        await settle();
      }
      await device.close();

      const alone = new Both(live.period);
      const settings = {
        ...frameTiming(profile),
        X: transmitTicks(MESSAGE_BYTES, resolveLink(link).ticksPerByte),
        nbuf: profile.nbuf,
        overrun: 'hold',
        trigger: 'internal',
      } as const;
      const run = new TraceRun({ settings, frames: FRAMES, arrivals, start }, alone);
      while (run.step(1000));
      const passed = link === 'usb3' ? 'underrun' : 'stall';
      expect(alone.lines.some((line) => line.includes(passed))).to.equal(true);
      expect(live.lines).to.deep.equal(alone.lines);
      expect(live.waveform()).to.equal(alone.waveform());
    });
  }
});
