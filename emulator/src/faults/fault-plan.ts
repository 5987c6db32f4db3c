import type { Alarm, Clock, Ticks, Transport } from '@opu/core';
import type { DeviceBehaviour, PoweredDevice } from '../behaviour/behaviour.js';
import type { Optics } from '../optics/optics.js';
import type { SequencerListener } from '../sequencer/edge.js';
import { type FaultName, type FaultSpec, type FaultTarget, faultKinds } from './fault-spec.js';
import { FaultyOptics } from './light-faults.js';
import { FaultyTransport, LinkFaults } from './link-faults.js';
import { FaultSchedule, FrameFaultSchedule } from './schedule.js';
import { FaultySequencerListener } from './sequencer-faults.js';

const lightFaults: readonly FaultName[] = ['bit-flip', 'settling-load', 'torn-frame', 'stuck-frame'];
const sequencerFaults: readonly FaultName[] = ['drop-frame', 'wrong-timestamp'];

/** Faults of one device, added to it from outside; the same for the same list and seed. */
export class FaultPlan implements DeviceBehaviour {
  readonly #schedules: readonly FaultSchedule[];
  readonly #link: LinkFaults;
  #triggers = 0;
  #resets = 0;
  #device: PoweredDevice | undefined;
  #alarms: Alarm[] = [];

  constructor(specs: readonly FaultSpec[], seed = 0) {
    this.#schedules = specs.map((spec, place) => new FaultSchedule(spec, seed, place));
    this.#link = new LinkFaults(this.#of('link'));
  }

  /** How often each fault struck. */
  get struck(): ReadonlyMap<FaultName, number> {
    const counts = new Map<FaultName, number>();
    for (const { spec, struck } of this.#schedules) counts.set(spec.name, (counts.get(spec.name) ?? 0) + struck);
    return counts;
  }

  get damagesLink(): boolean {
    return this.#of('link').some(({ spec }) => spec.name !== 'disconnect' && spec.name !== 'hang');
  }

  get isUnderWay(): boolean {
    return this.#link.isHolding;
  }

  transport(transport: Transport, clock: Clock): Transport {
    return this.#of('link').length === 0 ? transport : new FaultyTransport(transport, clock, this.#link);
  }

  optics(optics: Optics): Optics {
    const schedules = this.#named(lightFaults);
    return schedules.length === 0 ? optics : new FaultyOptics(optics, schedules);
  }

  sequencer(listener: SequencerListener): SequencerListener {
    const schedules = this.#named(sequencerFaults);
    const inner = schedules.length === 0 ? listener : new FaultySequencerListener(listener, schedules);
    const supply = this.#of('device').filter(({ spec }) => 'probability' in spec.when);
    return supply.length === 0 ? inner : this.#watchSupply(inner, supply);
  }

  losesTrigger(tick: Ticks): boolean {
    const number = this.#triggers++;
    return this.#of('trigger').filter((schedule) => schedule.strikes(number, tick)).length > 0;
  }

  started(device: PoweredDevice): void {
    this.#device = device;
    for (const schedule of this.#of('device')) this.#setSupplyAlarm(schedule, device);
  }

  stopped(): void {
    for (const alarm of this.#alarms) alarm.cancel();
    this.#alarms = [];
  }

  #of(target: FaultTarget): FaultSchedule[] {
    return this.#schedules.filter(({ spec }) => faultKinds[spec.name].target === target);
  }

  #named(names: readonly FaultName[]): FrameFaultSchedule[] {
    return this.#schedules
      .filter(({ spec }) => names.includes(spec.name))
      .map((schedule) => new FrameFaultSchedule(schedule));
  }

  /** Supply failures by the clock. They keep nothing awake: a device that idles for good does not fail for good. */
  #setSupplyAlarm(schedule: FaultSchedule, device: PoweredDevice): void {
    const { when } = schedule.spec;
    if (!('tick' in when)) return;
    const set = (tick: Ticks): void => {
      const alarm = device.clock.at(
        tick,
        () => {
          this.#alarms = this.#alarms.filter((other) => other !== alarm);
          if (when.period !== undefined) set(tick + when.period);
          if (schedule.strikes(0, device.clock.now())) this.#failSupply(device);
        },
        { background: true },
      );
      this.#alarms.push(alarm);
    };
    set(when.tick);
  }

  #failSupply(device: PoweredDevice): void {
    // A firmware that hung starts anew.
    this.#link.hungUntil = 0;
    device.powerCycle();
  }

  /** Supply failures by chance, once a frame; after the sequencer's call has returned. */
  #watchSupply(inner: SequencerListener, supply: readonly FaultSchedule[]): SequencerListener {
    const watching: SequencerListener = {
      edge: (edge, tick, frame, patternId) => {
        inner.edge(edge, tick, frame, patternId);
        if (edge !== 'reset') return;
        const number = this.#resets++;
        const device = this.#device;
        if (device !== undefined && supply.filter((schedule) => schedule.strikes(number, tick)).length > 0) {
          device.clock.at(tick, () => this.#failSupply(device));
        }
      },
      slotsPassed: (...slots) => inner.slotsPassed?.(...slots),
      triggerIgnored: (...trigger) => inner.triggerIgnored?.(...trigger),
      runEnded: (end) => inner.runEnded?.(end),
    };
    return watching;
  }
}
