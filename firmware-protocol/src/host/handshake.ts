import { OpuError, TICKS_PER_MILLISECOND, type Ticks } from '@opu/core';
import { sessionId } from '../codec/session-id.js';
import { deviceFeature, pacingMode, resultCode, triggerMode } from '../generated/enums.js';
import {
  type ConfigureReply,
  type DescribeReply,
  type HelloReply,
  type Message,
  PROTOCOL_VERSION_MAJOR,
  PROTOCOL_VERSION_MINOR,
  SCHEMA_HASH,
} from '../generated/messages.js';
import type { Greeting } from './effects.js';
import type { HostOptions } from './host-options.js';
import { refusalError } from './refusal-error.js';

const HOST_TICK_PICOSECONDS = 1e9 / TICKS_PER_MILLISECOND;
/** An hour: a device may say any number. */
const LONGEST_FRAME: Ticks = 3_600_000 * TICKS_PER_MILLISECOND;

/** A device that was switched off and on in the middle of a session has no session to answer in. */
function saysNoHandshake(message: Message): boolean {
  return message.type === 'REFUSED' && message.resultCode === resultCode.NO_HANDSHAKE;
}

/**
 * The requests that open a session, one after the other: who are you, what can you do, may I control you, how does time
 * pass, how are you configured.
 */
export class Handshake {
  requestId = 0;
  readonly #options: HostOptions;
  #step: Message['type'] = 'HELLO';
  #hello: HelloReply | undefined;
  #description: DescribeReply | undefined;
  #configuration: ConfigureReply | undefined;
  #heartbeatMicroseconds = 0;
  #completed = false;
  #resumed = false;
  #isConfiguring = false;
  #nonce = 0;
  #isGreeted = false;
  #session = 0;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  /** Id of the session on this connection; 0 while there is none, and with a device that has none. */
  get session(): number {
    return this.#session;
  }

  get heartbeatMicroseconds(): number {
    return this.#heartbeatMicroseconds;
  }

  /** Longest payload that the device takes, bytes. */
  get maximumPayload(): number {
    return this.#hello?.maximumPayload ?? 0;
  }

  /** What the device said of itself, once it has. */
  get description(): DescribeReply | undefined {
    return this.#description;
  }

