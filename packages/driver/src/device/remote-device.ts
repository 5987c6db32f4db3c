import { OpuError, type Ticks } from '@opu/core';
import { type ClockFitResult, counterIdName, type Greeting, type Message } from '@opu/protocol';
import type { Observable } from 'rxjs';
import type {
  AppliedConfiguration,
  ConfigurationRequest,
  DeviceEvent,
  DeviceExtras,
  DeviceIdentity,
  DeviceLimits,
  OperationOptions,
  OpuDevice,
  PatternBatch,
  PatternSource,
  ReadoutBatch,
  ReadoutStream,
  StopReport,
  StreamOptions,
} from '../api/opu-device.js';
import { abortError, onAbort } from '../session/abort.js';
import type { Turn } from '../session/exclusive.js';
import type { Session } from '../session/session.js';
import { appliedConfiguration, configureMessage } from './configuration.js';
import { identityOf, limitsOf } from './describe.js';
import { borrowPatternData } from './pattern-data.js';
import { ProjectionRun } from './projection-run.js';
import { openReadoutStream } from './readout-stream.js';

type ReplyOf<Type extends Message['type']> = Message & { type: Type };

/** A device at the other end of a session. */
export class RemoteDevice implements OpuDevice, DeviceExtras {
  readonly address: string;
  readonly identity: DeviceIdentity;
  readonly limits: DeviceLimits;
  readonly #session: Session;
  #configuration: AppliedConfiguration;
  /** The device was asked to keep patterns, perhaps some that it has not acknowledged yet. */
  #mayHold = false;

  constructor(address: string, session: Session, greeting: Greeting) {
    this.address = address;
    this.#session = session;
    this.identity = identityOf(greeting.hello);
    this.limits = limitsOf(greeting.description);
    this.#configuration = appliedConfiguration(greeting.configuration);
  }

  get configuration(): AppliedConfiguration {
    return this.#configuration;
  }

  async configure(request: ConfigurationRequest, options: OperationOptions = {}): Promise<AppliedConfiguration> {
    const message = configureMessage(request);
    // Behind a stream that is being read there is no waiting: its reader may be the one who asks. The device says what it thinks.
    const turn =
      this.#session.runs.current?.isRead === true ? undefined : await this.#session.runs.enter(options.signal);
    try {
      if (turn !== undefined) await this.#session.ended(options.signal);
      const reply = await this.#ask(message, 'CONFIGURE_REPLY', options);
      this.#configuration = appliedConfiguration(reply);
      return this.#configuration;
    } finally {
      turn?.leave();
    }
  }

