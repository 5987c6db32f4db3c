import { isOpuError, type Ticks } from '@opu/core';
import { minimumPeriodOf } from '@opu/device';
import { expect } from 'chai';
import type { SequencerListener } from './edge.js';
import { emptyFrameRecord, type FrameRecord } from './frame-record.js';
import { Sequencer } from './sequencer.js';
import type { SequencerSettings } from './settings.js';
import { drive, Log } from './testing/drive.js';
import { gridViolations, violations } from './testing/invariants.js';
import { randomCase, randomIntegers } from './testing/random-case.js';

type Command = (sequencer: Sequencer, tick: Ticks) => void;

function unlessRunning(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!isOpuError(error, 'INVALID_STATE')) throw error;
  }
}

/** A storm of commands in no sensible order, as a careless host might send them. */
function storm(seed: number): { settings: SequencerSettings; commands: { tick: Ticks; act: Command }[] } {
  const below = randomIntegers(seed ^ 0x5eed);
  const { settings } = randomCase(seed);
  const trigger = (['internal', 'internal', 'software', 'external'] as const)[below(4)]!;
  const commands: { tick: Ticks; act: Command }[] = [];
  let tick = 0;
  let id = 0;
  for (let i = 0; i < 60; i++) {
    tick += below(3) === 0 ? 0 : below(2 * settings.P + 2);
    const choice = below(12);
    if (choice < 5) {
      const [pattern, last] = [id++, below(5) === 0];
      commands.push({ tick, act: (s, t) => s.patternArrived(t, pattern, last) });
    } else if (choice < 8) commands.push({ tick, act: (s, t) => unlessRunning(() => s.start(t)) });
    else if (choice === 8) commands.push({ tick, act: (s, t) => void s.stop(t) });
    else if (choice === 9)
      commands.push({ tick, act: (s, t) => void (below(3) === 0 ? s.abort(t) : s.externalTrigger(t)) });
    else if (choice === 10) commands.push({ tick, act: (s, t) => void s.softwareTrigger(t) });
    else {
      const [ids, repeats] = [[7, 8, 9].slice(0, 1 + below(3)), 1 + below(3)];
      commands.push({ tick, act: (s, t) => unlessRunning(() => s.play(t, ids, repeats)) });
    }
  }
  return { settings: { ...settings, trigger }, commands };
}

function weather(seed: number, eventByEvent: boolean): { log: Log; frames: FrameRecord[]; sequencer: Sequencer } {
  const { settings, commands } = storm(seed);
  const log = new Log();
  log.period = settings.P;
  const frames: FrameRecord[] = [];
  const listener: SequencerListener = {
    edge(edge, tick, frame, patternId) {
      log.edge(edge, tick, frame, patternId);
      if (edge !== 'reset') return;
      const record = emptyFrameRecord();
      sequencer.describeFrame(frame, record);
      frames.push(record);
    },
    slotsPassed: (...slots) => log.slotsPassed(...slots),
    triggerIgnored: (...trigger) => log.triggerIgnored(...trigger),
    runEnded: (end) => log.runEnded(end),
  };
  const sequencer: Sequencer = new Sequencer(settings, listener);
  for (const { tick, act } of commands) {
    const next = (): Ticks | undefined => sequencer.nextEventTick();
    if (eventByEvent) for (let t = next(); t !== undefined && t < tick; t = next()) sequencer.advance(t);
    act(sequencer, tick);
  }
  const last = commands.at(-1)!.tick;
  sequencer.stop(last);
  sequencer.advance(last + 100 * (settings.P + settings.X) + 100_000);
  return { log, frames, sequencer };
}

describe('Sequencer under any commands', () => {
  it('breaks no invariant in 500 random runs', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const run = randomCase(seed);
      const { frames, sequencer } = drive(run, 'wake-only');
      expect(violations(frames, run.settings), `seed ${seed}`).to.deep.equal([]);
      expect(gridViolations(frames, run.settings.P, sequencer.counters), `seed ${seed}`).to.deep.equal([]);
      expect(sequencer.buffersTaken).to.equal(0);
    }
  });

  it('breaks no invariant in 500 storms of commands, and does not care when it is looked at', () => {
    let frameCount = 0;
    for (let seed = 1; seed <= 500; seed++) {
      const { settings } = storm(seed);
      const { log, frames, sequencer } = weather(seed, true);
      frameCount += frames.length;
      const minimum = minimumPeriodOf(settings).ticks;
      expect(violations(frames, settings), `seed ${seed}`).to.deep.equal([]);
      for (const [i, frame] of frames.entries()) {
        const previous = frames[i - 1];
        if (previous === undefined) continue;
        expect(frame.reset - previous.reset, `seed ${seed}`).to.be.at.least(minimum);
      }
      expect(log.lines, `seed ${seed}`).to.deep.equal(weather(seed, false).log.lines);
      // Every run that began has ended, and nothing is left behind.
      expect(
        log.ends.reduce((sum, end) => sum + end.frames, 0),
        `seed ${seed}`,
      ).to.equal(frames.length);
      expect(sequencer.buffersTaken, `seed ${seed}`).to.equal(0);
      expect(sequencer.counters.frames).to.equal(frames.length);
    }
    expect(frameCount).to.be.above(2500);
  });
});
