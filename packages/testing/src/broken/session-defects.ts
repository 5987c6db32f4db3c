import { messageCodecs, resultCode } from '@opu/protocol';
import type { BrokenWire, WireDefect } from './broken-link.js';
import { type BrokenDevice, changed, misheard, type OfType, refusals, remembered } from './defects.js';

const INNER_IDS = 3_000_000_000;

/** Requests that are known get another id on their way in, and their own again on the way out. */
function underOtherIds(isConcerned: (requestId: number, wire: BrokenWire) => boolean): WireDefect {
  const names = (wire: BrokenWire): Map<number, number> => remembered(wire, 'names', new Map(), (map) => map);
  return {
    hears: (heard, wire) => {
      if (!isConcerned(heard.requestId, wire)) return [heard];
      const requestId = INNER_IDS + remembered(wire, 'inner', 0, (value) => value + 1);
      names(wire).set(requestId, heard.requestId);
      return [{ ...heard, requestId }];
    },
    says: (said, wire) => [{ ...said, requestId: names(wire).get(said.requestId) ?? said.requestId }],
  };
}

const refused = (code: keyof typeof resultCode, instead: OfType<'DONE'>): WireDefect => ({
  says: (said) => {
    const isIt = said.message.type === 'REFUSED' && said.message.resultCode === resultCode[code];
    return [isIt ? { ...said, message: instead } : said];
  },
});
const done: OfType<'DONE'> = { type: 'DONE', tick: 0, value: 0 };

