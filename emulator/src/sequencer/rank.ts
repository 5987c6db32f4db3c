/**
 * The order of events on one tick, lower first. Whoever puts the sequencer on a clock gives its own alarms these ranks:
 * what the link brings (`arrival`), commands (`command`), and the alarm that advances the sequencer (`sequencer`). The
 * other entries are the sequencer's own and need no alarm: a command lets those before it happen first.
 */
export const eventRank = {
  txEnd: 0,
  readoutEnd: 1,
  exposureEnd: 2,
  loadEnd: 3,
  arrival: 4,
  command: 5,
  /** A load that takes no time at all is over before the slot of its tick. */
  instantLoad: 6,
  slot: 7,
  settled: 8,
  exposureStart: 9,
  readoutStart: 10,
  txStart: 11,
  loadStart: 12,
  runEnd: 13,
  sequencer: 14,
} as const;
