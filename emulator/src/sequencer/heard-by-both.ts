import type { SequencerListener } from './edge.js';

/** Two listeners as one. The first one hears everything first. */
export function heardByBoth(first: SequencerListener, second: SequencerListener): SequencerListener {
  return {
    edge(edge, tick, frame, patternId) {
      first.edge(edge, tick, frame, patternId);
      second.edge(edge, tick, frame, patternId);
    },
    slotsPassed(why, tick, count, frame) {
      first.slotsPassed?.(why, tick, count, frame);
      second.slotsPassed?.(why, tick, count, frame);
    },
    triggerIgnored(tick, reason) {
      first.triggerIgnored?.(tick, reason);
      second.triggerIgnored?.(tick, reason);
    },
    runEnded(end) {
      first.runEnded?.(end);
      second.runEnded?.(end);
    },
  };
}