  stream(patterns: PatternSource, options: StreamOptions = {}): ReadoutStream {
    return openReadoutStream(this.#session, () => this.#configuration, patterns, options);
  }

  async project(patterns: PatternBatch, options: OperationOptions = {}): Promise<ReadoutBatch> {
    const { signal } = options;
    if (signal?.aborted) throw abortError(signal);
    const turn = await this.#session.runs.enter(signal);
    try {
      return await this.#projectNow(patterns, turn, signal);
    } finally {
      turn.leave();
    }
  }

  async #projectNow(patterns: PatternBatch, turn: Turn, signal: AbortSignal | undefined): Promise<ReadoutBatch> {
    await this.#session.ended(signal);
    const check = (): void => {
      if (this.#session.error !== undefined) throw this.#session.error;
      if (signal?.aborted) throw abortError(signal);
      if (turn.endedBy !== undefined) {
        throw new OpuError('ABORTED', `The projection was ended by ${turn.endedBy} before its first frame.`);
      }
    };
    check();
    const { patternBytes } = this.#configuration;
    const data = borrowPatternData(patterns, patternBytes);
    const count = patterns.shape[0]!;
    // A stopped run leaves its patterns in the device; a batch is these patterns and no others.
    if (this.#mayHold || this.#session.port.leftovers.count > 0) {
      await this.#session.request({ type: 'ABORT' }, signal);
      await this.#session.ended(signal);
      check();
    }
    this.#mayHold = false;
    const run = new ProjectionRun(this.#session.port, this.#configuration, count);
    if (count === 0) return run.result();
    this.#session.enter(run);
    const stop = onAbort(signal, (error) => run.failed(error));
    try {
      run.begin(data, patternBytes);
      await run.done;
      if (run.needsStop) await this.#session.request({ type: 'STOP' });
      return run.result();
    } catch (error) {
      if (this.#session.error === undefined) await this.#session.request({ type: 'ABORT' }).catch(() => {});
      throw error;
    } finally {
      stop();
      this.#session.leave();
    }
  }

  /**
   * Counters of the device by name, and those of this end of the link: `host_links_lost`, `host_patterns_resent` and
   * their like.
   */
  async counters(options: OperationOptions = {}): Promise<ReadonlyMap<string, number>> {
    const reply = await this.#ask({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY', options);
    const result = new Map<string, number>();
    for (let i = 0; i < reply.counters.count; i++) {
      const id = reply.counters.id(i);
      result.set(counterIdName(id)?.toLowerCase() ?? `counter_${id}`, reply.counters.value(i));
    }
    const { machine, counters } = this.#session;
    result.set('host_links_lost', counters.linksLost);
    result.set('host_reconnect_attempts', counters.attempts);
    result.set('host_bytes_sent', counters.bytesSent);
    result.set('host_bytes_received', counters.bytesReceived);
    result.set('host_resumed', machine.counters.resumed);
    result.set('host_link_errors', counters.damaged);
    result.set('host_messages_lost', machine.counters.messagesLost);
    result.set('host_messages_foreign', machine.counters.messagesForeign);
    result.set('host_probes', machine.counters.probes);
    result.set('host_patterns_resent', machine.repeats.patterns);
    result.set('host_requests_repeated', machine.repeats.requests);
    result.set('host_readouts_repeated', machine.repeats.readouts);
    result.set('host_listeners_failed', this.#session.events.failures);
    return result;
  }

  async stop(options: OperationOptions = {}): Promise<StopReport> {
    this.#mayHold = true;
    return { framesDone: (await this.#session.end('STOP', options.signal)).framesDone };
  }

  async abort(options: OperationOptions = {}): Promise<StopReport> {
    return { framesDone: (await this.#session.end('ABORT', options.signal)).framesDone };
  }

  async now(options: OperationOptions = {}): Promise<Ticks> {
    const reply = await this.#ask({ type: 'CLOCK_SYNC', hostTime: this.#session.now }, 'CLOCK_SYNC_REPLY', options);
    return reply.departureTick;
  }

  async syncClock(exchanges = 8, options: OperationOptions = {}): Promise<ClockFitResult> {
    for (let i = 0; i < exchanges; i++) await this.now(options);
    const result = this.#session.machine.clockFit.result();
    if (result === undefined) {
      throw new OpuError('TIMEOUT', 'No exchange of the clock synchronisation went through without being sent twice.');
    }
    return result;
  }

  async spend(duration: Ticks, options: OperationOptions = {}): Promise<Ticks> {
    return (await this.#ask({ type: 'SPEND', ticks: duration }, 'DONE', options)).tick;
  }

  async trigger(options: OperationOptions = {}): Promise<Ticks> {
    return (await this.#ask({ type: 'SOFTWARE_TRIGGER' }, 'DONE', options)).tick;
  }

  onEvent(listener: (event: DeviceEvent) => void): () => void {
    return this.#session.events.add(listener);
  }

  get events$(): Observable<DeviceEvent> {
    return this.#session.events.events$;
  }

  close(): Promise<void> {
    return this.#session.close();
  }

  async #ask<Type extends Message['type']>(
    message: Message,
    type: Type,
    options: OperationOptions,
  ): Promise<ReplyOf<Type>> {
    const reply = await this.#session.request(message, options.signal);
    if (reply.type !== type) {
      throw new OpuError(
        'PROTOCOL_VIOLATION',
        `The device answered ${message.type} with ${reply.type} instead of ${type}.`,
      );
    }
    return reply as ReplyOf<Type>;
  }
}
