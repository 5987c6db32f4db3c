import { triggerMode } from '@opu/protocol';
import { expect } from 'chai';
import { Configurator } from '../configuration/configurator.js';
import { deviceFacts } from '../source/device-facts.js';
import type { FrameListener } from '../source/frame-sequencer.js';
import { type DuePattern, type FramePlanner, type NoFrame, PeriodPlanner } from './frame-planner.js';
import { PlannedSequencer } from './planned-sequencer.js';

const facts = deviceFacts({
  modulatorWidth: 8,
  modulatorHeight: 8,
  sensorWidth: 4,
  sensorHeight: 4,
  frameBuffers: 2,
  loadTicks: 10,
  settleTicks: 20,
  triggerDelayTicks: 5,
  minimumExposureTicks: 100,
  transferTicks: 3,
  readoutRowTicks: 2,
});

/** What a sequencer tells, a line each. */
class Log implements FrameListener {
  readonly lines: string[] = [];
  began(tick: number, frame: number, pattern: number, start: number, exposure: number): void {
    this.lines.push(`${tick} frame ${frame} shows ${pattern}, exposed ${start} + ${exposure}`);
  }
  discarded(tick: number, frame: number): void {
    this.lines.push(`${tick} frame ${frame} discarded`);
  }
  sent(tick: number, frame: number): void {
    this.lines.push(`${tick} frame ${frame} sent`);
  }
  slotsPassed(why: string, tick: number, text?: string): void {
    this.lines.push(`${tick} ${why} ${text}`);
  }
  triggerIgnored(tick: number, reason: string): void {
    this.lines.push(`${tick} ignored ${reason}`);
  }
  runEnded({ tick, frames, reason }: { tick: number; frames: number; reason: string }): void {
    this.lines.push(`${tick} run over after ${frames}: ${reason}`);
  }
}

function setup(
  trigger: number = triggerMode.INTERNAL,
  planner?: (inner: FramePlanner) => FramePlanner,
): { sequencer: PlannedSequencer<Configurator['initial']>; lines: string[]; runTo: (tick: number) => void } {
  const log = new Log();
  const { initial } = new Configurator(facts, { initial: { triggerMode: trigger, periodTicks: 200 } });
  const periods = new PeriodPlanner(facts, initial);
  const sequencer = new PlannedSequencer(log, planner?.(periods) ?? periods, facts, initial);
  const runTo = (tick: number): void => {
    for (let next = sequencer.nextWakeTick(); next !== undefined && next <= tick; next = sequencer.nextWakeTick()) {
      sequencer.advance(next);
    }
  };
  return { sequencer, lines: log.lines, runTo };
}

const pattern = (id: number, last = false) => ({ id, bytes: new Uint8Array(8), last });

