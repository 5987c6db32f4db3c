import { VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { loadCompression } from '../write/compression.js';
import { Packing } from './packing.js';

const BYTES = 1 << 20;

/** Bytes of which only the lowest `bits` bits vary, by chance. */
function image(bits: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: 1 << 17 }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state >>> 8) & ((1 << bits) - 1);
  });
}

/** What is decided for each of 20 chunks, one every `period` ticks, where a look at the clock takes `look` ticks. */
function decisions(sample: Uint8Array, period: number, look: number): string {
  const clock = new VirtualClock();
  const now = clock.now.bind(clock);
  let looks = 0;
  clock.now = () => now() + look * looks++;
  const packing = new Packing(clock, () => 0);
  let text = '';
  for (let chunk = 0; chunk < 20; chunk++) {
    clock.spend(period);
    const pays = packing.pays(BYTES, sample);
    if (pays) packing.packed();
    text += pays ? 'p' : '-';
  }
  return text;
}

describe('Packing', () => {
  before(loadCompression);

  it('packs chunks whose sample becomes smaller by 5 % or more, in half of the time that they took to come', () => {
    expect(decisions(image(4), 1_000_000, 0)).to.equal('p'.repeat(20));
  });

  it('leaves alone what does not become smaller, trying again after 4, 8, 16 chunks', () => {
    let trials = 0;
    const noise = image(8);
    const counted = new Proxy(noise, {
      get(target, name) {
        if (name === 'subarray') trials += 1;
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    expect(decisions(counted, 1_000_000, 0)).to.equal('-'.repeat(20));
    // Chunks 0, 5 and 14.
    expect(trials).to.equal(3);
  });

  it('leaves alone what would take longer than half of the time between chunks', () => {
    // A sample of an eighth of the chunk takes one look at the clock: 10 ticks, so a chunk takes 80.
    expect(decisions(image(4), 1_000, 10)).to.equal('p'.repeat(20));
    expect(decisions(image(4), 100, 10)).to.equal('-'.repeat(20));
  });

  it('packs small chunks without a trial', () => {
    const packing = new Packing(new VirtualClock(), () => 0);
    expect(packing.pays(1_000, image(8))).to.equal(true);
  });
});
