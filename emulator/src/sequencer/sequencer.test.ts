import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { frameTiming } from '../profiles/model/frame-timing.js';
import { resolveProfile } from '../profiles/resolve-profile.js';
import { Sequencer } from './sequencer.js';
import type { SequencerSettings } from './settings.js';
import { drive, Log } from './testing/drive.js';
import { randomCase } from './testing/random-case.js';
import { referenceRun } from './testing/reference.js';

const tiny: SequencerSettings = {
  ...frameTiming(resolveProfile('tiny')),
  X: 1100,
  nbuf: 4,
  overrun: 'hold',
  trigger: 'internal',
};

function running(settings: SequencerSettings = tiny): { sequencer: Sequencer; log: Log; drain: () => void } {
  const log = new Log();
  log.period = settings.P;
  const sequencer = new Sequencer(settings, log);
  const drain = (): void => {
    for (let tick = sequencer.nextEventTick(); tick !== undefined; tick = sequencer.nextEventTick()) {
      sequencer.advance(tick);
    }
  };
  return { sequencer, log, drain };
}

describe('Sequencer', () => {
  it('gives every edge of the worked example', () => {
    const { frames, log } = drive({ settings: tiny, arrivals: [0, 0, 0], start: 0 }, 'every-event');
    const rows = frames.map((f) => [
      f.k,
      f.loadStart,
      f.loadEnd,
      f.reset,
      f.settled,
      f.exposureStart,
      f.exposureEnd,
      f.readoutStart,
      f.readoutEnd,
      f.txStart,
      f.txEnd,
    ]);
    expect(rows).to.deep.equal([
      [0, 0, 128, 128, 1378, 1878, 3878, 3978, 7178, 7178, 8278],
      [1, 1378, 1506, 10128, 11378, 11878, 13878, 13978, 17178, 17178, 18278],
      [2, 11378, 11506, 20128, 21378, 21878, 23878, 23978, 27178, 27178, 28278],
    ]);
    expect(log.lines.slice(0, 13)).to.deep.equal([
      '0 loadStart frame 0 pattern 100',
      '128 loadEnd frame 0 pattern 100',
      '128 reset frame 0 pattern 100',
      '1378 settled frame 0 pattern 100',
      '1378 trigger frame 0 pattern 100',
      '1378 loadStart frame 1 pattern 101',
      '1506 loadEnd frame 1 pattern 101',
      '1878 exposureStart frame 0 pattern 100',
      '3878 exposureEnd frame 0 pattern 100',
      '3978 readoutStart frame 0 pattern 100',
      '7178 readoutEnd frame 0 pattern 100',
      '7178 txStart frame 0 pattern 100',
      '8278 txEnd frame 0 pattern 100',
    ]);
    expect(log.lines.at(-1)).to.equal('28278 end last-pattern after 3');
  });

  it('agrees with the rules written down frame by frame, in 1000 random runs', () => {
    const seen = { underrun: 0, stall: 0, overrun: 0 };
    for (let seed = 1; seed <= 1000; seed++) {
      const run = randomCase(seed);
      const wanted = referenceRun(run.settings, run.arrivals, run.start);
      const { frames, sequencer } = drive(run, 'every-event');
      const edges = frames.map(({ frame: _f, k: _k, patternId: _p, trigger: _t, ...rest }) => rest);
      expect(edges, `seed ${seed}`).to.deep.equal(wanted.frames);
      const { underrun, stall, overrun } = sequencer.counters;
      expect({ underrun, stall, overrun }, `seed ${seed}`).to.deep.equal({
        underrun: wanted.underrun,
        stall: wanted.stall,
        overrun: wanted.overrun,
      });
      for (const key of ['underrun', 'stall', 'overrun'] as const) if (wanted[key] > 0) seen[key]++;
    }
    // The cases are worth something only if they reach everything.
    for (const count of Object.values(seen)) expect(count).to.be.above(100);
  });

  it('tells the same edges in the same order however its owner lets time pass, in 500 random runs', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const run = randomCase(seed);
      const { lines } = drive(run, 'every-event').log;
      expect(drive(run, 'wake-only').log.lines, `seed ${seed}`).to.deep.equal(lines);
      expect(drive(run, 'commands-only').log.lines, `seed ${seed}`).to.deep.equal(lines);
      const ticks = lines.map((line) => Number(line.split(' ')[0]));
      expect(ticks, `seed ${seed}`).to.deep.equal([...ticks].sort((a, b) => a - b));
    }
  });

  it('lets slots pass without end while patterns are missing, and counts them in one step', () => {
    const told: [string, number, number, number][] = [];
    const resets: number[] = [];
    const sequencer = new Sequencer(tiny, {
      edge: (edge, tick) => void (edge === 'reset' && resets.push(tick)),
      slotsPassed: (...slots) => void told.push(slots),
    });
    sequencer.patternArrived(0, 1);
    sequencer.start(0);
    sequencer.advance(9000);
    expect(sequencer.nextEventTick()).to.equal(undefined);
    expect(sequencer.nextWakeTick()).to.equal(undefined);
    expect(sequencer.nextPassingSlotTick()).to.equal(10_128);
    sequencer.advance(1_000_000_000_127);
    expect(sequencer.counters.underrun).to.equal(99_999_999);
    sequencer.patternArrived(1_000_000_000_128, 2, true);
    sequencer.advance(1_000_000_010_128);
    expect(told).to.deep.equal([
      ['underrun', 10_128, 99_999_999, 1],
      ['underrun', 1_000_000_000_128, 1, 1],
    ]);
    expect(resets).to.deep.equal([128, 1_000_000_010_128]);
  });

  it('needs a free buffer and a loaded pattern on a triggered frame, and says why it ignores a trigger', () => {
    const { sequencer, log, drain } = running({ ...tiny, trigger: 'external', nbuf: 1, X: 20_000 });
    expect(sequencer.externalTrigger(5)).to.equal(false);
    sequencer.start(10);
    expect(sequencer.externalTrigger(20)).to.equal(false);
    for (const id of [7, 8]) sequencer.patternArrived(30, id);
    sequencer.patternArrived(30, 9, true);
    expect(sequencer.externalTrigger(30 + 127)).to.equal(false);
    expect(sequencer.externalTrigger(30 + 128)).to.equal(true);
    expect(sequencer.softwareTrigger(200)).to.equal(false);
    const readoutEnd = 158 + 7050;
    expect(sequencer.externalTrigger(158 + 3750)).to.equal(false);
    expect(sequencer.externalTrigger(readoutEnd + 20_000 - 1)).to.equal(false);
    expect(sequencer.externalTrigger(readoutEnd + 20_000)).to.equal(true);
    sequencer.advance(readoutEnd + 20_000 + 3000);
    expect(sequencer.counters.ignoredTrigger).to.equal(6);
    const ignored = log.lines.filter((line) => line.includes('ignored'));
    expect(ignored).to.deep.equal([
      '5 ignored not-running',
      '20 ignored not-loaded',
      '157 ignored not-loaded',
      '200 ignored other-trigger-mode',
      '3908 ignored no-buffer',
      '27207 ignored no-buffer',
    ]);
    sequencer.advance(60_000);
    expect(sequencer.externalTrigger(60_000)).to.equal(true);
    drain();
    expect(log.lines.at(-1)).to.match(/end last-pattern after 3$/);
    expect(sequencer.counters.underrun).to.equal(0);
  });

  it('ignores a trigger before the minimum period has passed, takes it on its tick', () => {
    const { sequencer, log } = running({ ...tiny, trigger: 'software' });
    for (let id = 0; id < 4; id++) sequencer.patternArrived(0, id);
    sequencer.start(0);
    expect(sequencer.softwareTrigger(128)).to.equal(true);
    expect(sequencer.softwareTrigger(128 + 3749)).to.equal(false);
    expect(sequencer.softwareTrigger(128 + 3750)).to.equal(true);
    expect(sequencer.softwareTrigger(128 + 2 * 3750)).to.equal(true);
    expect(log.lines).to.include('3877 ignored too-early');
  });

  it('takes a trigger on the tick on which a load of no length is due', () => {
    const { sequencer } = running({ ...tiny, L: 0, trigger: 'software' });
    sequencer.patternArrived(0, 1);
    sequencer.start(0);
    expect(sequencer.softwareTrigger(0)).to.equal(true);
  });

  it('keeps patterns on stop, finishes frames that were reset, and goes on with the rest', () => {
    const { sequencer, log, drain } = running();
    for (let id = 0; id < 4; id++) sequencer.patternArrived(0, id, id === 3);
    sequencer.start(0);
    sequencer.advance(10_128);
    expect(sequencer.stop(11_378)).to.equal(2);
    expect(sequencer.running).to.equal(false);
    expect(sequencer.patternsWaiting).to.equal(2);
    drain();
    expect(log.lines.at(-1)).to.equal('18278 end stop after 2');
    expect(log.lines.filter((line) => line.includes(' reset '))).to.have.length(2);
    sequencer.start(50_000);
    drain();
    const resets = log.lines.filter((line) => line.includes(' reset '));
    expect(resets.slice(2)).to.deep.equal(['50128 reset frame 2 pattern 2', '60128 reset frame 3 pattern 3']);
    expect(log.ends.at(-1)).to.deep.equal({ tick: 60_128 + 8150, frames: 2, reason: 'last-pattern' });
  });

  it('cuts a load off that is under way when the run is stopped, and loads the pattern again', () => {
    const { sequencer, log, drain } = running();
    sequencer.patternArrived(0, 5, true);
    sequencer.start(0);
    sequencer.advance(100);
    expect(sequencer.stop(100)).to.equal(0);
    drain();
    expect(log.lines).to.deep.equal([
      '0 loadStart frame 0 pattern 5',
      '100 loadCancelled frame 0 pattern 5',
      '100 end stop after 0',
    ]);
    sequencer.start(200);
    drain();
    expect(log.lines).to.include('328 reset frame 0 pattern 5');
  });

  it('stops before the slot of the same tick', () => {
    const { sequencer, log } = running();
    sequencer.patternArrived(0, 1, true);
    sequencer.start(0);
    expect(sequencer.stop(128)).to.equal(0);
    sequencer.advance(128);
    expect(log.lines.some((line) => line.includes('reset'))).to.equal(false);
  });

  it('throws patterns away on abort', () => {
    const { sequencer, log, drain } = running();
    for (let id = 0; id < 4; id++) sequencer.patternArrived(0, id, id === 3);
    sequencer.start(0);
    expect(sequencer.abort(1000)).to.equal(1);
    expect(sequencer.patternsWaiting).to.equal(0);
    drain();
    expect(log.lines.at(-1)).to.equal('8278 end abort after 1');
    sequencer.start(20_000);
    expect(sequencer.nextEventTick()).to.equal(undefined);
  });

  it('plays a stored sequence in any order, n times, and leaves waiting patterns alone', () => {
    const { sequencer, log, drain } = running();
    sequencer.patternArrived(0, 99, true);
    sequencer.play(0, [3, 1, 1], 2);
    drain();
    const shown = log.lines.filter((line) => line.includes(' reset ')).map((line) => Number(line.split(' ').at(-1)));
    expect(shown).to.deep.equal([3, 1, 1, 3, 1, 1]);
    expect(log.ends).to.deep.equal([{ tick: 128 + 50_000 + 8150, frames: 6, reason: 'last-pattern' }]);
    sequencer.start(100_000);
    drain();
    expect(log.lines).to.include('100128 reset frame 6 pattern 99');
  });

  it('plays a stored sequence without end until it is stopped', () => {
    const { sequencer, drain } = running();
    sequencer.play(0, [3, 1], Number.POSITIVE_INFINITY);
    sequencer.advance(128 + 999 * 10_000);
    expect(sequencer.stop(128 + 999 * 10_000)).to.equal(1000);
    drain();
    expect(sequencer.counters.underrun).to.equal(0);
  });

  it('takes START while frames of the run before are under way: no load in settling, a minimum period apart', () => {
    const { sequencer, log, drain } = running();
    sequencer.patternArrived(0, 1, true);
    sequencer.patternArrived(0, 2, true);
    sequencer.start(0);
    sequencer.advance(128);
    sequencer.start(200);
    drain();
    expect(log.lines).to.include('1378 loadStart frame 1 pattern 2');
    expect(log.lines).to.include('3878 reset frame 1 pattern 2');
    expect(log.ends.map((end) => end.tick)).to.deep.equal([8278, 12_028]);
  });

  it('is configured only while no frame is in the camera, and refuses what no device could follow', () => {
    const { sequencer, drain } = running();
    sequencer.patternArrived(0, 1, true);
    sequencer.start(0);
    const changed = { ...tiny, E: 4000, P: 20_000 };
    for (const tick of [0, 128, 7177]) {
      sequencer.advance(tick);
      expect(() => sequencer.configure(tick, changed)).to.throw('stop the run first');
    }
    sequencer.configure(7178, changed);
    drain();
    const refused: [Partial<SequencerSettings>, RegExp][] = [
      [{ P: 3000 }, /P is 3000; it must be at least 5750 ticks \(Pmin, set by modulator-exposure\)/],
      [{ V: 7 }, /a multiple of V = 7/],
      [{ E: -1 }, /E is -1; it must be a whole number of ticks, 0 or more/],
      [{ X: 0.5 }, /X is 0\.5/],
      [{ nbuf: 0 }, /Nbuf is 0; it must be a whole number of buffers, 1 or more/],
      [{ overrun: 'wait' as 'hold' }, /overrun is wait/],
    ];
    for (const [change, message] of refused) {
      expect(() => sequencer.configure(100_000, { ...changed, ...change })).to.throw(message);
    }
    expect(sequencer.settings).to.deep.equal(changed);
  });

  it('refuses a second START, an empty sequence and a step back in time', () => {
    const { sequencer } = running();
    sequencer.start(10);
    expect(() => sequencer.start(10)).to.throw('A run is under way');
    expect(() => sequencer.play(10, [])).to.throw('at least one pattern');
    expect(() => sequencer.play(10, [1], 1.5)).to.throw('whole number of times');
    try {
      sequencer.advance(9);
      expect.fail('went back in time');
    } catch (error) {
      expect(isOpuError(error, 'BUG')).to.equal(true);
    }
  });

  it('describes a frame by the durations that it was begun with, also after they changed', () => {
    const { sequencer, log, drain } = running({ ...tiny, X: 50_000 });
    sequencer.patternArrived(0, 1, true);
    sequencer.start(0);
    sequencer.advance(10_000);
    sequencer.configure(10_000, { ...tiny, E: 4000, P: 20_000 });
    const record = drive({ settings: tiny, arrivals: [0], start: 0 }, 'every-event').frames[0]!;
    expect(sequencer.describeFrame(0, record)).to.equal(true);
    expect(record.exposureEnd).to.equal(3878);
    expect(record.txEnd).to.equal(57_178);
    expect(sequencer.describeFrame(1, record)).to.equal(false);
    drain();
    expect(log.lines).to.include('57178 txEnd frame 0 pattern 1');
  });
});

