import { deviceCases, runDeviceSuite } from '@opu/conformance';
import { createEmulatedDevice } from '@opu/emulator';
import { encodeMessage, type Message, ReadoutRecordList, resultCode } from '@opu/protocol';
import { expect } from 'chai';
import { type Defect, type Outgoing, withDefect } from '../testing/broken-device.js';

type OfType<Type extends Message['type']> = Extract<Message, { type: Type }>;

/** Changes every message of one type. */
function changed<Type extends Message['type']>(
  type: Type,
  change: (message: OfType<Type>, state: Map<string, unknown>, said: Outgoing) => Message,
): Defect {
  return (said, state) =>
    said.message.type === type ? [{ ...said, message: change(said.message as OfType<Type>, state, said) }] : [said];
}

/** Changes every record of READOUTS. */
function records(change: (record: ReturnType<ReadoutRecordList['get']>, i: number) => object): Defect {
  return changed('READOUTS', (message) => ({
    ...message,
    frames: ReadoutRecordList.from(message.frames.toArray().map((record, i) => ({ ...record, ...change(record, i) }))),
  }));
}

const refusal = (change: (message: OfType<'REFUSED'>) => Partial<OfType<'REFUSED'>>): Defect =>
  changed('REFUSED', (message) => ({ ...message, ...change(message) }));

const mutants: readonly (readonly [defect: string, clause: string, Defect])[] = [
  [
    'a sequence is skipped',
    'OPU-MSG-4',
    (said) => [{ ...said, sequence: said.sequence + (said.sequence >= 2 ? 1 : 0) }],
  ],
  [
    'the payload CRC does not cover the header',
    'OPU-MSG-3',
    (said) => {
      const bytes = encodeMessage(said, said.message);
      if (said.message.type === 'CLOCK_SYNC_REPLY') bytes[bytes.length - 1]! ^= 0x55;
      return [bytes];
    },
  ],
  [
    'a flag that is not defined is set',
    'OPU-MSG-6',
    (said) => [{ ...said, compatibleFlags: said.compatibleFlags | 4 }],
  ],
  ['stored replies do not carry REPEATED', 'OPU-MSG-7', (said) => [{ ...said, compatibleFlags: 0 }]],
  ['a refusal does not say which type was refused', 'OPU-LNK-5', refusal(() => ({ requestType: 0 }))],
  [
    'an unknown type is called malformed',
    'OPU-LNK-5',
    refusal(({ resultCode: code }) => (code === resultCode.NOT_SUPPORTED ? { resultCode: resultCode.MALFORMED } : {})),
  ],
  ['the texts of refusals are empty', 'OPU-HS-2', refusal(() => ({ text: '' }))],
  [
    'bootId changes with every connection',
    'OPU-HS-6',
    changed('HELLO_REPLY', (message, state) => {
      const boots = Number(state.get('boots') ?? 0) + 1;
      state.set('boots', boots);
      return { ...message, bootId: message.bootId + boots };
    }),
  ],
  ['the lease is granted for a microsecond more', 'OPU-CTL-3', changed('DONE', (m) => ({ ...m, value: m.value + 1 }))],
  ['no credit follows ACQUIRE_CONTROL', 'OPU-CTL-7', (said) => (said.message.type === 'PATTERN_CREDIT' ? [] : [said])],
  [
    'the applied exposure is a tick longer',
    'OPU-CFG-1',
    changed('CONFIGURE_REPLY', (m) => ({ ...m, exposureTicks: m.exposureTicks + 1 })),
  ],
  [
    'the hash of the configuration is stale',
    'OPU-CFG-7',
    changed('CONFIGURE_REPLY', (m, state) => {
      if (!state.has('hash')) state.set('hash', m.configurationHash);
      return { ...m, configurationHash: state.get('hash') as number };
    }),
  ],
  ['a refusal names no bound', 'OPU-CFG-3', refusal(() => ({ bound: 0 }))],
  [
    'a refusal names another field',
    'OPU-CFG-3',
    refusal(({ field }) => ({ field: field === '' ? '' : 'periodTicks' })),
  ],
  [
    'Pmin is a tick too short',
    'OPU-CFG-4',
    changed('CONFIGURE_REPLY', (m) => ({ ...m, minimumPeriodTicks: m.minimumPeriodTicks - 1 })),
  ],
  [
    'QUERY_PERIOD forgets the wait',
    'OPU-CFG-6',
    changed('QUERY_PERIOD_REPLY', (m) => ({ ...m, minimumPeriodTicks: 3750 })),
  ],
  [
    'patternBytes is rounded down',
    'OPU-CFG-8',
    changed('CONFIGURE_REPLY', (m) => ({ ...m, patternBytes: m.patternBytes === 2 ? 1 : m.patternBytes })),
  ],
  [
    'a pattern more is acknowledged than has come',
    'OPU-PAT-7',
    changed('PATTERN_CREDIT', (m) => ({ ...m, nextPatternId: m.nextPatternId + 1 })),
  ],
  [
    'there is credit for a pattern more than fits',
    'OPU-PAT-5',
    changed('PATTERN_CREDIT', (m) => ({ ...m, creditLimit: m.creditLimit + 1 })),
  ],
  [
    'a gap of patterns is never asked for',
    'OPU-PAT-8',
    (said) => (said.message.type === 'PATTERN_RESEND' ? [] : [said]),
  ],
  ['pattern ids are off by one', 'OPU-RUN-2', records(({ patternId }) => ({ patternId: patternId + 1 }))],
  [
    'RUN_ENDED counts a frame too few',
    'OPU-RUN-3',
    changed('RUN_ENDED', (m) => ({ ...m, framesDone: m.framesDone - 1 })),
  ],
  [
    'the first image of a run is that of the pattern before',
    'OPU-RUN-2',
    changed('READOUTS', (m, state) => {
      const { imageBytes } = m;
      const data = Uint8Array.from(m.data);
      for (let at = 0; at < data.length; at += imageBytes) {
        const own = data.slice(at, at + imageBytes);
        data.set((state.get('image') as Uint8Array | undefined) ?? new Uint8Array(imageBytes), at);
        state.set('image', own);
      }
      return { ...m, data };
    }),
  ],
  [
    'the exposure is a tick longer than was set',
    'OPU-RDO-10',
    records(({ exposureTicks }) => ({ exposureTicks: exposureTicks + 1 })),
  ],
  ['the exposure starts a tick late', 'OPU-RUN-10', records((r) => ({ exposureStartTick: r.exposureStartTick + 1 }))],
  [
    'every reset is a tick off the grid',
    'OPU-RUN-9',
    records((r) => ({ resetTick: r.resetTick + 1, exposureStartTick: r.exposureStartTick + 1 })),
  ],
  ['the CRC of images is wrong', 'OPU-RDO-4', records(({ imageCrc }) => ({ imageCrc: (imageCrc ^ 1) >>> 0 }))],
  ['frames are numbered from 1', 'OPU-RDO-1', records(({ frame }) => ({ frame: frame + 1 }))],
  ['what is gone is called not yet there', 'OPU-RDO-7', changed('READOUT_UNAVAILABLE', (m) => ({ ...m, reason: 0 }))],
  [
    'WATCHDOG is not counted',
    'OPU-EVT-2',
    changed('COUNTERS_REPLY', (m) => ({
      ...m,
      counters: m.counters.toArray().length > 3 ? withoutLast(m.counters) : m.counters,
    })),
  ],
  [
    'device time goes back',
    'OPU-CLK-1',
    changed('CLOCK_SYNC_REPLY', (m, state) => {
      const offset = Number(state.get('offset') ?? 1000) - 1;
      state.set('offset', offset);
      return { ...m, arrivalTick: m.arrivalTick + offset, departureTick: m.departureTick + offset };
    }),
  ],
  ['SPEND spends a tick less', 'OPU-VT-5', changed('DONE', (m) => ({ ...m, tick: Math.max(0, m.tick - 1) }))],
  [
    'an erased sequence is called out of range',
    'OPU-SEQ-5',
    refusal(({ resultCode: code }) =>
      code === resultCode.UNKNOWN_SEQUENCE ? { resultCode: resultCode.OUT_OF_RANGE } : {},
    ),
  ],
];

