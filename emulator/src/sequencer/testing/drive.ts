import type { Ticks } from '@opu/core';
import type { IgnoredTriggerReason, RunEnd } from '@opu/device';
import type { Edge, SequencerListener } from '../edge.js';
import { emptyFrameRecord, type FrameRecord } from '../frame-record.js';
import { Sequencer } from '../sequencer.js';
import type { RandomCase } from './random-case.js';

/** Writes down everything that it hears, one line each; a batch of passed slots becomes one line a slot. */
export class Log implements SequencerListener {
  readonly lines: string[] = [];
  readonly ends: RunEnd[] = [];
  period = 0;

  edge(edge: Edge, tick: Ticks, frame: number, patternId: number): void {
    this.lines.push(`${tick} ${edge} frame ${frame} pattern ${patternId}`);
  }

  slotsPassed(why: 'underrun' | 'stall', tick: Ticks, count: number, frame: number): void {
    for (let i = 0; i < count; i++) this.lines.push(`${tick + i * this.period} ${why} frame ${frame}`);
  }

  triggerIgnored(tick: Ticks, reason: IgnoredTriggerReason): void {
    this.lines.push(`${tick} ignored ${reason}`);
  }

  runEnded(end: RunEnd): void {
    this.lines.push(`${end.tick} end ${end.reason} after ${end.frames}`);
    this.ends.push(end);
  }
}

/** How the owner of a sequencer lets time pass. */
export type Pace = 'every-event' | 'wake-only' | 'commands-only';

/** Runs a case: patterns arrive on their ticks, START on its tick, and everything runs out. */
export function drive(
  { settings, arrivals, start }: RandomCase,
  pace: Pace,
): { log: Log; frames: FrameRecord[]; sequencer: Sequencer } {
  const log = new Log();
  log.period = settings.P;
  const frames: FrameRecord[] = [];
  const describing: SequencerListener = {
    edge(edge, tick, frame, patternId) {
      log.edge(edge, tick, frame, patternId);
      if (edge !== 'reset') return;
      const record = emptyFrameRecord();
      sequencer.describeFrame(frame, record);
      frames.push(record);
    },
    slotsPassed: (why, tick, count, frame) => log.slotsPassed(why, tick, count, frame),
    triggerIgnored: (tick, reason) => log.triggerIgnored(tick, reason),
    runEnded: (end) => log.runEnded(end),
  };
  const sequencer: Sequencer = new Sequencer(settings, describing);
  const commands = [
    ...arrivals.map((arrival, k) => ({
      tick: Math.max(0, arrival),
      act: () => sequencer.patternArrived(Math.max(0, arrival), 100 + k, k === arrivals.length - 1),
    })),
    { tick: start, act: () => sequencer.start(start) },
  ];
  // Stable: what arrives on the tick of START arrives before it.
  commands.sort((a, b) => a.tick - b.tick);
  const next = (): Ticks | undefined =>
    pace === 'every-event' ? sequencer.nextEventTick() : pace === 'wake-only' ? sequencer.nextWakeTick() : undefined;
  for (const command of commands) {
    for (let tick = next(); tick !== undefined && tick < command.tick; tick = next()) sequencer.advance(tick);
    command.act();
  }
  for (let tick = sequencer.nextEventTick(); tick !== undefined; tick = sequencer.nextEventTick()) {
    sequencer.advance((pace === 'wake-only' ? sequencer.nextWakeTick() : tick) ?? tick);
  }
  return { log, frames, sequencer };
}
