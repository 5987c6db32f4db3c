import { LatenessStatistics, RealTimeClock } from '@opu/core';
import { mountTcp } from '@opu/device';
import type { SequencerListener } from '@opu/emulator';
import { createDarkDevice } from '@opu/testing/dark-device.js';

/** What a device in real time tells of its frames. */
export interface RealTimeReport {
  readonly frames: number;
  /** Slots that passed without a pattern before frame 16, and from then on. */
  readonly underrunsFirst: number;
  readonly underrunsLater: number;
  readonly stalls: number;
  /** Lateness of resets and of readouts' ends, ticks. */
  readonly medianTicks: number;
  readonly p999Ticks: number;
  readonly maximumTicks: number;
}

const FIRST_FRAMES = 16;

/** A process of its own for a device in real time behind a TCP port. Asked for anything over IPC, it reports and starts anew. */
const clock = new RealTimeClock();
const lateness = new LatenessStatistics();
let frames = 0;
let first = 0;
let later = 0;
let stalls = 0;
const trace: SequencerListener = {
  edge(edge, tick) {
    if (edge !== 'reset' && edge !== 'txEnd') return;
    if (edge === 'reset') frames++;
    lateness.add(Math.max(0, clock.now() - tick));
  },
  slotsPassed(why, _tick, count) {
    if (why === 'stall') stalls += count;
    else if (frames < FIRST_FRAMES) first += count;
    else later += count;
  },
};
const device = createDarkDevice('opu-1m-300k', { clock, trace });
const mount = await mountTcp(device, { port: 0 });
process.on('message', () => {
  const { medianTicks, p999Ticks, maximumTicks } = lateness.summary;
  const report = { frames, underrunsFirst: first, underrunsLater: later, stalls, medianTicks, p999Ticks, maximumTicks };
  frames = first = later = stalls = 0;
  lateness.reset();
  process.send?.(report satisfies RealTimeReport);
});
const end = async (): Promise<void> => {
  await mount.close();
  await device.close();
  process.exit(0);
};
process.once('disconnect', () => void end());
process.send?.(mount.address);
