import {
  type ConfigureReply,
  configurationField,
  counterId,
  createPlaySequence,
  createStoreSequence,
  eventKind,
  ignoredTriggerReason,
  type Message,
  modulatorKind,
  overrunMode,
  patternFlag,
  readoutFlag,
  SequenceStepList,
  triggerMode,
  unavailableReason,
} from '@opu/protocol';
import { check, fail, informational, same } from '../../runner/case.js';
import type { WireClient } from '../../wire/wire-client.js';
import type { DeviceBench } from '../device-bench.js';
import { askCredit, configured, counters, type Frame, frames, holdTime, meanOf, refusedWith, show } from '../steps.js';
import type { ConversationStep } from './conversation-steps.js';
import { readoutTicks, timingOf } from './model-timing.js';
import { type ModelCounters, SequencerModel } from './sequencer-model.js';

const STORED = 3;
const SEQUENCE = 77;
const FIRST_PLAYED = 2 ** 40;
/** So long a device may gather readouts for one message: 10 ms and a little. */
const GATHERED_TICKS = 1_100_000;
/** Shares of the mirrors that are on, by number of the pattern modulo 3. */
const SHARES = [0, 0.5, 1];
const { PERIOD, OVERRUN, TRIGGER } = configurationField;

type Step<Op extends ConversationStep['op']> = Extract<ConversationStep, { op: Op }>;

/** What the device and the model are told alike, and the comparison of what both say. */
export class Conversation {
  readonly #bench: DeviceBench;
  readonly #client: WireClient;
  readonly #model: SequencerModel;
  readonly #before: Map<number, number>;
  readonly #from: number;
  /** Mean grey value for each share of mirrors; nothing where light takes longer than a frame. */
  readonly #means: readonly number[] | undefined;
  #resets = 0;
  #creditLimit = 0;
  #acknowledged: number;
  #lastRequest: { readonly id: number; readonly message: Message; readonly reply: Message } | undefined;
  #repeated = 0;
  #compared = 0;
  /** Readouts waited for credit: when their buffers come back after it depends on the link. */
  #hasWaited = false;

  private constructor(
    bench: DeviceBench,
    client: WireClient,
    model: SequencerModel,
    before: Map<number, number>,
    means: readonly number[] | undefined,
  ) {
    this.#bench = bench;
    this.#client = client;
    this.#model = model;
    this.#before = before;
    this.#from = client.heard.length;
    this.#means = means;
    this.#acknowledged = model.nextFrame;
  }

  /** A device in control, in lockstep, configured as it was, with a stored sequence where it stores any. */
  static async begin(bench: DeviceBench): Promise<Conversation> {
    const client = await bench.controlled();
    const d = bench.description;
    const c = await configured(bench, client, {
      fields: OVERRUN | TRIGGER | PERIOD,
      ...own(bench.facts.configuration),
    });
    const run = await show(
      bench,
      client,
      SHARES.map((share, k) => bench.pattern(k, share)),
    );
    const last = run.frames.at(-1)!.record;
    const readoutEnd = last.exposureStartTick + last.exposureTicks + d.transferTicks + readoutTicks(bench, c);
    const X = run.ended.tick - readoutEnd;
    check(X >= 0, `RUN_ENDED is ${-X} ticks before the end of the last readout.`);
    if (X > c.minimumPeriodTicks / 8) informational(`Sending a readout takes ${X} ticks.`);
    if (bench.has('STORED_SEQUENCES')) {
      const data = Uint8Array.from(SHARES.flatMap((share, k) => [...bench.pattern(k, share)]));
      const { patternBytes } = c;
      await client.get({ ...createStoreSequence(), sequenceId: SEQUENCE, count: STORED, patternBytes, data }, 'DONE');
    }
    await holdTime(bench, client);
    // Nothing of the run before is left over that a slot could wait for.
    const { tick } = await client.get({ type: 'SPEND', ticks: 4 * c.minimumPeriodTicks }, 'DONE');
    const model = new SequencerModel(timingOf(bench, c, X), tick, run.ended.nextFrame);
    // Frames that were dropped before are told by the first readout, which raises the limit by their number.
    model.creditLimit += run.frames.reduce((sum, { record }) => sum + record.droppedBefore, 0);
    const credit = await askCredit(bench, client);
    model.nextId = credit.nextPatternId;
    const means = d.modulatorKind === modulatorKind.LIQUID_CRYSTAL ? undefined : run.frames.map(meanOf);
    const conversation = new Conversation(bench, client, model, await counters(client), means);
    conversation.#creditLimit = credit.creditLimit;
    return conversation;
  }

