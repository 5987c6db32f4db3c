import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { faultKinds, parseFaults } from './fault-spec.js';
import { FaultSchedule } from './schedule.js';

describe('fault list', () => {
  it('has names, directions, values, probabilities and times', () => {
    expect(
      parseFaults('drop.up=0.01, delay.down:200us=5e-2,brown-out@1.5s,stuck-frame@2ms/10ms,hang:7@5,corrupt=1'),
    ).to.deep.equal([
      { name: 'drop', direction: 'up', value: 0, when: { probability: 0.01 } },
      { name: 'delay', direction: 'down', value: 20_000, when: { probability: 0.05 } },
      { name: 'brown-out', direction: undefined, value: 0, when: { tick: 150_000_000 } },
      { name: 'stuck-frame', direction: undefined, value: 0, when: { tick: 200_000, period: 1_000_000 } },
      { name: 'hang', direction: undefined, value: 7, when: { tick: 5 } },
      { name: 'corrupt', direction: undefined, value: 0, when: { probability: 1 } },
    ]);
    expect(parseFaults('')).to.deep.equal([]);
    expect(parseFaults('hang@1')[0]!.value).to.equal(Number.POSITIVE_INFINITY);
  });

  it('is refused with the fault and what is allowed', () => {
    const wrong: [string, RegExp][] = [
      ['dorp=1', /'dorp=1': there is no fault 'dorp'\. Did you mean 'drop'\?/],
      ['drop', /say when: =probability, @time or @time\/period/],
      ['drop=2', /a number from 0 to 1, not '2'/],
      ['drop=', /a number from 0 to 1/],
      ['drop.left=1', /the direction is up .* or down .*, not 'left'/],
      ['stuck-frame.up=1', /only faults of the link have a direction/],
      ['drop:5=1', /drop takes no value/],
      ['delay:fast=1', /'fast' is no time; write ticks as 1500, or 15us/],
      ['hang@1h', /'1h' is no time/],
      ['drop@1/0', /the period is at least one tick/],
      ['drop@1/2/3', /a schedule is @time or @time\/period/],
    ];
    for (const [text, message] of wrong) expect(() => parseFaults(text), text).to.throw(message);
    try {
      parseFaults('x', 'INVALID_ADDRESS');
    } catch (error) {
      expect(isOpuError(error, 'INVALID_ADDRESS')).to.equal(true);
    }
  });

  it('says of every fault what it does', () => {
    for (const kind of Object.values(faultKinds)) expect(kind.doc).to.not.equal('');
  });
});

describe('FaultSchedule', () => {
  const schedule = (text: string, seed = 1, place = 0): FaultSchedule =>
    new FaultSchedule(parseFaults(text)[0]!, seed, place);

  it('strikes with its probability: 10^4 draws within 5 standard errors, another seed or place strikes others', () => {
    const struck = (seed: number, place: number): number[] => {
      const faults = schedule('drop=0.1', seed, place);
      return Array.from({ length: 10_000 }, (_, i) => i).filter((i) => faults.strikes(i, 0));
    };
    const first = struck(1, 0);
    expect(first.length).to.be.within(1000 - 150, 1000 + 150);
    expect(struck(1, 0)).to.deep.equal(first);
    expect(struck(2, 0)).to.not.deep.equal(first);
    expect(struck(1, 1)).to.not.deep.equal(first);
    expect(schedule('drop=1').strikes(0, 0)).to.equal(true);
    expect(schedule('drop=0').strikes(0, 0)).to.equal(false);
  });

  it('strikes the first target from its tick on, once or once a period', () => {
    const once = schedule('drop@100');
    expect([99, 100, 101, 900].map((tick, i) => once.strikes(i, tick))).to.deep.equal([false, true, false, false]);
    const again = schedule('drop@100/50');
    const ticks = [99, 130, 140, 150, 199, 400, 401, 450];
    expect(ticks.filter((tick, i) => again.strikes(i, tick))).to.deep.equal([130, 150, 400, 450]);
  });
});
