import { CounterRecordList, configurationField, counterId, type Message, resultCode } from '@opu/protocol';
import type { WireDefect } from './broken-link.js';
import { type BrokenDevice, changed, misheard, refusals } from './defects.js';

/** A counter that never rises. */
const standing = (name: keyof typeof counterId): WireDefect =>
  changed('COUNTERS_REPLY', (m) => ({
    ...m,
    counters: CounterRecordList.from(
      m.counters.toArray().map(({ id, value }) => ({ id, value: id === counterId[name] ? 0 : value })),
    ),
  }));

/** The bound that a refusal names for one field is off by one. */
const offBound = (field: string): BrokenDevice => ({
  defect: `the bound that is named for ${field} is off by one`,
  clause: 'OPU-CFG-3',
  wire: refusals((m) => (m.field === field ? { bound: m.bound + 1 } : {})),
});

/** Patterns, readouts and values at their edges. */
export const dataDefects: readonly BrokenDevice[] = [
  ...['regionWidth', 'regionHeight', 'regionX', 'regionY', 'overrunMode', 'macroColumns', 'macroRows'].map(offBound),
  ...(['READOUTS_RESENT', 'PATTERNS_REQUESTED', 'REQUESTS_REPEATED'] as const).map((name) => ({
    defect: `${name} is not counted`,
    clause: 'OPU-EVT-2',
    wire: standing(name),
  })),
  {
    defect: 'ROWS of an odd number of columns behind ROWS are a row too low',
    clause: 'OPU-PAT-4',
    wire: misheard('PATTERNS', (m) =>
      m.encoding === 1 && m.rowCount === 1 && m.firstRow === 3 ? { ...m, firstRow: 2 } : m,
    ),
  },
  {
    defect: 'a message that straddles the credit is taken as far as it goes',
    clause: 'OPU-PAT-5',
    wire: {
      hears: (heard, wire) => {
        const { message } = heard;
        const limit = wire.state.get('limit') as number | undefined;
        if (message.type !== 'PATTERNS' || limit === undefined || message.encoding !== 0) return [heard];
        const count = limit - message.firstPatternId;
        if (count <= 0 || count >= message.count) return [heard];
        const data = message.data.subarray(0, count * message.patternBytes);
        return [{ ...heard, message: { ...message, count, data } }];
      },
      says: (said, wire) => {
        if (said.message.type === 'PATTERN_CREDIT') wire.state.set('limit', said.message.creditLimit);
        return [said];
      },
    },
  },
  {
    defect: 'a gap is asked for with every message behind it',
    clause: 'OPU-PAT-8',
    wire: {
      says: (said) => (said.message.type === 'PATTERN_RESEND' ? [said, said] : [said]),
    },
  },
  {
    defect: 'what straddles gone and kept is all gone',
    clause: 'OPU-RDO-7',
    wire: {
      hears: (heard, wire) => {
        const { message } = heard;
        if (message.type === 'READOUT_ACK') wire.state.set('acknowledged', message.nextFrame);
        if (message.type !== 'READOUT_RESEND') return [heard];
        const end = (wire.state.get('acknowledged') as number | undefined) ?? 0;
        if (message.from >= end) return [heard];
        return [{ ...heard, message: { ...message, count: Math.min(message.count, end - message.from) } }];
      },
    },
  },
  {
    defect: 'no more than 50 readouts come again',
    clause: 'OPU-RDO-6',
    wire: misheard('READOUT_RESEND', (m) => (m.count > 64 && m.count < 1000 ? { ...m, count: 50 } : m)),
  },
  {
    defect: 'CONFIGURE is taken while readouts wait',
    clause: 'OPU-CFG-9',
    wire: {
      says: (said, wire) => {
        const { message } = said;
        if (message.type === 'CONFIGURE_REPLY') wire.state.set('reply', message);
        if (message.type !== 'REFUSED' || message.resultCode !== resultCode.WRONG_STATE) return [said];
        const isIt = message.requestType === 0x0201 && /take its readouts/.test(message.text);
        return [isIt ? { ...said, message: wire.state.get('reply') as Message } : said];
      },
    },
  },
  {
    defect: 'another layout erases stored sequences',
    clause: 'OPU-CFG-9',
    wire: {
      hears: (heard) => {
        const { message } = heard;
        if (message.type !== 'CONFIGURE' || (message.fields & configurationField.MACRO_PIXELS) === 0) return [heard];
        return [{ ...heard, requestId: 0, message: { type: 'ERASE_SEQUENCE', sequenceId: 0xffff_ffff } }, heard];
      },
    },
  },
  {
    defect: 'host ids are compared in 32 bits',
    clause: 'OPU-REQ-5',
    wire: misheard('HELLO', (m) => ({ ...m, hostId: m.hostId % 2 ** 32 })),
  },
  {
    defect: 'the host id 0 keeps its replies over connections',
    clause: 'OPU-REQ-5',
    wire: misheard('HELLO', (m) => ({ ...m, hostId: m.hostId === 0 ? 4711 : m.hostId })),
  },
  {
    defect: 'bits behind the last pixel are 1',
    clause: 'OPU-RDO-3',
    wire: changed('READOUTS', (m) => {
      if (m.pixelFormat !== 1 || (m.regionWidth * m.regionHeight * 10) % 8 === 0) return m;
      const data = Uint8Array.from(m.data);
      for (let at = m.imageBytes - 1; at < data.length; at += m.imageBytes) data[at]! |= 0x80;
      return { ...m, data };
    }),
  },
];
