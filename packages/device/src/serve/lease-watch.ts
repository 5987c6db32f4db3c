import type { Alarm, Clock } from '@opu/core';
import type { DeviceMachine } from '@opu/protocol';

/** Calls the device's state machine when the control lease runs out. */
export class LeaseWatch {
  readonly #machine: DeviceMachine;
  readonly #clock: Clock;
  #alarm: Alarm | undefined;

  constructor(machine: DeviceMachine, clock: Clock) {
    this.#machine = machine;
    this.#clock = clock;
  }

  /**
   * The deadline may have moved. Every message moves it further away, so an alarm that comes before it is left alone: it
   * finds out when it fires. A holder that asks for a shorter interval moves it nearer.
   */
  look(): void {
    const deadline = this.#machine.nextDeadline();
    if (deadline === undefined || (this.#alarm !== undefined && this.#alarm.tick <= deadline)) return;
    this.#alarm?.cancel();
    this.#alarm = this.#clock.at(
      deadline,
      () => {
        this.#alarm = undefined;
        this.#machine.advance(this.#clock.now());
        this.look();
      },
      { background: true },
    );
  }

  stop(): void {
    this.#alarm?.cancel();
    this.#alarm = undefined;
  }
}
