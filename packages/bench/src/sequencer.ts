import { frameTiming, resolveProfile, Sequencer, type SequencerListener, TraceRun, VcdWriter } from '@opu/emulator';
import type { Bench } from './harness/bench.js';

/** Frames of the profile `tiny` through the sequencer in virtual time, on one core, without light. */
export const sequencerBench: Bench = {
  name: 'sequencer',
  description: '10^6 frames through the sequencer, every edge told, in virtual time on one core; to reach: 5 s',
  async *cases({ quick }) {
    const frames = quick ? 100_000 : 1_000_000;
    const settings = {
      ...frameTiming(resolveProfile('tiny')),
      X: 1100,
      nbuf: 4,
      overrun: 'hold',
      trigger: 'internal',
    } as const;
    let memory = 0;
    const eventByEvent = (): void => {
      let edges = 0;
      const sequencer = new Sequencer(settings, { edge: () => void edges++ });
      sequencer.start(0);
      let id = 0;
      let heap = 0;
      for (let tick = 0; ; ) {
        for (; id < frames && sequencer.patternsWaiting < 16; id++)
          sequencer.patternArrived(tick, id, id === frames - 1);
        if (id === 10_000) heap = process.memoryUsage().heapUsed;
        const next = sequencer.nextEventTick();
        if (next === undefined) break;
        tick = next;
        sequencer.advance(tick);
      }
      memory = process.memoryUsage().heapUsed - heap;
      if (edges !== 11 * frames) throw new Error(`${edges} edges`);
    };
    const traced = (listener: SequencerListener): void => {
      const run = new TraceRun({ settings, frames }, listener);
      while (run.step(10_000));
    };
    yield {
      name: `${frames} frames`,
      rounds: 5,
      work: { amount: frames / 1e6, unit: 'Mframe' },
      ours: { name: 'one call an event', run: () => void eventByEvent() },
      peers: [
        { name: 'one call a wake', run: () => traced({ edge: () => undefined }) as undefined },
        {
          name: 'and a waveform of it',
          run: () => {
            const writer = new VcdWriter({ title: 'bench', periodTicks: settings.P, write: () => undefined });
            traced(writer);
            writer.end();
            return undefined;
          },
        },
      ],
      notes: () => `heap after the last frame against after the first 10^4: ${(memory / 1e6).toFixed(1)} MB`,
    };
  },
};
