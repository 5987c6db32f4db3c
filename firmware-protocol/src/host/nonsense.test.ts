import { encodeMessage } from '../codec/message.js';
import { type Message, messageCodecs } from '../generated/messages.js';
import { Random } from '../testing/random.js';
import { randomMessage } from '../testing/random-message.js';
import { TwoMachines } from '../testing/two-machines.js';

const HUGE = [2 ** 32 - 1, 2 ** 32, 2 ** 52, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER];

/** Any message of a device; numbers that count are small or at the far end. */
function anyOfDevice(random: Random): Message {
  let message = randomMessage(random);
  while (messageCodecs[message.type].from !== 'device') message = randomMessage(random);
  const fields = message as unknown as Record<string, unknown>;
  for (const name of ['value', 'nextFrame', 'nextPatternId', 'creditLimit', 'from', 'framesDone', 'tick']) {
    if (typeof fields[name] === 'number') fields[name] = random.oneIn(2) ? random.below(60) : random.pick(HUGE);
  }
  return message;
}

describe('HostMachine against a device that talks nonsense', () => {
  it('throws nothing and says only what can be written, over 200 sessions of 60 messages', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = new Random(seed);
      const machines = new TwoMachines({ seed });
      machines.connect();
      machines.run(() => machines.host.isReady);
      machines.host.grant(40, machines.now);
      const start = machines.host.start(machines.now);
      machines.host.offer({ count: 40, patternBytes: 1, data: new Uint8Array(40), last: true }, machines.now);
      for (let i = 0; i < 60; i++) {
        const requestId = random.pick([0, 0, start, random.below(start + 3)]);
        machines.host.receive(anyOfDevice(random), { requestId, sequence: random.below(80) }, machines.now);
        if (random.oneIn(4)) machines.host.advance(machines.now);
        machines.host.waiting(machines.now);
      }
      for (const { from, message, requestId } of machines.wire) {
        if (from === 'h') encodeMessage({ sequence: 0, requestId }, message);
      }
    }
  });

  it('throws nothing during the handshake either, whatever interval it is granted', () => {
    for (const value of [0, 1, ...HUGE]) {
      const machines = new TwoMachines();
      machines.connect();
      machines.run(() => machines.wire.some(({ message }) => message.type === 'ACQUIRE_CONTROL'));
      const asked = machines.wire.find(({ message }) => message.type === 'ACQUIRE_CONTROL')!;
      machines.host.receive(
        { type: 'DONE', tick: 0, value },
        { requestId: asked.requestId, sequence: 2 },
        machines.now,
      );
      machines.run(() => machines.host.isReady);
      machines.host.advance(machines.now);
    }
  });
});
