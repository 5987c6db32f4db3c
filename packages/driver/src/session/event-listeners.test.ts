import { eventKind } from '@opu/protocol';
import { expect } from 'chai';
import type { DeviceEvent } from '../api/device-extras.js';
import { EventListeners } from './event-listeners.js';

const event = (kind: number) => ({ type: 'EVENT', tick: 7, kind, value: 3, text: 'so' }) as const;

describe('EventListeners', () => {
  it('tells every listener, by the name of the event, until it is taken off', () => {
    const listeners = new EventListeners();
    const heard: DeviceEvent[][] = [[], []];
    const offs = heard.map((list) => listeners.add((e) => list.push(e)));
    listeners.tell(event(eventKind.IGNORED_TRIGGER));
    offs[0]!();
    listeners.tell(event(250));
    expect(heard[0]).to.deep.equal([{ kind: 'ignored-trigger', tick: 7, value: 3, text: 'so' }]);
    expect(heard[1]!.map(({ kind }) => kind)).to.deep.equal(['ignored-trigger', 'event-250']);
  });

  it('takes one off that throws, tells the others, and warns once', () => {
    const warnings: unknown[] = [];
    const listeners = new EventListeners((error) => warnings.push(error));
    const broken = new Error('of the user');
    let heard = 0;
    listeners.add(() => {
      throw broken;
    });
    listeners.add(() => heard++);
    listeners.tell(event(eventKind.STALL));
    listeners.tell(event(eventKind.STALL));
    expect(heard).to.equal(2);
    expect(warnings).to.deep.equal([broken]);
    expect(listeners.failures).to.equal(1);
  });

  it('completes its streams at the end, those that come later too', () => {
    const listeners = new EventListeners();
    let ends = 0;
    const seen: string[] = [];
    listeners.events$.subscribe({ next: ({ kind }) => seen.push(kind), complete: () => ends++ });
    listeners.tell(event(eventKind.STALL));
    listeners.over();
    listeners.events$.subscribe({ complete: () => ends++ });
    expect(seen).to.deep.equal(['stall']);
    expect(ends).to.equal(2);
  });
});