describe('PlannedSequencer', () => {
  it('shows patterns a period apart, with the stages of the facts, and ends after the last one', () => {
    const { sequencer, lines, runTo } = setup();
    for (const id of [7, 8, 9]) sequencer.patternArrived(0, pattern(id, id === 9));
    sequencer.start(50);
    runTo(10_000);
    expect(lines).to.deep.equal([
      '60 frame 0 shows 7, exposed 85 + 100',
      '196 frame 0 sent',
      '260 frame 1 shows 8, exposed 285 + 100',
      '396 frame 1 sent',
      '460 frame 2 shows 9, exposed 485 + 100',
      '596 frame 2 sent',
      '596 run over after 3: last-pattern',
    ]);
    expect(sequencer.configurable).to.equal(true);
  });

  it('shows a late pattern on the first slot of the grid on which it is loaded, and begins each run a grid of its own', () => {
    const { sequencer, lines, runTo } = setup();
    sequencer.start(0);
    sequencer.patternArrived(0, pattern(0));
    sequencer.patternArrived(1_000, pattern(1, true));
    runTo(10_000);
    sequencer.patternArrived(10_000, pattern(2, true));
    sequencer.start(10_001);
    runTo(20_000);
    expect(lines.filter((line) => line.includes('shows'))).to.deep.equal([
      '10 frame 0 shows 0, exposed 35 + 100',
      '1010 frame 1 shows 1, exposed 1035 + 100',
      '10011 frame 2 shows 2, exposed 10036 + 100',
    ]);
  });

  it('keeps what is not shown at a stop, throws it away at an abort, and finishes the frame under way', () => {
    const { sequencer, lines, runTo } = setup();
    for (const id of [0, 1, 2, 3]) sequencer.patternArrived(0, pattern(id));
    sequencer.start(0);
    expect(sequencer.stop(250)).to.equal(2);
    expect(sequencer.configurable).to.equal(false);
    expect(sequencer.remainingTicks(250)).to.equal(96);
    runTo(1_000);
    expect(lines.at(-1)).to.equal('346 run over after 2: stop');
    sequencer.start(1_000);
    expect(sequencer.abort(1_020)).to.equal(1);
    runTo(2_000);
    sequencer.start(2_000);
    runTo(9_000);
    expect(lines.at(-1)).to.equal('1146 run over after 1: abort');
  });

  it('lets commands come before a frame of their tick, and after one that is sent on it', () => {
    const { sequencer, lines } = setup();
    for (const id of [0, 1]) sequencer.patternArrived(0, pattern(id));
    sequencer.start(0);
    expect(sequencer.stop(10)).to.equal(0);
    sequencer.start(10);
    sequencer.advance(20);
    sequencer.stop(156);
    expect(lines.at(-1)).to.equal('156 frame 0 sent');
  });

  it('begins no frame beyond the room for readouts, and the next one when there is some: never in the past', () => {
    const { sequencer, lines, runTo } = setup();
    for (const id of [0, 1, 2]) sequencer.patternArrived(0, pattern(id, id === 2));
    sequencer.limitReadouts(0, 1);
    sequencer.start(0);
    runTo(5_000);
    expect(sequencer.nextWakeTick()).to.equal(undefined);
    sequencer.limitReadouts(5_000, 3);
    runTo(9_000);
    expect(lines.filter((line) => line.includes('shows')).map((line) => line.split(' ')[0])).to.deep.equal([
      '10',
      '5010',
      '5210',
    ]);
  });

  it('plays a stored sequence by its places, under ids of its own, and stops an endless one', () => {
    const { sequencer, lines, runTo } = setup();
    const patterns = [new Uint8Array(8), new Uint8Array(8)];
    sequencer.start(0, { firstPatternId: 100, patterns, repetitions: Number.POSITIVE_INFINITY });
    runTo(620);
    expect(sequencer.stop(650)).to.equal(4);
    expect(lines.filter((line) => line.includes('shows')).map((line) => line.split(' ')[4])).to.deep.equal([
      '0,',
      '1,',
      '0,',
      '1,',
    ]);
  });

  describe('with a planner that knows of no frame', () => {
    const planner =
      (noFrame: (pattern: DuePattern) => NoFrame | undefined, released: number[] = []) =>
      (inner: FramePlanner): FramePlanner => ({
        resetTick: (due, ...rest) => noFrame(due) ?? inner.resetTick(due, ...rest),
        frame: (due, tick, frame) => inner.frame(due, tick, frame),
        configure: (configuration) => inner.configure(configuration),
        release: ({ id }) => released.push(id),
      });

    it('tells of frames that the device discarded, and ends a run on one', () => {
      const { sequencer, lines, runTo } = setup(
        triggerMode.INTERNAL,
        planner(({ id }) => (id === 0 ? undefined : { why: 'discarded' })),
      );
      for (const id of [0, 1]) sequencer.patternArrived(0, pattern(id, id === 1));
      sequencer.start(0);
      runTo(1_000);
      expect(lines.slice(1)).to.deep.equal([
        '10 frame 1 shows 1, exposed 10 + 0',
        '10 frame 1 discarded',
        '146 frame 0 sent',
        '146 run over after 2: last-pattern',
      ]);
      expect(sequencer.counters).to.deep.include({ frames: 2, overrun: 1 });
    });

    it('tells once, when nothing is under way any more, that there is none, and gives a looked-at pattern back', () => {
      const released: number[] = [];
      const { sequencer, lines, runTo } = setup(
        triggerMode.INTERNAL,
        planner(({ id }) => (id < 41 ? undefined : { why: 'none', text: 'used up' }), released),
      );
      const patterns = [new Uint8Array(8)];
      sequencer.start(0, { firstPatternId: 40, patterns, repetitions: Number.POSITIVE_INFINITY });
      runTo(9_000);
      expect(lines.slice(1)).to.deep.equal(['146 frame 0 sent', '146 underrun used up']);
      expect(sequencer.running).to.equal(true);
      sequencer.stop(9_000);
      expect(released).to.deep.equal([41]);
    });
  });

  it('fires on edges only: loaded, not too early, while a buffer is free; counts and tells the others', () => {
    const { sequencer, lines, runTo } = setup(triggerMode.EXTERNAL);
    for (const id of [0, 1, 2]) sequencer.patternArrived(0, pattern(id, id === 2));
    expect(sequencer.trigger(1, 'external')).to.equal('not-running');
    sequencer.start(5);
    expect(sequencer.nextWakeTick()).to.equal(undefined);
    expect(sequencer.trigger(14, 'external')).to.equal('not-loaded');
    expect(sequencer.trigger(15, 'software')).to.equal('other-trigger-mode');
    expect(sequencer.trigger(15, 'external')).to.equal('fired');
    expect(sequencer.trigger(139, 'external')).to.equal('too-early');
    expect(sequencer.trigger(140, 'external')).to.equal('fired');
    runTo(1_000);
    sequencer.limitReadouts(1_000, 2);
    expect(sequencer.trigger(1_100, 'external')).to.equal('no-buffer');
    sequencer.limitReadouts(1_200, 3);
    expect(sequencer.trigger(1_200, 'external')).to.equal('fired');
    runTo(2_000);
    expect(lines.at(-1)).to.equal('1336 run over after 3: last-pattern');
    expect(sequencer.counters.ignoredTrigger).to.equal(5);
  });
});
