import type { Alarm, Ticks } from '@opu/core';
import type { HostMachine } from '@opu/protocol';

/** What a run may do to the device and ask of it; all that it knows of its session. */
export interface RunPort {
  /** Patterns that the device has room for now. */
  readonly room: number;
  /** What a stopped run left in the device: how many patterns, and whether the last of them ends a run by its mark. */
  readonly leftovers: { readonly count: number; readonly end: boolean };
  /** Id that the next pattern gets. */
  readonly nextPatternId: number;
  /** The device is in a run, or may be. */
  readonly isRunning: boolean;
  /** The run was started again on a new connection: no end of it will be told. */
  readonly wasRestarted: boolean;
  readonly isLockstep: boolean;
  /** Hands patterns over; they are borrowed until the device has them. */
  offer(block: Parameters<HostMachine['offer']>[0]): void;
  /** The host has room for so many readouts more. */
  grant(frames: number): void;
  /** Starts the run; its refusal fails it. */
  start(): void;
  /** The run did what there was to do: the device hears of it if it waits. */
  settled(): void;
  /** Calls back after some of the host's time. */
  after(ticks: Ticks, action: () => void): Alarm;
}

/** What the port needs of the session besides the machine. */
export interface RunPortOwner {
  readonly now: Ticks;
  start(): void;
  settled(): void;
  after(ticks: Ticks, action: () => void): Alarm;
}

export function runPort(machine: HostMachine, owner: RunPortOwner): RunPort {
  return {
    get room() {
      return machine.patternRoom;
    },
    get leftovers() {
      return { count: machine.patternsLeft, end: machine.leftoversEnd };
    },
    get nextPatternId() {
      return machine.nextPatternId;
    },
    get isRunning() {
      return machine.isRunning;
    },
    get wasRestarted() {
      return machine.wasRestarted;
    },
    get isLockstep() {
      return machine.isLockstep;
    },
    offer: (block) => machine.offer(block, owner.now),
    grant: (frames) => machine.grant(frames, owner.now),
    start: () => owner.start(),
    settled: () => owner.settled(),
    after: (ticks, action) => owner.after(ticks, action),
  };
}
