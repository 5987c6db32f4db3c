import { configurationField, type Message, resultCode } from '@opu/protocol';
import { type BrokenDevice, changed, misheard, refusals } from './defects.js';

const { PERIOD, EXPOSURE } = configurationField;

/** Configurations and stored sequences. */
export const configurationDefects: readonly BrokenDevice[] = [
  {
    defect: 'a configuration that is refused is half applied',
    clause: 'OPU-CFG-1',
    wire: {
      hears: (heard) => {
        const { message } = heard;
        if (message.type !== 'CONFIGURE' || message.fields !== (PERIOD | EXPOSURE)) return [heard];
        return [{ ...heard, requestId: 0, message: { ...message, fields: PERIOD } }, heard];
      },
    },
  },
  {
    defect: 'the applied exposure is a tick longer',
    clause: 'OPU-CFG-1',
    wire: changed('CONFIGURE_REPLY', (m) => ({ ...m, exposureTicks: m.exposureTicks + 1 })),
  },
  {
    defect: 'the reply has the period that was there before',
    clause: 'OPU-CFG-2',
    wire: changed('CONFIGURE_REPLY', (m, wire) => {
      const before = (wire.state.get('period') as number | undefined) ?? m.periodTicks;
      wire.state.set('period', m.periodTicks);
      return { ...m, periodTicks: before };
    }),
  },
  { defect: 'a refusal names no bound', clause: 'OPU-CFG-3', wire: refusals(() => ({ bound: 0 })) },
  {
    defect: 'a refusal names another field',
    clause: 'OPU-CFG-3',
    wire: refusals(({ field }) => ({ field: field === '' ? '' : 'periodTicks' })),
  },
  {
    defect: 'Pmin is a tick too short',
    clause: 'OPU-CFG-4',
    wire: changed('CONFIGURE_REPLY', (m) => ({ ...m, minimumPeriodTicks: m.minimumPeriodTicks - 1 })),
  },
  {
    defect: 'a period below Pmin is lengthened instead of refused',
    clause: 'OPU-CFG-4',
    wire: misheard('CONFIGURE', (m) =>
      m.fields === PERIOD ? { ...m, periodTicks: Math.max(3750, m.periodTicks) } : m,
    ),
  },
  {
    defect: 'the period is lengthened when the exposure needs it',
    clause: 'OPU-CFG-5',
    wire: misheard('CONFIGURE', (m) =>
      m.fields === EXPOSURE ? { ...m, fields: PERIOD | EXPOSURE, periodTicks: m.exposureTicks + 100_000 } : m,
    ),
  },
  {
    defect: 'QUERY_PERIOD forgets the wait',
    clause: 'OPU-CFG-6',
    wire: misheard('QUERY_PERIOD', (m) => ({ ...m, fields: m.fields & ~configurationField.EXTRA_SETTLE })),
  },
  {
    defect: 'QUERY_PERIOD applies what it is asked about',
    clause: 'OPU-CFG-6',
    wire: {
      hears: (heard) => {
        const { message } = heard;
        if (message.type !== 'QUERY_PERIOD') return [heard];
        const applied: Message = { ...message, type: 'CONFIGURE', fields: message.fields | PERIOD, periodTicks: 1e6 };
        return [heard, { ...heard, requestId: 0, message: applied }];
      },
    },
  },
  {
    defect: 'the hash of the configuration is stale',
    clause: 'OPU-CFG-7',
    wire: changed('CONFIGURE_REPLY', (m, wire) => {
      if (!wire.state.has('hash')) wire.state.set('hash', m.configurationHash);
      return { ...m, configurationHash: wire.state.get('hash') as number };
    }),
  },
  {
    defect: 'patternBytes is rounded down',
    clause: 'OPU-CFG-8',
    wire: changed('CONFIGURE_REPLY', (m) => ({ ...m, patternBytes: m.patternBytes === 2 ? 1 : m.patternBytes })),
  },
  {
    defect: 'CONFIGURE during a run is called done',
    clause: 'OPU-CFG-9',
    wire: {
      says: (said, wire) => {
        const { message } = said;
        if (message.type === 'CONFIGURE_REPLY') wire.state.set('reply', message);
        const isIt = message.type === 'REFUSED' && message.resultCode === resultCode.WRONG_STATE;
        return [
          isIt && message.requestType === 0x0201 ? { ...said, message: wire.state.get('reply') as Message } : said,
        ];
      },
    },
  },
  {
    defect: 'another layout throws the patterns in RAM away',
    clause: 'OPU-CFG-9',
    wire: {
      hears: (heard) => {
        const { message } = heard;
        if (message.type !== 'CONFIGURE' || (message.fields & configurationField.MACRO_PIXELS) === 0) return [heard];
        return [{ ...heard, requestId: 0, message: { type: 'ABORT' } }, heard];
      },
    },
  },
  {
    defect: 'the phase goes on where the last run ended',
    clause: 'OPU-CFG-10',
    wire: {
      says: (said, wire) => {
        const { message } = said;
        if (message.type === 'CONFIGURE_REPLY')
          wire.state.set('steps', message.referenceOn * message.referencePhaseSteps);
        if (message.type !== 'READOUTS') return [said];
        const steps = (wire.state.get('steps') as number | undefined) ?? 0;
        const frames = message.frames;
        for (let i = 0; i < frames.count && steps > 0; i++) {
          frames.setReferencePhase(i, (2 * Math.PI * (frames.frame(i) % steps)) / steps);
        }
        return [said];
      },
    },
  },
  {
    defect: 'a sequence may have gaps',
    clause: 'OPU-SEQ-1',
    wire: misheard('STORE_SEQUENCE', (m) => ({ ...m, firstIndex: m.firstIndex > 1 ? 0 : m.firstIndex })),
  },
  {
    defect: 'a sequence that is too long is cut off',
    clause: 'OPU-SEQ-2',
    wire: misheard('STORE_SEQUENCE', (m) => {
      const count = Math.min(m.count, 15);
      return { ...m, count, data: m.data.subarray(0, count * m.patternBytes) };
    }),
  },
  {
    defect: 'a sequence is played once less',
    clause: 'OPU-SEQ-3',
    wire: misheard('PLAY_SEQUENCE', (m) => ({ ...m, repetitions: Math.max(1, m.repetitions - 1) })),
  },
  {
    defect: 'ids of a sequence count uploaded patterns',
    clause: 'OPU-SEQ-4',
    wire: misheard('PLAY_SEQUENCE', (m) => ({ ...m, firstPatternId: 0 })),
  },
  {
    defect: 'an erased sequence is called out of range',
    clause: 'OPU-SEQ-5',
    wire: refusals(({ resultCode: code }) =>
      code === resultCode.UNKNOWN_SEQUENCE ? { resultCode: resultCode.OUT_OF_RANGE } : {},
    ),
  },
];