  async take(step: ConversationStep): Promise<void> {
    switch (step.op) {
      case 'upload':
        return await this.#upload(step);
      case 'start':
        return await this.#start({ type: 'START', flags: 0 }, () => this.#model.start());
      case 'play':
        return await this.#play(step);
      case 'stop':
      case 'abort':
        return await this.#halt(step.op === 'abort');
      case 'trigger':
        return await this.#trigger();
      case 'credit':
        return await this.#credit(step.more);
      case 'spend':
        return await this.#spend(step);
      case 'ack':
        this.#acknowledged = this.#lastSent() + 1;
        this.#client.send({ type: 'READOUT_ACK', nextFrame: this.#acknowledged });
        return;
      case 'resend':
        return await this.#resend(step);
      case 'counters':
        return await this.#compareCounters();
      case 'reset':
        return await this.#reset();
      case 'repeat':
        return await this.#repeat();
      case 'configure':
        return await this.#configure(step);
    }
  }

  /** Ends what is under way, and compares everything that was said. */
  async end(): Promise<void> {
    await this.#credit(1000);
    if (this.#model.running) await this.#halt(true);
    for (let i = 0; i < 3; i++) await this.#advance(this.#model.now + GATHERED_TICKS);
    await this.#compare(true);
    await this.#compareCounters();
  }

  #lastSent(): number {
    return this.#model.sent[this.#compared - 1]?.frame ?? this.#acknowledged - 1;
  }