function withoutLast(list: OfType<'COUNTERS_REPLY'>['counters']): OfType<'COUNTERS_REPLY'>['counters'] {
  const shorter = Object.create(Object.getPrototypeOf(list)) as typeof list;
  return Object.assign(shorter, list, { count: list.count - 1 });
}

describe('a device with one defect', function () {
  this.timeout(20_000);

  for (const [defect, clause, break_] of mutants) {
    it(`fails a case of ${clause}: ${defect}`, async () => {
      const device = createEmulatedDevice({ profile: 'tiny' });
      const state = new Map<string, unknown>();
      const connect = async () => withDefect(device.connect(), break_, state);
      const options = { address: 'broken:', connect, stepTicks: 30_000_000, select: clause };
      const report = await runDeviceSuite(options);
      const failed = report.results.filter(({ verdict }) => verdict === 'fail');
      // A case that found nothing itself, and only could not tidy up after the defect, proves nothing.
      expect(failed.filter(({ reason }) => !reason.startsWith('No safe state'))).to.not.deep.equal([]);
      expect(report.results.filter(({ clauses }) => !clauses.includes(clause))).to.deep.equal([]);
      await device.close();
    });
  }

  it('would pass every case without the defect', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const connect = async () => withDefect(device.connect(), (said) => [said], new Map());
    const externalTrigger = (): void => void device.trigger();
    const { results } = await runDeviceSuite({ address: 'healthy:', connect, externalTrigger });
    expect(results).to.have.length(deviceCases.length);
    expect(results.filter(({ verdict }) => verdict === 'fail')).to.deep.equal([]);
    // Nothing to be judged: transfers on this carrier, a lease that runs out, an image of more than 4096 bytes.
    const others = results.filter(({ verdict }) => verdict !== 'pass').map(({ number }) => number);
    expect(others).to.deep.equal(['D-PAY-04', 'D-CTL-07', 'D-CTL-10', 'D-LIM-04', 'D-SAF-03']);
    await device.close();
  });
});
