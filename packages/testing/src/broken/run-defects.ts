import {
  CounterRecordList,
  counterId,
  ignoredTriggerReason,
  type Message,
  messageCodecs,
  readoutFlag,
  resultCode,
} from '@opu/protocol';
import type { WireDefect } from './broken-link.js';
import { type BrokenDevice, changed, misheard, type OfType, records, refusals, remembered } from './defects.js';

/** Changes the values of counters. */
const counted = (change: (values: Map<number, number>) => void): WireDefect =>
  changed('COUNTERS_REPLY', (m) => {
    const values = new Map(m.counters.toArray().map(({ id, value }) => [id, value]));
    change(values);
    return { ...m, counters: CounterRecordList.from([...values].map(([id, value]) => ({ id, value }))) };
  });

/** Changes DONE of one type of request. */
function doneOf(type: Message['type'], change: (done: OfType<'DONE'>) => OfType<'DONE'>): WireDefect {
  return {
    hears: (heard, wire) => {
      if (heard.message.type === type) wire.state.set(`asked ${heard.requestId}`, true);
      return [heard];
    },
    says: (said, wire) => {
      const isIt = said.message.type === 'DONE' && wire.state.get(`asked ${said.requestId}`) === true;
      return [isIt ? { ...said, message: change(said.message as OfType<'DONE'>) } : said];
    },
  };
}

/** Patterns in run-length encoding get an empty run in front, which makes their zeros ones. */
function withEmptyRun(m: OfType<'PATTERNS'>): OfType<'PATTERNS'> {
  const bytes: number[] = [];
  let [bits, length, shift, isFirst] = [0, 0, 1, true];
  for (const byte of m.data) {
    if (isFirst) bytes.push(0);
    isFirst = false;
    bytes.push(byte);
    length += (byte & 127) * shift;
    shift *= 128;
    if (byte & 128) continue;
    bits += length;
    [length, shift] = [0, 1];
    if (bits === m.patternBytes * 8) [bits, isFirst] = [0, true];
  }
  return { ...m, data: Uint8Array.from(bytes) };
}