/** Handshake, requests and control. */
export const sessionDefects: readonly BrokenDevice[] = [
  { defect: 'requests before HELLO are carried out', clause: 'OPU-HS-1', wire: refused('NO_HANDSHAKE', done) },
  { defect: 'the texts of refusals are empty', clause: 'OPU-HS-2', wire: refusals(() => ({ text: '' })) },
  {
    defect: 'payloads are longer than the host takes',
    clause: 'OPU-HS-3',
    wire: misheard('HELLO', (m) => ({ ...m, maximumPayload: 2 ** 24 })),
  },
  {
    defect: 'a host of a newer minor version is refused',
    clause: 'OPU-HS-4',
    wire: misheard('HELLO', (m) => ({ ...m, versionMajor: m.versionMinor > 0 ? 2 : m.versionMajor })),
  },
  {
    defect: 'a host of another schema is refused',
    clause: 'OPU-HS-5',
    wire: misheard('HELLO', (m) => ({ ...m, versionMajor: m.schemaHash.startsWith('abab') ? 2 : m.versionMajor })),
  },
  {
    defect: 'bootId changes with every connection',
    clause: 'OPU-HS-6',
    wire: changed('HELLO_REPLY', (m, wire) => ({ ...m, bootId: m.bootId + wire.connection })),
  },
  {
    defect: 'two connections of one host live side by side',
    clause: 'OPU-HS-7',
    wire: misheard('HELLO', (m, wire) => ({ ...m, hostId: (m.hostId % 2 ** 40) * 2 + (wire.connection % 2) })),
  },
  {
    defect: 'the shortest exposure is said to be longer than the longest',
    clause: 'OPU-HS-8',
    wire: changed('DESCRIBE_REPLY', (m) => ({ ...m, maximumExposureTicks: m.minimumExposureTicks - 1 })),
  },
  {
    defect: 'a second HELLO is not answered',
    clause: 'OPU-HS-9',
    wire: misheard('HELLO', (m, wire) =>
      remembered(wire, `hello ${wire.connection}`, 0, (count) => count + 1) > 1 ? undefined : m,
    ),
  },
  {
    defect: 'HELLO_REPLY has a nonce of its own in the place of the host’s',
    clause: 'OPU-HS-10',
    wire: changed('HELLO_REPLY', (m) => ({ ...m, hostNonce: m.hostNonce === 0 ? 0 : (m.hostNonce ^ 1) >>> 0 })),
  },
  {
    defect: 'the answers to requests have no id of a session',
    clause: 'OPU-HS-11',
    wire: { says: (said) => [said.requestId === 0 ? said : { ...said, session: 0 }] },
  },
  {
    defect: 'messages of another session are acted on',
    clause: 'OPU-HS-11',
    wire: {
      says: (said, wire) => {
        if (said.session !== 0) wire.state.set(`session ${wire.connection}`, said.session);
        return [said];
      },
      hears: (heard, wire) => {
        const session = wire.state.get(`session ${wire.connection}`);
        return [typeof session === 'number' && heard.message.type !== 'HELLO' ? { ...heard, session } : heard];
      },
    },
  },
  {
    defect: 'a HELLO of another session is not answered in the middle of one',
    clause: 'OPU-HS-13',
    wire: misheard('HELLO', (m, wire) =>
      m.hostNonce !== 0 && remembered(wire, `nonces ${wire.connection}`, 0, (count) => count + 1) > 1 ? undefined : m,
    ),
  },
  {
    defect: 'requests are answered twice',
    clause: 'OPU-REQ-1',
    wire: { says: (said) => (said.requestId === 0 ? [said] : [said, said]) },
  },
  {
    defect: 'a reply carries the id of the next request',
    clause: 'OPU-REQ-1',
    wire: changed('CLOCK_SYNC_REPLY', (m, wire, said) => {
      wire.say(m, said.requestId + 1);
      return undefined;
    }),
  },
  {
    defect: 'nothing else is answered while STOP waits for its frame',
    clause: 'OPU-REQ-3',
    wire: {
      hears: (heard, wire) => {
        if (heard.message.type === 'STOP') wire.state.set('stopping', true);
        else if (wire.state.get('stopping') && heard.message.type === 'CLOCK_SYNC') return [];
        return [heard];
      },
      says: (said, wire) => {
        if (said.message.type === 'RUN_REPORT') wire.state.set('stopping', false);
        return [said];
      },
    },
  },
  {
    defect: 'a repeated request is run again',
    clause: 'OPU-REQ-4',
    wire: underOtherIds(
      (id, wire) => id > 0 && remembered(wire, `times ${wire.connection} ${id}`, 0, (count) => count + 1) > 1,
    ),
  },
  {
    defect: 'stored replies end with the connection',
    clause: 'OPU-REQ-5',
    wire: misheard('HELLO', (m, wire) => ({ ...m, hostId: (m.hostId % 2 ** 40) * 4096 + (wire.connection % 4096) })),
  },
  {
    defect: 'half as many replies are stored as the device says',
    clause: 'OPU-REQ-5',
    wire: changed('DESCRIBE_REPLY', (m) => ({ ...m, storedReplies: m.storedReplies * 2 })),
  },
  {
    defect: 'a request that is refused has changed something',
    clause: 'OPU-REQ-6',
    wire: {
      hears: (heard) => {
        const { message } = heard;
        if (message.type !== 'CONFIGURE' || message.fields !== 3) return [heard];
        return [{ ...heard, requestId: 0, message: { ...message, fields: 1 } }, heard];
      },
    },
  },
  { defect: 'a refusal gives no value', clause: 'OPU-REQ-7', wire: refusals(() => ({ value: 0, bound: 0 })) },
  {
    defect: 'a request without an id is answered',
    clause: 'OPU-REQ-8',
    wire: {
      hears: (heard, wire) => {
        if (heard.message.type === 'DESCRIBE' && heard.requestId === 0) {
          return [{ ...heard, requestId: INNER_IDS + remembered(wire, 'asked', 0, (value) => value + 1) }];
        }
        return [heard];
      },
      says: (said) => [said.requestId > INNER_IDS ? { ...said, requestId: 0 } : said],
    },
  },
  { defect: 'anybody may take the lease', clause: 'OPU-CTL-1', wire: refused('CONTROL_TAKEN', done) },
  { defect: 'START needs no lease', clause: 'OPU-CTL-2', wire: refused('NOT_IN_CONTROL', done) },
  {
    defect: 'the lease is granted for a microsecond more',
    clause: 'OPU-CTL-3',
    wire: changed('DONE', (m) => ({ ...m, value: m.value + 1 })),
  },
  {
    defect: 'the lease does not run out',
    clause: 'OPU-CTL-4',
    clock: 'realtime',
    wire: misheard('ACQUIRE_CONTROL', (m, wire, heard) => {
      wire.tell({ ...m, heartbeatMicroseconds: 60_000_000 });
      wire.say({ ...done, value: 100_000 }, heard.requestId);
      return undefined;
    }),
  },
  {
    defect: 'a message without a request id does not renew the lease',
    clause: 'OPU-CTL-4',
    clock: 'realtime',
    wire: misheard('HEARTBEAT', (m, _, heard) => (heard.requestId === 0 ? undefined : m)),
  },
  {
    defect: 'the light is left on when control is released: the run goes on',
    clause: 'OPU-CTL-6',
    clock: 'realtime',
    wire: misheard('RELEASE_CONTROL', (_, wire, heard) => {
      wire.say(done, heard.requestId);
      return undefined;
    }),
  },
  {
    defect: 'the lease outlives its connection',
    clause: 'OPU-CTL-5',
    wire: refusedAfterClose(),
  },
  {
    defect: 'no credit follows ACQUIRE_CONTROL',
    clause: 'OPU-CTL-7',
    wire: changed('PATTERN_CREDIT', () => undefined),
  },
  {
    defect: 'a new holder starts with credit for readouts',
    clause: 'OPU-CTL-8',
    wire: {
      hears: (heard) =>
        heard.message.type === 'START'
          ? [{ ...heard, requestId: 0, message: { type: 'READOUT_CREDIT', creditLimit: 1e9 } }, heard]
          : [heard],
    },
  },
  {
    defect: 'everybody hears the readouts',
    clause: 'OPU-CTL-9',
    wire: changed('READOUTS', (m, wire) => {
      for (const other of wire.wires) if (other !== wire) other.say(m);
      return m;
    }),
  },
  {
    defect: 'nobody hears of ignored triggers',
    clause: 'OPU-EVT-1',
    wire: changed('EVENT', (m) => (m.kind === 4 ? undefined : m)),
  },
  {
    defect: 'counters are reset when they are read',
    clause: 'OPU-EVT-3',
    wire: {
      hears: (heard) =>
        heard.message.type === 'GET_COUNTERS'
          ? [heard, { ...heard, requestId: 0, message: { type: 'RESET_COUNTERS' } }]
          : [heard],
    },
  },
  {
    defect: 'a run in FREE pacing needs a host that says that it waits',
    clause: 'OPU-VT-1',
    wire: {
      hears: (heard) =>
        heard.message.type === 'START'
          ? [{ ...heard, requestId: 0, message: { type: 'SET_PACING', mode: 1 } }, heard]
          : [heard],
    },
  },
  {
    defect: 'a message takes effect a tick after it came',
    clause: 'OPU-VT-4',
    wire: {
      hears: (heard) =>
        heard.message.type === 'CLOCK_SYNC'
          ? [{ ...heard, requestId: 0, message: { type: 'SPEND', ticks: 1 } }, heard]
          : [heard],
    },
  },
  {
    defect: 'LOCKSTEP does not hold time',
    clause: 'OPU-VT-2',
    wire: misheard('SET_PACING', (m) => ({ ...m, mode: 0 })),
  },
  {
    defect: 'SPEND spends a tick less',
    clause: 'OPU-VT-5',
    wire: misheard('SPEND', (m) => ({ ...m, ticks: Math.max(0, m.ticks - 1) })),
  },
  {
    defect: 'HOST_WAITING is answered when there is nothing to come',
    clause: 'OPU-VT-6',
    wire: misheard('HOST_WAITING', (m, wire) => {
      wire.say({ type: 'PATTERN_CREDIT', nextPatternId: 0, creditLimit: 1 });
      return m;
    }),
  },
];

/** The first connection that takes control keeps it for good. */
function refusedAfterClose(): WireDefect {
  return misheard('ACQUIRE_CONTROL', (m, wire, heard) => {
    const holder = remembered(wire, 'holder', wire.connection, (value) => value);
    // The first connections of the suite learn what the device is.
    if (wire.connection < 3 || holder === wire.connection) {
      wire.state.set('holder', wire.connection);
      return m;
    }
    const requestType = messageCodecs.ACQUIRE_CONTROL.id;
    const text = 'Another host controls the device.';
    const refusal = { type: 'REFUSED', resultCode: resultCode.CONTROL_TAKEN, requestType, text } as const;
    wire.say({ ...refusal, limitingTerm: 0, value: 0, bound: 0, field: '' }, heard.requestId);
    return undefined;
  });
}
