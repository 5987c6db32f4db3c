import type { Ticks } from '../units/ticks.js';
import type { Alarm } from './clock.js';

/** An alarm while it waits in an `AlarmQueue`. */
export class QueuedAlarm implements Alarm {
  readonly tick: Ticks;
  readonly rank: number;
  readonly order: number;
  readonly background: boolean;
  readonly action: () => void;
  /** Position in the heap, -1 when it is not queued. */
  position = -1;
  readonly #queue: AlarmQueue;

  constructor(queue: AlarmQueue, tick: Ticks, rank: number, order: number, background: boolean, action: () => void) {
    this.#queue = queue;
    this.tick = tick;
    this.rank = rank;
    this.order = order;
    this.background = background;
    this.action = action;
  }

  cancel(): void {
    this.#queue.remove(this);
  }
}

function isBefore(a: QueuedAlarm, b: QueuedAlarm): boolean {
  if (a.tick !== b.tick) return a.tick < b.tick;
  if (a.rank !== b.rank) return a.rank < b.rank;
  return a.order < b.order;
}

/** A binary heap of alarms ordered by tick, rank and order of scheduling; an alarm is removed in O(log n). */
export class AlarmQueue {
  readonly #heap: QueuedAlarm[] = [];
  #order = 0;
  #foreground = 0;

  /** How many alarms wait that a virtual clock jumps to. */
  get foregroundCount(): number {
    return this.#foreground;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(tick: Ticks, rank: number, background: boolean, action: () => void): QueuedAlarm {
    const alarm = new QueuedAlarm(this, tick, rank, this.#order++, background, action);
    alarm.position = this.#heap.length;
    this.#heap.push(alarm);
    if (!background) this.#foreground++;
    this.#rise(alarm);
    return alarm;
  }

  peek(): QueuedAlarm | undefined {
    return this.#heap[0];
  }

  remove(alarm: QueuedAlarm): void {
    const at = alarm.position;
    if (at < 0) return;
    alarm.position = -1;
    if (!alarm.background) this.#foreground--;
    const last = this.#heap.pop();
    if (last === undefined || last === alarm) return;
    last.position = at;
    this.#heap[at] = last;
    this.#rise(last);
    this.#sink(last);
  }

  #rise(alarm: QueuedAlarm): void {
    let at = alarm.position;
    while (at > 0) {
      const parent = this.#heap[(at - 1) >> 1]!;
      if (!isBefore(alarm, parent)) break;
      this.#heap[at] = parent;
      parent.position = at;
      at = (at - 1) >> 1;
    }
    this.#heap[at] = alarm;
    alarm.position = at;
  }

  #sink(alarm: QueuedAlarm): void {
    const heap = this.#heap;
    let at = alarm.position;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child]!)) child++;
      const smaller = heap[child]!;
      if (!isBefore(smaller, alarm)) break;
      heap[at] = smaller;
      smaller.position = at;
      at = child;
    }
    heap[at] = alarm;
    alarm.position = at;
  }
}
