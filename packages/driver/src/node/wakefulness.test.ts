import { expect } from 'chai';
import { Wakefulness } from './wakefulness.js';

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Expects an answer once and lets more turns pass than anybody stays awake. */
async function inVain(wakefulness: Wakefulness): Promise<boolean> {
  wakefulness.expect();
  const wasAwake = wakefulness.isAwake;
  await turns(400);
  expect(wakefulness.isAwake).to.equal(false);
  return wasAwake;
}

describe('Wakefulness', () => {
  it('stays awake for 300 turns of the event loop after the last sign of life, no longer than 302', async () => {
    const wakefulness = new Wakefulness();
    wakefulness.expect();
    await turns(250);
    expect(wakefulness.isAwake).to.equal(true);
    wakefulness.heard();
    await turns(295);
    expect(wakefulness.isAwake).to.equal(true);
    await turns(7);
    expect(wakefulness.isAwake).to.equal(false);
  });

  it('lets 2, 4, 8 ... and at most 32 occasions pass after waits in vain', async () => {
    const wakefulness = new Wakefulness();
    for (const skipped of [0, 2, 4, 8, 16, 32, 32]) {
      for (let i = 0; i < skipped; i++)
        expect(await inVain(wakefulness), `occasion ${i} of ${skipped}`).to.equal(false);
      expect(await inVain(wakefulness), `after ${skipped}`).to.equal(true);
    }
  });

  it('forgets waits in vain when an answer comes in time', async () => {
    const wakefulness = new Wakefulness();
    for (let i = 0; i < 1 + 3 + 5; i++) await inVain(wakefulness);
    for (let i = 0; i < 8; i++) wakefulness.expect();
    wakefulness.expect();
    expect(wakefulness.isAwake).to.equal(true);
    wakefulness.heard();
    await turns(400);
    for (let i = 0; i < 2; i++) expect(await inVain(wakefulness)).to.equal(false);
    expect(await inVain(wakefulness)).to.equal(true);
  });

  it('ends at once when no answer can come any more, for good', async () => {
    const wakefulness = new Wakefulness();
    wakefulness.expect();
    wakefulness.stop();
    await turns(2);
    expect(wakefulness.isAwake).to.equal(false);
    wakefulness.expect();
    expect(wakefulness.isAwake).to.equal(false);
  });
});