describe('Sequencer.limitReadouts', () => {
  it('makes no frame from the limit on while it stands, counts the slots as stalls, and goes on when it is raised', () => {
    const { sequencer, log, drain } = running();
    sequencer.limitReadouts(0, 2);
    for (let k = 0; k < 4; k++) sequencer.patternArrived(0, k, k === 3);
    sequencer.start(0);
    drain();
    expect(log.lines.filter((line) => line.includes(' reset '))).to.have.length(2);
    expect(sequencer.nextWakeTick()).to.equal(undefined);
    sequencer.limitReadouts(45_000, 4);
    drain();
    const resets = log.lines.filter((line) => line.includes(' reset ')).map((line) => Number(line.split(' ')[0]));
    expect(resets).to.deep.equal([128, 10_128, 50_128, 60_128]);
    expect(sequencer.counters.stall).to.equal(3);
  });

  it('discards what comes after the limit in drop mode, and keeps the next frame once it is raised', () => {
    const { sequencer, log, drain } = running({ ...tiny, overrun: 'drop' });
    sequencer.limitReadouts(0, 1);
    for (let k = 0; k < 4; k++) sequencer.patternArrived(0, k, k === 3);
    sequencer.start(0);
    sequencer.advance(25_000);
    expect(sequencer.counters.overrun).to.equal(2);
    sequencer.limitReadouts(25_000, 2);
    drain();
    expect(sequencer.counters.overrun).to.equal(2);
    expect(log.lines.filter((line) => line.includes(' txEnd ')).map((line) => line.split(' ')[3])).to.deep.equal([
      '0',
      '3',
    ]);
  });
});