  async #ask(message: Message): Promise<Message> {
    const id = this.#client.nextRequestId();
    const reply = await this.#client.ask(message, id);
    this.#lastRequest = { id, message, reply };
    return reply;
  }

  async #upload({ count, isLast, overlap }: Step<'upload'>): Promise<void> {
    const model = this.#model;
    const first = model.nextId - Math.min(overlap, model.queue.length);
    const end = Math.min(model.nextId + count, this.#creditLimit);
    if (end <= model.nextId) return;
    const list: Uint8Array[] = [];
    for (let id = first; id < end; id++) list.push(this.#bench.pattern(id, SHARES[id % 3]!));
    this.#bench.sendPatterns(this.#client, first, list, isLast ? patternFlag.LAST : 0);
    for (let id = model.nextId; id < end; id++) model.upload(id, isLast && id === end - 1);
    model.nextId = end;
    const credit = await askCredit(this.#bench, this.#client);
    same('nextPatternId of PATTERN_CREDIT', credit.nextPatternId, model.nextId);
    check(
      credit.creditLimit >= this.#creditLimit,
      `Credit went back from ${this.#creditLimit} to ${credit.creditLimit}.`,
    );
    this.#creditLimit = credit.creditLimit;
  }

  async #start(message: Message, begin: () => void): Promise<void> {
    const model = this.#model;
    // A run is over when its end has been told; whether the next may begin in between is left open.
    const isOver = model.isIdle && this.#compared === model.sent.length;
    if (!model.running && (!isOver || (model.timing.drop && this.#hasWaited))) return;
    const reply = await this.#ask(message);
    if (model.running) {
      refusedWith(reply, 'WRONG_STATE', `${message.type} during a run`);
      return;
    }
    if (reply.type !== 'DONE') fail(`${message.type} was answered ${JSON.stringify(reply)}.`);
    same(`Tick and first frame of ${message.type}`, [reply.tick, reply.value], [model.now, model.nextFrame]);
    begin();
  }

  async #play({ repetitions, steps }: Step<'play'>): Promise<void> {
    if (!this.#bench.has('STORED_SEQUENCES')) return;
    const order = steps.length === 0 ? [0, 1, 2] : steps;
    const message = { ...createPlaySequence(), firstPatternId: FIRST_PLAYED, sequenceId: SEQUENCE, repetitions };
    const list = SequenceStepList.from(steps.map((index) => ({ index })));
    await this.#start({ ...message, steps: list }, () => {
      const frameCount = repetitions === 0 ? Number.POSITIVE_INFINITY : repetitions * order.length;
      this.#played.push({ from: this.#model.nextFrame, order });
      this.#model.start({ firstPatternId: FIRST_PLAYED, frames: frameCount });
    });
  }

  readonly #played: { readonly from: number; readonly order: readonly number[] }[] = [];

  async #halt(throwAway: boolean): Promise<void> {
    const model = this.#model;
    const type = throwAway ? 'ABORT' : 'STOP';
    const id = this.#client.nextRequestId();
    const from = this.#client.heard.length;
    this.#client.send({ type }, id);
    const { framesInRun } = model;
    const waits = model.halt(throwAway);
    if (waits) {
      await this.#client.get({ type: 'HEARTBEAT' }, 'DONE');
      if (model.underWay > 0) {
        same(`Replies to ${type} while frames are under way`, this.#client.finalReplies(id, from).length, 0);
      }
      // Whatever is under way is sent, and then the report comes.
      await this.#credit(1000);
      await this.#advance(model.now + 4 * model.timing.P);
    }
    await this.#client.get({ type: 'HEARTBEAT' }, 'DONE');
    // The end of a run with nothing under way is an event of this tick, which the next one lets happen.
    if (this.#client.finalReplies(id, from).length === 0) await this.#advance(model.now + 1);
    for (let i = 0; i < 3 && this.#client.finalReplies(id, from).length === 0; i++) {
      await this.#advance(model.now + GATHERED_TICKS);
    }
    await this.#soon(() => this.#client.finalReplies(id, from).length > 0);
    const message = this.#client.finalReplies(id, from)[0]?.message ?? fail(`${type} was not answered.`);
    if (message.type !== 'RUN_REPORT') fail(`${type} was answered ${message.type}.`);
    if (framesInRun > 0) same(`framesDone of ${type}`, message.framesDone, framesInRun);
    same(`nextPatternId of ${type}`, message.nextPatternId, model.nextId);
    if (throwAway) this.#creditLimit = (await askCredit(this.#bench, this.#client)).creditLimit;
  }

  async #trigger(): Promise<void> {
    if (!this.#bench.has('SOFTWARE_TRIGGER')) return;
    const model = this.#model;
    const reply = await this.#ask({ type: 'SOFTWARE_TRIGGER' });
    const reason = model.trigger(model.timing.triggered);
    if (reason === undefined) {
      if (reply.type !== 'DONE') fail(`An edge that has to fire a frame was answered ${JSON.stringify(reply)}.`);
      same('The tick of the edge', reply.tick, model.now);
      return;
    }
    const refusal = refusedWith(reply, 'TRIGGER_IGNORED', `An edge (${reason})`);
    // Two reasons may hold at once, and which is named is left open.
    const isKnown = Object.values(ignoredTriggerReason).includes(refusal.value as never);
    check(isKnown, `An edge was ignored for the reason ${refusal.value}.`);
    if (reason === 'NOT_RUNNING' || reason === 'TOO_EARLY') {
      same(`The reason (${reason})`, refusal.value, ignoredTriggerReason[reason]);
    }
    model.ignore(refusal.value);
  }

  async #credit(more: number): Promise<void> {
    const model = this.#model;
    const limit = Math.max(model.creditLimit, this.#lastSent() + 1 + more);
    const slot = model.nextSlot;
    // When a readout that waited gives its buffer back is seen by what is dropped next, and depends on the link.
    if (model.timing.drop && model.running && model.underWay > 0) return;
    // Whether a readout that waited is sent before a slot so near depends on the link.
    if (slot !== undefined && slot - model.now <= model.timing.X * (model.underWay + 1)) return;
    this.#client.send({ type: 'READOUT_CREDIT', creditLimit: limit });
    const waited = model.underWay;
    model.credit(limit);
    await this.#client.get({ type: 'HEARTBEAT' }, 'DONE');
    await this.#compare();
    this.#hasWaited ||= waited > 0;
  }

  async #spend({ to, offset }: Step<'spend'>): Promise<void> {
    const model = this.#model;
    const { L, S } = model.timing;
    const slot = model.nextSlot;
    const near = offset <= 1 ? offset : 0;
    let target = model.now + Math.abs(offset) + 1;
    if (to === 'slot' && slot !== undefined) target = slot + near;
    if (to === 'load' && slot !== undefined) target = slot - L + near;
    if (to === 'edge') target = (model.sent.at(-1)?.reset ?? model.now) + Math.max(model.minimumPeriod, S + L) + near;
    if (target <= model.now) target = model.now + Math.abs(offset) + 1;
    await this.#advance(target);
  }

  async #advance(until: number): Promise<void> {
    const model = this.#model;
    const slot = model.nextSlot;
    // Whether SPEND ends before or behind a slot on its last tick is left open.
    const isOnSlot = slot !== undefined && until >= slot && (until - slot) % model.timing.P === 0;
    const target = isOnSlot ? until + 1 : until;
    const { tick } = await this.#client.get({ type: 'SPEND', ticks: target - model.now }, 'DONE');
    same('The tick after SPEND', tick, target);
    model.advance(target);
    await this.#compare();
  }

  async #resend({ back, count }: Step<'resend'>): Promise<void> {
    await this.#client.get({ type: 'HEARTBEAT' }, 'DONE');
    await this.#compare();
    const next = this.#lastSent() + 1;
    const first = this.#acknowledged;
    const at = Math.max(0, next - back);
    const from = this.#client.heard.length;
    this.#client.send({ type: 'READOUT_RESEND', from: at, count });
    await this.#client.get({ type: 'HEARTBEAT' }, 'DONE');
    const said = this.#client.all('READOUT_UNAVAILABLE', from);
    const gone = Math.max(0, Math.min(at + count, first) - at);
    const later = Math.max(0, at + count - Math.max(at, next));
    const told = (reason: number): number => said.filter((m) => m.reason === reason).reduce((n, m) => n + m.count, 0);
    // Messages go whole, so a frame before an acknowledged one may still be kept with it, or be gone with it.
    if (this.#model.sent.every(({ droppedBefore }) => droppedBefore === 0)) {
      same('Frames that are NOT_YET', told(unavailableReason.NOT_YET), later);
      if (gone === 0) same('Frames that are GONE', told(unavailableReason.GONE), 0);
    }
    const again = frames(this.#client, from).filter(({ repeated }) => repeated);
    for (let frame = Math.max(at, first); frame < Math.min(at + count, next); frame++) {
      if (!this.#model.sent.some((f) => f.frame === frame)) continue;
      check(
        again.some(({ record }) => record.frame === frame),
        `Frame ${frame} was asked for again and is kept; it did not come.`,
      );
    }
  }

  async #reset(): Promise<void> {
    await this.#client.get({ type: 'RESET_COUNTERS' }, 'DONE');
    for (const name of Object.keys(this.#model.counters) as (keyof ModelCounters)[]) {
      this.#model.counters[name] = 0;
      this.#before.set(counterId[name], 0);
    }
    this.#repeated = 0;
    this.#resets++;
    await this.#compareCounters();
  }

  async #repeat(): Promise<void> {
    if (this.#lastRequest === undefined) return;
    const { id, message, reply } = this.#lastRequest;
    const from = this.#client.heard.length;
    this.#client.send(message, id);
    const again = await this.#client.replyTo(id, `the repeated ${message.type}`, from);
    same(`The reply to the repeated ${message.type}`, again.message, reply);
    same('The flag REPEATED', again.header.compatibleFlags & 1, 1);
    this.#repeated++;
  }

  async #configure({ periods, drop, triggered }: Step<'configure'>): Promise<void> {
    const model = this.#model;
    const { refreshTicks } = this.#bench.description;
    const steps = [model.minimumPeriod, model.minimumPeriod + refreshTicks, model.minimumPeriod * 2];
    const wished = steps[periods] ?? model.minimumPeriod * 3 + 7;
    const periodTicks = Math.ceil(wished / refreshTicks) * refreshTicks;
    let fields = PERIOD;
    if (this.#bench.has('DROP_MODE')) fields |= OVERRUN;
    if (this.#bench.has('SOFTWARE_TRIGGER')) fields |= TRIGGER;
    const modes = {
      overrunMode: drop ? overrunMode.DROP : overrunMode.HOLD,
      triggerMode: triggered ? triggerMode.SOFTWARE : triggerMode.INTERNAL,
    };
    const reply = await this.#ask(this.#bench.configureMessage({ fields, periodTicks, ...modes }));
    if (model.running || model.underWay > 0) {
      refusedWith(reply, 'WRONG_STATE', 'CONFIGURE while a run is under way or readouts of it are to be sent');
      return;
    }
    const isAllHere = this.#compared === model.sent.length;
    if ((!model.isIdle || !isAllHere) && reply.type === 'REFUSED') return;
    if (reply.type !== 'CONFIGURE_REPLY') fail(`CONFIGURE was answered ${JSON.stringify(reply)}.`);
    same('The period that was applied', reply.periodTicks, periodTicks);
    model.timing = timingOf(this.#bench, reply, model.timing.X);
  }

  async #compareCounters(): Promise<void> {
    const now = await counters(this.#client);
    await this.#client.get({ type: 'HEARTBEAT' }, 'DONE');
    this.#compareEvents(true);
    for (const [name, value] of Object.entries(this.#model.counters)) {
      const id = counterId[name as keyof ModelCounters];
      same(`The rise of ${name}`, (now.get(id) ?? 0) - (this.#before.get(id) ?? 0), value);
    }
    const { REQUESTS_REPEATED } = counterId;
    if (!now.has(REQUESTS_REPEATED)) return;
    const before = this.#resets > 0 ? 0 : (this.#before.get(REQUESTS_REPEATED) ?? 0);
    same('The rise of REQUESTS_REPEATED', now.get(REQUESTS_REPEATED)! - before, this.#repeated);
  }

  /** Light may take a moment of the host's time: 200 ms at most. */
  async #soon(isThere: () => boolean): Promise<void> {
    for (let i = 0; i < 100 && !isThere(); i++) await this.#bench.sleep(200_000);
  }

  /** Readouts, events and ends of runs, from the beginning of the conversation. */
  async #compare(isAll = false): Promise<void> {
    const client = this.#client;
    const model = this.#model;
    const heard = (): Frame[] => frames(client, this.#from).filter(({ repeated }) => !repeated);
    if (isAll) await this.#soon(() => heard().length >= model.sent.length);
    const made = heard();
    // A device may gather readouts for a while, so there may be fewer until the end.
    const number = isAll ? model.sent.length : Math.min(made.length, model.sent.length);
    same('The number of readouts', made.length, number);
    made.slice(this.#compared).forEach((frame, i) => void this.#compareFrame(frame, this.#compared + i));
    this.#compared = made.length;
    const fresh = client.heard.slice(this.#from).filter(({ header }) => (header.compatibleFlags & 1) === 0);
    const ends = fresh.flatMap(({ message: m }) => (m.type === 'RUN_ENDED' ? [[m.framesDone, m.nextFrame]] : []));
    const expected = model.ended.map(({ framesDone, nextFrame }) => [framesDone, nextFrame]);
    const told = isAll ? expected : expected.slice(0, ends.length);
    same('framesDone and nextFrame of every RUN_ENDED', ends, told);
    this.#compareEvents(false);
  }

  #compareFrame({ record, image, message, repeated }: Frame, i: number): void {
    const f = this.#model.sent[i]!;
    const c = this.#model.timing;
    same(
      `Frame, pattern, reset, exposure, its length, RUN_END and droppedBefore of readout ${i}`,
      [
        record.frame,
        record.patternId,
        record.resetTick,
        record.exposureStartTick,
        record.exposureTicks,
        (record.flags & readoutFlag.RUN_END) !== 0,
        record.droppedBefore,
      ],
      [f.frame, f.patternId, f.reset, f.exposureStart, f.exposureTicks, f.isLast, f.droppedBefore],
    );
    if (this.#means === undefined || c.E === 0) return;
    const played = this.#played.findLast(({ from }) => f.frame - f.place === from);
    const kind = f.patternId < FIRST_PLAYED ? f.patternId % 3 : played!.order[f.place % played!.order.length]!;
    const mean = meanOf({ record, image, message, repeated });
    const distances = this.#means.map((m) => Math.abs(m - mean));
    same(`The light of readout ${i}, as the number of its pattern`, distances.indexOf(Math.min(...distances)), kind);
  }

  /** @param isAll whether counters were asked for since: by then all has been told */
  #compareEvents(isAll: boolean): void {
    const told = this.#client.all('EVENT', this.#from);
    const kinds = ['UNDERRUN', 'STALL', 'OVERRUN', 'IGNORED_TRIGGER'] as const;
    for (const kind of kinds) {
      const expected = this.#model.events.filter((event) => event.kind === kind);
      const ours = told.filter((event) => event.kind === eventKind[kind]).map(({ tick, value }) => `${tick}:${value}`);
      const all = new Set(expected.map(({ tick, value }) => `${tick}:${value}`));
      const wrong = ours.filter((event) => !all.has(event));
      same(`EVENTs ${kind} (tick:value) of which there was nothing to be told`, wrong, []);
      // Of slots that pass one after the other for the same reason, the first has to be told.
      const first = expected.filter(
        (e, i) => (kind !== 'UNDERRUN' && kind !== 'STALL') || expected[i - 1]?.value !== e.value,
      );
      const heard = new Set(ours);
      const missing = first.map(({ tick, value }) => `${tick}:${value}`).filter((event) => !heard.has(event));
      if (isAll) same(`EVENTs ${kind} (tick:value) that are missing`, missing, []);
    }
  }
}

/** What the conversation begins with; other values stay what they are. */
function own(c: ConfigureReply): { periodTicks: number; overrunMode: 0; triggerMode: 0 } {
  return { periodTicks: c.periodTicks, overrunMode: overrunMode.HOLD, triggerMode: triggerMode.INTERNAL };
}
