import type { Ticks } from '@opu/core';
import type {
  Configure,
  ConfigureReply,
  EraseSequence,
  Message,
  Patterns,
  PlaySequence,
  QueryPeriod,
  QueryPeriodReply,
  Readouts,
  Refused,
  SetPacing,
  SoftwareTrigger,
  Spend,
  Start,
  StoreSequence,
} from '../generated/messages.js';
import type { CounterRecord } from '../generated/records.js';

/** A request that firmware answers: at once, or after any number of `pending` on a later tick. */
export interface DeviceRequest {
  /** Tells the host that the answer takes about this long. */
  pending(expectedTicks: Ticks): void;
  /** The final answer; a second one is a bug and throws. */
  reply(message: Message): void;
  /** The final answer DONE. */
  done(tick: Ticks, value?: number): void;
}

/**
 * What a `DeviceMachine` asks of firmware. All calls come from inside the machine's own methods, on the tick that was
 * handed to those; firmware may call back into the machine from inside them.
 *
 * Everything here was checked already: the connection has shaken hands and, where that is needed, holds the control
 * lease; requests are new (a repeated one never gets here); patterns are new, in order and within the credit.
 */
export interface DeviceEffects {
  /** Applies the whole request and answers with what is applied, or refuses and changes nothing. */
  configure(request: Configure, now: Ticks): ConfigureReply | Refused;
  configuration(): ConfigureReply;
  queryPeriod(request: QueryPeriod): QueryPeriodReply | Refused;
  /**
   * Patterns are whole in pattern RAM as of `now`: those of the message from index `skip` on, with the ids
   * `firstPatternId + skip` to `firstPatternId + count - 1`. With `borrowed` the data holds only until this returns; otherwise
   * it is handed over for good. A refusal (wrong
   * `patternBytes`, an encoding that does not decode) leaves pattern RAM as it was.
   */
  patterns(message: Patterns, skip: number, now: Ticks, borrowed: boolean): Refused | undefined;
  /** Answer DONE with the tick that START takes effect on and the number of the first frame. */
  start(message: Start, request: DeviceRequest, now: Ticks): void;
  /** Answer RUN_REPORT once the last frame under way is sent; `pending` until then. Patterns stay in RAM. */
  stop(request: DeviceRequest, now: Ticks): void;
  /** As `stop`, but patterns in RAM are thrown away (at once; the machine knows and needs no `patternsLeft`). */
  abort(request: DeviceRequest, now: Ticks): void;
  softwareTrigger(message: SoftwareTrigger, request: DeviceRequest, now: Ticks): void;
  storeSequence(message: StoreSequence, request: DeviceRequest, now: Ticks): void;
  playSequence(message: PlaySequence, request: DeviceRequest, now: Ticks): void;
  eraseSequence(message: EraseSequence, request: DeviceRequest, now: Ticks): void;
  /** Counters of the sequencer and the camera; the machine adds its own. */
  counters(): readonly CounterRecord[];
  resetCounters(): void;
  /** Readouts that were sent are acknowledged: they are not sent again, and their memory may be used for others. */
  readoutsDone?(message: Readouts): void;
  /** The host has room for more readouts than before: `mayRead` may have become true. */
  readoutRoom(now: Ticks): void;
  /**
   * The control lease ended (released, link ended, heartbeat stopped): stop the sequencer and switch the light off. A
   * frame under way is finished, patterns and configuration stay.
   */
  controlLost(now: Ticks): void;
  /** Another host than the one before took control: readouts that are not sent yet are nobody's, and may be forgotten. */
  ownerChanged?(now: Ticks): void;
  /** Only for devices with the feature VIRTUAL_CLOCK: books host work; answer DONE with the time after it. */
  spend?(message: Spend, request: DeviceRequest, now: Ticks): void;
  /** Only for devices with the feature VIRTUAL_CLOCK: `DeviceMachine.timeMayPass` may have changed. */
  pacing?(message: SetPacing | undefined, now: Ticks): void;
}

/** Where a connection's messages go: whoever encodes them numbers them in the order of the calls. */
export interface Outlet {
  /** True while the link takes less than it is given: what may be left out (OPU-EVT-4) is. */
  readonly isBehind?: boolean;
  /**
   * @param requestId of the request that it answers; 0 for none
   * @param repeated whether the content was sent before
   */
  send(message: Message, requestId: number, repeated: boolean): void;
}
