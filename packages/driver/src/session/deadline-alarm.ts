import type { Alarm, Clock, Ticks } from '@opu/core';

/** The alarm for the next deadline of a machine that has one deadline after the other. */
export class DeadlineAlarm {
  readonly #clock: Clock;
  readonly #due: () => void;
  #alarm: Alarm | undefined;
  #isBackground = false;

  constructor(clock: Clock, due: () => void) {
    this.#clock = clock;
    this.#due = due;
  }

  /**
   * Sets the alarm. One that is set too early is left: it costs less than moving it. So is one for which there is no
   * deadline any more.
   * @param background whether a virtual clock has no reason to jump to it
   */
  set(deadline: Ticks | undefined, background: boolean): void {
    if (deadline === undefined) return;
    const current = this.#alarm;
    if (current !== undefined) {
      if (current.tick <= deadline && this.#isBackground === background) return;
      current.cancel();
    }
    this.#isBackground = background;
    this.#alarm = this.#clock.at(
      deadline,
      () => {
        this.#alarm = undefined;
        this.#due();
      },
      { background },
    );
  }

  cancel(): void {
    this.#alarm?.cancel();
    this.#alarm = undefined;
  }
}
