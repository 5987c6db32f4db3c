import type { Ticks } from '@opu/core';
import type { FrameRecord } from '../sequencer/frame-record.js';
import type { SequencerCounters } from '../sequencer/sequencer.js';

/** One frame as a line of JSON, under the names of the timing model. */
export function frameAsJson(frame: FrameRecord): string {
  const dropped = Number.isNaN(frame.txStart);
  return (
    `{"k":${frame.k},"load_start":${frame.loadStart},"load_end":${frame.loadEnd},"reset":${frame.reset},` +
    `"settled":${frame.settled},"trigger":${frame.trigger},"exposure_start":${frame.exposureStart},` +
    `"exposure_end":${frame.exposureEnd},"readout_start":${frame.readoutStart},"readout_end":${frame.readoutEnd},` +
    `"tx_start":${dropped ? null : frame.txStart},"tx_end":${dropped ? null : frame.txEnd},` +
    `"dropped_before":${frame.droppedBefore}}\n`
  );
}

/** The last line: what was counted, and the minimum period. With triggers, those that were ignored too. */
export function summaryAsJson(counters: SequencerCounters, pmin: Ticks, triggered: boolean): string {
  const { underrun, stall, overrun, ignoredTrigger } = counters;
  return `${JSON.stringify({
    counters: { underrun, stall, overrun, ...(triggered ? { ignored_trigger: ignoredTrigger } : {}) },
    pmin,
  })}\n`;
}

const columns = [
  'load_start',
  'load_end',
  'reset',
  'settled',
  'exposure_start',
  'exposure_end',
  'readout_start',
  'readout_end',
  'tx_start',
  'tx_end',
  'dropped_before',
] as const;
const width = (column: string): number => Math.max(column.length, 12);

/** The head of a table for people to read. */
export function tableHead(): string {
  return `${'k'.padStart(8)}${columns.map((column) => ` ${column.padStart(width(column))}`).join('')}\n`;
}

export function frameAsRow(frame: FrameRecord): string {
  const dropped = Number.isNaN(frame.txStart);
  const cells: Record<(typeof columns)[number], string> = {
    load_start: String(frame.loadStart),
    load_end: String(frame.loadEnd),
    reset: String(frame.reset),
    settled: String(frame.settled),
    exposure_start: String(frame.exposureStart),
    exposure_end: String(frame.exposureEnd),
    readout_start: String(frame.readoutStart),
    readout_end: String(frame.readoutEnd),
    tx_start: dropped ? 'dropped' : String(frame.txStart),
    tx_end: dropped ? 'dropped' : String(frame.txEnd),
    dropped_before: String(frame.droppedBefore),
  };
  return `${String(frame.k).padStart(8)}${columns.map((c) => ` ${cells[c].padStart(width(c))}`).join('')}\n`;
}

export function tableFoot(counters: SequencerCounters, pmin: Ticks, limitingTerm: string): string {
  const { underrun, stall, overrun, ignoredTrigger } = counters;
  return (
    `${underrun} underruns, ${stall} stalls, ${overrun} overruns, ${ignoredTrigger} ignored triggers; ` +
    `Pmin ${pmin} ticks (${limitingTerm})\n`
  );
}
