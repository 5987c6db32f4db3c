import { randomAt } from '@opu/compute';
import { isOpuError } from '@opu/core';
import { createPatterns, type Message, type MessageTypeName, messageCodecs, pacingMode } from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { createEmulatedDevice } from './emulated-device.js';

const MESSAGES = 1000;
/** Values at which something may change: around sizes of `tiny`, and the ends of the types. */
const EDGES = [
  0,
  1,
  2,
  3,
  7,
  8,
  15,
  16,
  17,
  31,
  32,
  33,
  100,
  128,
  129,
  1000,
  2000,
  10_000,
  65_535,
  2 ** 31,
  2 ** 32 - 1,
];
const LENGTHS = [0, 1, 100, 128, 256];

function* randomMessages(seed: number): Generator<Message> {
  let drawn = 0;
  const below = (count: number): number => Math.floor((randomAt(seed, 1, drawn++) / 2 ** 32) * count);
  const names = Object.keys(messageCodecs) as MessageTypeName[];
  let nextPattern = 0;
  for (let i = 0; i < MESSAGES; i++) {
    const choice = below(100);
    if (choice < 25) {
      const count = 1 + below(6);
      const data = new Uint8Array(count * 128).fill(i);
      const firstPatternId = nextPattern + (below(10) === 0 ? below(5) : 0);
      yield { ...createPatterns(), firstPatternId, count, patternBytes: 128, flags: below(3) === 0 ? 1 : 0, data };
      nextPattern += count;
    } else if (choice < 35) yield { type: 'START', flags: 0 };
    else if (choice < 42) yield below(2) === 0 ? { type: 'STOP' } : { type: 'ABORT' };
    else {
      const message = messageCodecs[names[below(names.length)]!].create();
      const fields = message as unknown as Record<string, unknown>;
      for (const [name, value] of Object.entries(fields)) {
        if (typeof value === 'number' && below(10) < 7) fields[name] = EDGES[below(EDGES.length)];
        if (value instanceof Uint8Array)
          fields[name] = new Uint8Array(LENGTHS[below(LENGTHS.length)]!).fill(below(256));
      }
      // Time that is booked has to pass: not all of a day.
      if (message.type === 'SPEND') message.ticks = below(1_000_000);
      yield message;
    }
  }
}

describe('a device among random messages', () => {
  for (const seed of [1, 2, 3]) {
    it(`goes on working after ${MESSAGES} of them, seed ${seed}`, async () => {
      const device = createEmulatedDevice({ profile: 'tiny', ideal: true });
      const host = await new WireHost(device.connect()).open();
      await host.control();
      let sent = 0;
      for (const message of randomMessages(seed)) {
        try {
          host.send(message, 1000 + sent);
          sent++;
        } catch (error) {
          // A value that its field cannot hold never gets on the wire.
          expect(isOpuError(error, 'INVALID_ARGUMENT'), String(error)).to.equal(true);
        }
        if (sent % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      expect(host.end).to.equal(undefined);
      // Whatever was said meanwhile, a host that starts afresh finds a device that works.
      const other = await new WireHost(device.connect()).open();
      await host.close();
      await other.greet(77);
      await other.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
      await other.get({ type: 'SET_PACING', mode: pacingMode.FREE }, 'DONE');
      const { nextPatternId } = await other.get({ type: 'ABORT' }, 'RUN_REPORT');
      await other.get({ type: 'ERASE_SEQUENCE', sequenceId: 0xffff_ffff }, 'DONE');
      other.send({ type: 'READOUT_CREDIT', creditLimit: 2 ** 40 });
      const { patternBytes } = await other.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
      other.patterns(nextPatternId, [new Uint8Array(patternBytes)]);
      const start = await other.ask({ type: 'START', flags: 0 });
      expect(start.type).to.equal('DONE');
      await device.close();
    });
  }
});
