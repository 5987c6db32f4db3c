import { expect } from 'chai';
import { type Progress, ProgressWatch } from './progress-watch.js';

const none: Progress = { patternsTaken: 0, framesRead: 0, hasRoom: false, missing: 'frame 0' };

/** Looks whenever the watch wants to. @returns the tick at which it gave up; nothing if it did not before `until` */
function watch(watched: ProgressWatch, until: number, at: (now: number) => Progress, step = 1): number | undefined {
  for (let now = 0; now <= until; now += step) {
    if (now < watched.nextDeadline(now, true)) continue;
    if (watched.advance(now, true, () => at(now)) !== undefined) return now;
  }
  return undefined;
}

describe('ProgressWatch', () => {
  it('gives up after the patience, and says what is missing', () => {
    const watched = new ProgressWatch(800);
    expect(watch(watched, 5000, () => none)).to.equal(800);
    const error = watched.advance(10_000, true, () => none);
    expect(error?.code).to.equal('DEVICE_STALLED');
    expect(error?.message).to.contain('frame 0');
  });

  it('does not give up while a readout comes in each patience', () => {
    expect(watch(new ProgressWatch(800), 50_000, (now) => ({ ...none, framesRead: Math.floor(now / 700) }))).to.equal(
      undefined,
    );
  });

  it('waits for eight frames', () => {
    const watched = new ProgressWatch(800);
    watched.frames(1000);
    expect(watch(watched, 50_000, () => none)).to.equal(8000);
  });

  it('takes one long rest of the host for one look', () => {
    const watched = new ProgressWatch(800);
    watched.nextDeadline(0, true);
    expect(watched.advance(100, true, () => none)).to.equal(undefined);
    expect(watched.advance(100_000, true, () => none)).to.equal(undefined);
  });

  it('begins anew when something is due again', () => {
    const watched = new ProgressWatch(800);
    expect(watch(watched, 700, () => none)).to.equal(undefined);
    expect(watched.nextDeadline(701, false)).to.equal(Number.POSITIVE_INFINITY);
    expect(watched.nextDeadline(702, true)).to.equal(802);
  });

  it('bounds how long a message that comes drop by drop counts', () => {
    const watched = new ProgressWatch(800);
    const end = watch(watched, 50_000, () => {
      watched.moving();
      return none;
    });
    expect(end).to.be.within(800, 9 * 800);
  });
});