  /** Longest time from one frame to the next in the present configuration, in ticks of the host. */
  get frameTicks(): Ticks {
    const { periodTicks = 0, exposureTicks = 0 } = this.#configuration ?? {};
    const scale = (this.#description?.tickPicoseconds ?? HOST_TICK_PICOSECONDS) / HOST_TICK_PICOSECONDS;
    return Math.min(Math.ceil((periodTicks + exposureTicks) * scale), LONGEST_FRAME);
  }

  /** True where the device fires its frames by its own clock. */
  get firesItself(): boolean {
    return this.#configuration?.triggerMode === triggerMode.INTERNAL;
  }

  get hasVirtualClock(): boolean {
    return ((this.#description?.features ?? 0) & deviceFeature.VIRTUAL_CLOCK) !== 0;
  }

  get isLockstep(): boolean {
    return this.#options.pacing === 'lockstep' && this.hasVirtualClock;
  }

  /** @param isConfiguring whether a CONFIGURE waits for its reply, so that the device may have applied it or not */
  begin(isConfiguring = false): Message {
    this.#resumed = this.#completed;
    this.#isConfiguring = isConfiguring;
    this.#nonce = this.#options.drawNonce?.() ?? 0;
    this.#isGreeted = false;
    this.#session = 0;
    return this.#ask({
      type: 'HELLO',
      versionMajor: PROTOCOL_VERSION_MAJOR,
      versionMinor: PROTOCOL_VERSION_MINOR,
      maximumPayload: this.#options.maximumPayload,
      hostId: this.#options.hostId,
      schemaHash: SCHEMA_HASH,
      hostName: this.#options.hostName,
      hostNonce: this.#nonce,
    });
  }

  /**
   * Whether a message is one of this connection's session, and not what a driver or an adapter still had of an earlier one: while the
   * device is waited for, its answer to this very HELLO, and then whatever carries the id of the session.
   */
  belongs(message: Message, requestId: number, session: number): boolean {
    if (this.#isGreeted) return session === this.#session || saysNoHandshake(message);
    if (session !== 0 || requestId !== this.requestId) return false;
    return message.type !== 'HELLO_REPLY' || message.hostNonce === this.#nonce || message.hostNonce === 0;
  }

  /** The next request; nothing when the handshake is through; the reason when it cannot be gone on with. */
  next(reply: Message): Message | OpuError | undefined {
    if (reply.type === 'REFUSED') return refusalError(reply, this.#step);
    switch (reply.type) {
      case 'HELLO_REPLY':
        return this.#greeted(reply);
      case 'DESCRIBE_REPLY':
        this.#description = reply;
        return this.#ask({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: this.#options.heartbeatMicroseconds });
      case 'DONE':
        if (this.#step === 'ACQUIRE_CONTROL') {
          this.#heartbeatMicroseconds = reply.value;
          if (this.hasVirtualClock) {
            const mode = this.isLockstep ? pacingMode.LOCKSTEP : pacingMode.FREE;
            return this.#ask({ type: 'SET_PACING', mode });
          }
        }
        return this.#ask({ type: 'GET_CONFIGURATION' });
      case 'CONFIGURE_REPLY':
        return this.#finish(reply);
      default:
        return new OpuError('PROTOCOL_VIOLATION', `The device answered ${this.#step} with ${reply.type}.`);
    }
  }

  /** What is applied from now on. */
  configured(reply: ConfigureReply): void {
    this.#configuration = reply;
  }

  greeting(): Greeting {
    return {
      hello: this.#hello!,
      description: this.#description!,
      configuration: this.#configuration!,
      heartbeatMicroseconds: this.#heartbeatMicroseconds,
      resumed: this.#resumed,
    };
  }

  #ask(message: Message): Message {
    this.#step = message.type;
    return message;
  }

  #greeted(reply: HelloReply): Message | OpuError {
    if (reply.versionMajor !== PROTOCOL_VERSION_MAJOR) {
      return new OpuError(
        'VERSION_MISMATCH',
        `The device speaks version ${reply.versionMajor}.${reply.versionMinor} of the protocol and this host ` +
          `${PROTOCOL_VERSION_MAJOR}.${PROTOCOL_VERSION_MINOR}: the major versions must be equal. Update the older of the two.`,
      );
    }
    const before = this.#hello;
    if (this.#resumed && before !== undefined) {
      if (before.serial !== reply.serial || before.model !== reply.model) {
        const name = (h: HelloReply): string => `${h.model} ${h.serial}`;
        return new OpuError(
          'LINK_LOST',
          `After the reconnection another device answers: ${name(reply)} instead of ${name(before)}.`,
        );
      }
      if (before.bootId !== reply.bootId) {
        return new OpuError(
          'FRAMES_LOST',
          'The device was switched off and on while the link was down: patterns and readouts from before are void.',
        );
      }
    }
    this.#hello = reply;
    this.#isGreeted = true;
    this.#session = reply.hostNonce === 0 ? 0 : sessionId(reply.hostNonce, reply.deviceNonce);
    return this.#ask({ type: 'DESCRIBE' });
  }

  #finish(reply: ConfigureReply): OpuError | undefined {
    const before = this.#configuration;
    const mayDiffer = !this.#resumed || this.#isConfiguring;
    if (!mayDiffer && before !== undefined && before.configurationHash !== reply.configurationHash) {
      return new OpuError(
        'INVALID_STATE',
        'The device was configured by somebody else while the link was down; open it anew and configure it again.',
        { details: { before: before.configurationHash, now: reply.configurationHash } },
      );
    }
    this.#configuration = reply;
    this.#completed = true;
    return undefined;
  }
}
