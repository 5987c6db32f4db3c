import { createPlaySequence, eventKind, type Message, SequenceStepList } from '@opu/protocol';
import { type BrokenDevice, changed, misheard, records, remembered } from './defects.js';

const steps = (list: SequenceStepList, change: (indices: number[]) => number[]): SequenceStepList =>
  SequenceStepList.from(change(list.toArray().map(({ index }) => index)).map((index) => ({ index })));

/** Lets an onlooker do what only the holder may: its connection is taken for that of the holder. */
const onlookersMay = (type: Message['type']): BrokenDevice['wire'] => ({
  hears: (heard, wire) => {
    if (heard.message.type === 'ACQUIRE_CONTROL') wire.state.set('holder', wire);
    const holder = wire.state.get('holder') as typeof wire | undefined;
    if (heard.message.type !== type || holder === undefined || holder === wire) return [heard];
    holder.tell(heard.message);
    return [heard];
  },
});

/** Sequencer, stored sequences and lease, at their edges. */
export const sequencerDefects: readonly BrokenDevice[] = [
  {
    defect: 'an EVENT UNDERRUN names the pattern after',
    clause: 'OPU-EVT-1',
    wire: changed('EVENT', (m) => (m.kind === eventKind.UNDERRUN ? { ...m, value: m.value + 1 } : m)),
  },
  {
    defect: 'an EVENT STALL is a tick late',
    clause: 'OPU-EVT-1',
    wire: changed('EVENT', (m) => (m.kind === eventKind.STALL ? { ...m, tick: m.tick + 1 } : m)),
  },
  {
    defect: 'an EVENT OVERRUN names the frame after',
    clause: 'OPU-EVT-1',
    wire: changed('EVENT', (m) => (m.kind === eventKind.OVERRUN ? { ...m, value: m.value + 1 } : m)),
  },
  {
    defect: 'an EVENT OVERRUN is a tick late',
    clause: 'OPU-RUN-8',
    wire: changed('EVENT', (m) => (m.kind === eventKind.OVERRUN ? { ...m, tick: m.tick + 1 } : m)),
  },
  {
    defect: 'only the first EVENT STALL of a connection is told',
    clause: 'OPU-EVT-1',
    wire: changed('EVENT', (m, wire) => {
      if (m.kind !== eventKind.STALL) return m;
      return remembered(wire, `stalls ${wire.connection}`, 0, (n) => n + 1) === 1 ? m : undefined;
    }),
  },
  {
    defect: 'drops at the end of a run are forgotten',
    clause: 'OPU-RDO-2',
    wire: {
      says: (said, wire) => {
        const { message } = said;
        if (message.type === 'RUN_ENDED' || message.type === 'RUN_REPORT') wire.state.set('fresh', true);
        if (message.type !== 'READOUTS') return [said];
        if (wire.state.get('fresh') === true) message.frames.setDroppedBefore(0, 0);
        wire.state.set('fresh', false);
        return [said];
      },
    },
  },
  {
    defect: 'a run of which a frame was dropped ends with a frame too few',
    clause: 'OPU-RUN-3',
    wire: {
      says: (said, wire) => {
        const { message } = said;
        if (message.type === 'EVENT' && message.kind === eventKind.OVERRUN) wire.state.set('dropped', true);
        if (message.type !== 'RUN_ENDED') return [said];
        const isLess = wire.state.get('dropped') === true;
        wire.state.set('dropped', false);
        return [isLess ? { ...said, message: { ...message, framesDone: message.framesDone - 1 } } : said];
      },
    },
  },
  {
    defect: 'steps of a sequence are played in rising order',
    clause: 'OPU-SEQ-3',
    wire: misheard('PLAY_SEQUENCE', (m) => ({ ...m, steps: steps(m.steps, (list) => list.sort((a, b) => a - b)) })),
  },
  {
    defect: 'steps of a sequence are ignored when it is played more than once',
    clause: 'OPU-SEQ-3',
    wire: misheard('PLAY_SEQUENCE', (m) =>
      m.repetitions < 2 || m.steps.count === 0
        ? m
        : { ...m, steps: SequenceStepList.from(m.steps.toArray().map(() => ({ index: 0 }))) },
    ),
  },
  {
    defect: 'repetitions 0 play a sequence once',
    clause: 'OPU-SEQ-3',
    wire: misheard('PLAY_SEQUENCE', (m) => ({ ...m, repetitions: Math.max(1, m.repetitions) })),
  },
  {
    defect: 'a store at the end of a sequence writes over its last pattern',
    clause: 'OPU-SEQ-1',
    wire: misheard('STORE_SEQUENCE', (m) => ({ ...m, firstIndex: m.firstIndex === 2 ? 1 : m.firstIndex })),
  },
  {
    defect: 'a store at index 0 goes on behind what is there',
    clause: 'OPU-SEQ-1',
    wire: misheard('STORE_SEQUENCE', (m, wire) => {
      const key = `stored ${wire.connection} ${m.sequenceId}`;
      const before = (wire.state.get(key) as number | undefined) ?? 0;
      const firstIndex = m.firstIndex === 0 ? before : m.firstIndex;
      wire.state.set(key, firstIndex + m.count);
      return { ...m, firstIndex };
    }),
  },
  {
    defect: 'erasing one sequence erases all',
    clause: 'OPU-SEQ-5',
    wire: misheard('ERASE_SEQUENCE', () => ({ type: 'ERASE_SEQUENCE', sequenceId: 0xffff_ffff })),
  },
  {
    defect: 'a step that is not stored plays all in order',
    clause: 'OPU-SEQ-3',
    wire: misheard('PLAY_SEQUENCE', (m) =>
      m.steps.toArray().some(({ index }) => index > 2) ? { ...m, steps: createPlaySequence().steps } : m,
    ),
  },
  {
    defect: 'the ids of a sequence end at 2^52 - 1',
    clause: 'OPU-SEQ-4',
    wire: misheard('PLAY_SEQUENCE', (m) => ({
      ...m,
      firstPatternId: m.firstPatternId + Number(m.firstPatternId === 2 ** 52),
    })),
  },
  ...(['STOP', 'ABORT', 'READOUT_ACK', 'READOUT_CREDIT', 'RESET_COUNTERS'] as const).map((type) => ({
    defect: `${type} of an onlooker is carried out although it is refused`,
    clause: 'OPU-CTL-2',
    wire: onlookersMay(type)!,
  })),
  {
    defect: 'the tick of a dropped frame counts as that of the next reset',
    clause: 'OPU-RUN-9',
    wire: records(({ droppedBefore, resetTick }) => ({ resetTick: resetTick - Number(droppedBefore > 0) })),
  },
  {
    defect: 'STOP does not count frames of a run that was longer than four',
    clause: 'OPU-RUN-4',
    wire: changed('RUN_REPORT', (m) => ({ ...m, framesDone: Math.min(m.framesDone, 4) })),
  },
];
