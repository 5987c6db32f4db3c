import { isOpuError, TICKS_PER_MILLISECOND, VirtualClock } from '@opu/core';
import { openOpu } from '@opu/driver';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { hostileDevices } from './hostile-devices.js';
import { hostileLink, type Malice } from './hostile-link.js';

const TIMEOUTS = { request: 100, retries: 1, silence: 100, probes: 3, progress: 800, reconnect: 0 };
/** What is allowed on top of the time-out asked for, milliseconds of the host's time. */
const GRACE = 2000;

interface Call {
  readonly name: string;
  readonly milliseconds: number;
  readonly code: string | undefined;
  readonly error: unknown;
}

/** Lets the host's time pass, 10 ms whenever nothing else is to be done, until the promise is settled. */
async function timed<T>(clock: VirtualClock, promise: Promise<T>, most: number): Promise<T> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  const end = clock.now() + most * TICKS_PER_MILLISECOND;
  while (!isSettled && clock.now() < end) {
    for (let i = 0; i < 6 && !isSettled; i++) await new Promise((resolve) => setImmediate(resolve));
    if (!isSettled) clock.spend(10 * TICKS_PER_MILLISECOND);
  }
  if (!isSettled) throw new Error(`still running after ${most} ms`);
  return await promise;
}

/** Everything that the driver's API can be asked for, against one device. */
async function callEverything(malice: Malice, pacing: 'free' | 'lockstep'): Promise<Call[]> {
  const emulated = createEmulatedDevice({ profile: 'tiny' });
  const clock = new VirtualClock();
  const calls: Call[] = [];
  const call = async <T>(name: string, action: () => Promise<T>): Promise<T | undefined> => {
    const from = clock.now();
    const note = (error: unknown): void => {
      const milliseconds = (clock.now() - from) / TICKS_PER_MILLISECOND;
      const code = error === undefined ? undefined : isOpuError(error) ? error.code : String(error);
      calls.push({ name, milliseconds, code, error });
    };
    try {
      const value = await timed(clock, action(), 20_000);
      note(undefined);
      return value;
    } catch (error) {
      note(error);
      return undefined;
    }
  };
  const schemes = { test: async () => ({ transport: hostileLink(emulated.connect(), malice) }) };
  const device = await call('open', () => openOpu('test:', { schemes, timeouts: TIMEOUTS, clock, pacing }));
  if (device !== undefined) {
    await call('configure', () => device.configure({ trigger: 'internal', overrun: 'hold', bitDepth: 8 }));
    await call('counters', () => device.counters());
    await call('now', () => device.now());
    const { patternBytes } = device.configuration;
    const patterns = ndarray(new Uint8Array(6 * patternBytes).fill(0xa5), [6, patternBytes]);
    await call('project', () => device.project(patterns));
    await call('stream', async () => {
      const rows = Array.from({ length: 6 }, () => new Uint8Array(patternBytes).fill(0x5a));
      let count = 0;
      for await (const _ of device.stream(rows)) count++;
      expect(count).to.equal(6);
    });
    await call('stop', () => device.stop());
    await call('close', () => device.close());
  }
  await emulated.close();
  return calls;
}

describe('The driver, against a device that answers wrongly', function () {
  this.timeout(20_000);

  it(`knows at least 60 of them (${hostileDevices.length})`, () => {
    expect(hostileDevices.length).to.be.at.least(60);
    expect(new Set(hostileDevices.map(({ does }) => does)).size).to.equal(hostileDevices.length);
  });

  it('finds nothing wrong with a healthy one', async () => {
    for (const pacing of ['free', 'lockstep'] as const) {
      const calls = await callEverything((said) => [said], pacing);
      expect(calls.map(({ code }) => code)).to.deep.equal(Array.from({ length: 8 }, () => undefined));
    }
  });

  for (const { does, ends, malice } of hostileDevices) {
    it(`ends every call within ${TIMEOUTS.progress} ms + ${GRACE} ms when it ${does}`, async () => {
      for (const pacing of ['free', 'lockstep'] as const) {
        const calls = await callEverything(malice, pacing);
        const text = calls
          .map(
            ({ name, milliseconds, code, error }) =>
              `${name} ${milliseconds} ms ${code ?? 'ok'} ${(error as Error)?.message ?? ''}`,
          )
          .join('\n');
        for (const { milliseconds, code, error } of calls) {
          expect(milliseconds, text).to.be.at.most(TIMEOUTS.progress + GRACE);
          expect(error === undefined || isOpuError(error), text).to.equal(true);
          expect(code, text).to.not.equal('BUG');
        }
        const first = calls.find(({ code }) => code !== undefined)?.code ?? 'borne';
        expect(ends, `${pacing}\n${text}`).to.include(first);
      }
    });
  }
});