/** Patterns, runs, triggers and counters. */
export const runDefects: readonly BrokenDevice[] = [
  {
    defect: 'ABORT frees the ids of its patterns',
    clause: 'OPU-PAT-1',
    wire: changed('RUN_REPORT', (m) => ({ ...m, nextPatternId: Math.max(0, m.nextPatternId - 1) })),
  },
  {
    defect: 'data that does not fit its count is cut off',
    clause: 'OPU-PAT-3',
    wire: misheard('PATTERNS', (m) => {
      const count = Math.min(m.count, Math.floor(m.data.length / 128));
      return m.count === 0 ? m : { ...m, count, patternBytes: 128, data: m.data.subarray(0, count * 128) };
    }),
  },
  {
    defect: 'rows are put a row too low',
    clause: 'OPU-PAT-4',
    wire: misheard('PATTERNS', (m) => (m.encoding === 1 && m.firstRow > 0 ? { ...m, firstRow: m.firstRow + 1 } : m)),
  },
  {
    defect: 'run lengths start with ones',
    clause: 'OPU-PAT-4',
    wire: misheard('PATTERNS', (m) => (m.encoding === 2 && m.data.length > 2 ? withEmptyRun(m) : m)),
  },
  {
    defect: 'there is credit for a pattern more than fits',
    clause: 'OPU-PAT-5',
    wire: changed('PATTERN_CREDIT', (m) => ({ ...m, creditLimit: m.creditLimit + 1 })),
  },
  {
    defect: 'credit does not come back',
    clause: 'OPU-PAT-6',
    wire: changed('PATTERN_CREDIT', (m, wire) => ({
      ...m,
      creditLimit: remembered(wire, `limit ${wire.connection}`, m.creditLimit, (value) => value),
    })),
  },
  {
    defect: 'a pattern more is acknowledged than has come',
    clause: 'OPU-PAT-7',
    wire: changed('PATTERN_CREDIT', (m) => ({ ...m, nextPatternId: m.nextPatternId + 1 })),
  },
  {
    defect: 'patterns that come twice are taken twice',
    clause: 'OPU-PAT-7',
    wire: {
      hears: (heard, wire) => {
        const { message } = heard;
        const next = (wire.state.get('next') as number | undefined) ?? 0;
        if (message.type !== 'PATTERNS' || message.count === 0 || message.firstPatternId >= next) return [heard];
        return [{ ...heard, message: { ...message, firstPatternId: next } }];
      },
      says: (said, wire) => {
        if (said.message.type === 'PATTERN_CREDIT') wire.state.set('next', said.message.nextPatternId);
        return [said];
      },
    },
  },
  {
    defect: 'a gap of patterns is never asked for',
    clause: 'OPU-PAT-8',
    wire: changed('PATTERN_RESEND', () => undefined),
  },
  {
    defect: 'every message of patterns is the last of its run',
    clause: 'OPU-PAT-9',
    wire: changed('READOUTS', (m) => {
      for (let i = 0; i < m.frames.count; i++) m.frames.setFlags(i, m.frames.flags(i) | readoutFlag.RUN_END);
      return m;
    }),
  },
  {
    defect: 'START tells the number of the second frame',
    clause: 'OPU-RUN-1',
    wire: doneOf('START', (done) => ({ ...done, value: done.value + 1 })),
  },
  {
    defect: 'pattern ids are off by one',
    clause: 'OPU-RUN-2',
    wire: records(({ patternId }) => ({ patternId: patternId + 1 })),
  },
  {
    defect: 'the first image of a run is that of the pattern before',
    clause: 'OPU-RUN-2',
    wire: changed('READOUTS', (m, wire) => {
      const data = Uint8Array.from(m.data);
      for (let at = 0; at < data.length; at += m.imageBytes) {
        const own = data.slice(at, at + m.imageBytes);
        data.set((wire.state.get('image') as Uint8Array | undefined) ?? new Uint8Array(m.imageBytes), at);
        wire.state.set('image', own);
      }
      return { ...m, data };
    }),
  },
  {
    defect: 'the images of two readouts are swapped',
    clause: 'OPU-RUN-2',
    wire: changed('READOUTS', (m) => {
      const data = Uint8Array.from(m.data);
      for (let at = 0; at + 2 * m.imageBytes <= data.length; at += 2 * m.imageBytes) {
        const first = data.slice(at, at + m.imageBytes);
        data.copyWithin(at, at + m.imageBytes, at + 2 * m.imageBytes);
        data.set(first, at + m.imageBytes);
      }
      return { ...m, data };
    }),
  },
  {
    defect: 'RUN_ENDED counts a frame too few',
    clause: 'OPU-RUN-3',
    wire: changed('RUN_ENDED', (m) => ({ ...m, framesDone: m.framesDone - 1 })),
  },
  {
    defect: 'RUN_ENDED comes before the last readout',
    clause: 'OPU-RUN-3',
    wire: {
      says: (said, wire) => {
        const { message } = said;
        if (message.type === 'READOUTS' && message.frames.toArray().some(({ flags }) => flags & readoutFlag.RUN_END)) {
          wire.state.set('held', message);
          return [];
        }
        const held = wire.state.get('held') as Message | undefined;
        if (message.type !== 'RUN_ENDED' || held === undefined) return [said];
        wire.state.delete('held');
        return [said, { ...said, message: held }];
      },
    },
  },
  {
    defect: 'STOP is answered before the frame under way is finished',
    clause: 'OPU-RUN-4',
    wire: {
      hears: (heard, wire) => {
        if (heard.message.type !== 'STOP') return [heard];
        const report = { type: 'RUN_REPORT', tick: 0, framesDone: 1, nextPatternId: 0 } as const;
        wire.say({ ...report, ...(wire.state.get('report') as object | undefined) }, heard.requestId);
        return [{ ...heard, requestId: 0 }];
      },
      says: (said, wire) => {
        if (said.message.type === 'PATTERN_CREDIT')
          wire.state.set('report', { nextPatternId: said.message.nextPatternId });
        return [said];
      },
    },
  },
  {
    defect: 'STOP throws patterns away',
    clause: 'OPU-RUN-5',
    wire: misheard('STOP', () => ({ type: 'ABORT' })),
  },
  {
    defect: 'ABORT keeps patterns',
    clause: 'OPU-RUN-4',
    wire: misheard('ABORT', () => ({ type: 'STOP' })),
  },
  {
    defect: 'the tick of a trigger is that of the edge before the last tick',
    clause: 'OPU-RUN-6',
    wire: doneOf('SOFTWARE_TRIGGER', (done) => ({ ...done, tick: done.tick - 1 })),
  },
  {
    defect: 'a trigger of the host counts as one of the input',
    clause: 'OPU-RUN-6',
    wire: misheard('CONFIGURE', (m) => ({ ...m, triggerMode: m.triggerMode === 2 ? 1 : m.triggerMode })),
  },
  {
    defect: 'every ignored trigger is told to have come without a run',
    clause: 'OPU-RUN-7',
    wire: refusals(({ resultCode: code }) =>
      code === resultCode.TRIGGER_IGNORED ? { value: ignoredTriggerReason.NOT_RUNNING } : {},
    ),
  },
  {
    defect: 'ignored triggers are not counted',
    clause: 'OPU-RUN-7',
    wire: counted((values) => values.set(counterId.IGNORED_TRIGGERS, 0)),
  },
  {
    defect: 'triggers whose event was left out are not counted',
    clause: 'OPU-EVT-4',
    wire: counted((values) =>
      values.set(counterId.IGNORED_TRIGGERS, Math.min(100, values.get(counterId.IGNORED_TRIGGERS)!)),
    ),
  },
  {
    defect: 'underruns are not counted',
    clause: 'OPU-RUN-8',
    wire: counted((values) => values.set(counterId.UNDERRUN, 0)),
  },
  {
    defect: 'stalls are counted as underruns',
    clause: 'OPU-RUN-8',
    wire: counted((values) => {
      values.set(counterId.UNDERRUN, values.get(counterId.UNDERRUN)! + values.get(counterId.STALL)!);
      values.set(counterId.STALL, 0);
    }),
  },
  {
    defect: 'mode DROP holds frames',
    clause: 'OPU-RUN-8',
    wire: misheard('CONFIGURE', (m) => ({ ...m, overrunMode: 0 })),
  },
  {
    defect: 'every reset is a tick off the grid',
    clause: 'OPU-RUN-9',
    wire: records((r) => ({ resetTick: r.resetTick + 1, exposureStartTick: r.exposureStartTick + 1 })),
  },
  {
    defect: 'every second slot is passed over in silence',
    clause: 'OPU-RUN-9',
    wire: records((r, wire) => {
      if (!wire.state.has(`first ${wire.connection}`)) wire.state.set(`first ${wire.connection}`, r.resetTick);
      const resetTick = 2 * r.resetTick - (wire.state.get(`first ${wire.connection}`) as number);
      return { resetTick, exposureStartTick: r.exposureStartTick + resetTick - r.resetTick };
    }),
  },
  {
    defect: 'the exposure starts a tick late',
    clause: 'OPU-RUN-10',
    wire: records((r) => ({ exposureStartTick: r.exposureStartTick + 1 })),
  },
  {
    defect: 'FRAMES is counted twice',
    clause: 'OPU-EVT-2',
    wire: counted((values) => values.set(counterId.FRAMES, 2 * values.get(counterId.FRAMES)!)),
  },
  {
    defect: 'WATCHDOG is not counted',
    clause: 'OPU-EVT-2',
    wire: counted((values) => values.delete(counterId.WATCHDOG)),
  },
  {
    defect: 'RESET_COUNTERS resets nothing',
    clause: 'OPU-EVT-3',
    wire: misheard('RESET_COUNTERS', () => ({ type: 'HEARTBEAT' })),
  },
  {
    defect: 'wrong CRCs are not counted',
    clause: 'OPU-LNK-4',
    wire: counted((values) => values.set(counterId.CRC_ERRORS, 0)),
  },
  {
    defect: 'patterns are refused under another type',
    clause: 'OPU-PAT-3',
    wire: refusals(({ requestType }) => (requestType === messageCodecs.PATTERNS.id ? { requestType: 0 } : {})),
  },
];
