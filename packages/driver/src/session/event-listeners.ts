import { type Event, eventKindName } from '@opu/protocol';
import { Observable } from 'rxjs';
import type { DeviceEvent } from '../api/device-extras.js';

interface Listener {
  heard(event: DeviceEvent): void;
  over?(): void;
}

/** Who hears of a device's events. What a listener does when it is called is its own business: it never reaches the session. */
export class EventListeners {
  readonly #listeners = new Set<Listener>();
  readonly #warn: (error: unknown) => void;
  #failures = 0;
  #isOver = false;

  /** @param warn is told of the error of a listener that was taken off */
  constructor(warn: (error: unknown) => void = warnOfListener) {
    this.#warn = warn;
  }

  /** Listeners that threw. */
  get failures(): number {
    return this.#failures;
  }

  get events$(): Observable<DeviceEvent> {
    return new Observable((subscriber) => {
      if (this.#isOver) {
        subscriber.complete();
        return;
      }
      const listener = { heard: (event: DeviceEvent) => subscriber.next(event), over: () => subscriber.complete() };
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    });
  }

  add(heard: (event: DeviceEvent) => void): () => void {
    const listener = { heard };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell({ kind, tick, value, text }: Event): void {
    if (this.#listeners.size === 0) return;
    const name = eventKindName(kind)?.toLowerCase().replaceAll('_', '-') ?? `event-${kind}`;
    const event = { kind: name, tick, value, text };
    for (const listener of [...this.#listeners]) {
      try {
        listener.heard(event);
      } catch (error) {
        this.#listeners.delete(listener);
        this.#failures++;
        this.#warn(error);
      }
    }
  }

  /** The device is closed: nothing more comes. */
  over(): void {
    this.#isOver = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const { over } of listeners) over?.();
  }
}

function warnOfListener(error: unknown): void {
  console.warn('A listener for events of an OPU threw and hears no more:', error);
}
