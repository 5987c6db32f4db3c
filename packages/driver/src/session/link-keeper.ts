import {
  type Alarm,
  inBackground,
  isOpuError,
  letGo,
  OpuError,
  TICKS_PER_MILLISECOND,
  type Ticks,
  type Transport,
} from '@opu/core';
import type { LinkError, Message, MessageHeader } from '@opu/protocol';
import { HostLink, type LinkOwner } from './host-link.js';
import { MAXIMUM_PAYLOAD, type SessionOptions } from './options.js';
import { Recovery } from './recovery.js';

/** What a session hears of the link that it has; of one that it had before it hears nothing. */
export interface LinkUser {
  /** A link is open: the handshake may begin. */
  linkOpened(transport: Transport): void;
  /** @param borrowed bytes and records of READOUTS hold only until this returns */
  linkMessage(message: Message, header: MessageHeader, borrowed: boolean): void;
  /**
   * Everything that a chunk brought was handed over.
   * @param isWithinMessage whether it ended in the middle of a message
   */
  linkSettled(isWithinMessage: boolean): void;
  /** The transport takes more again. */
  linkDrained(): void;
  /** There is no link now; another may come. */
  linkLost(): void;
  /** There is none, and none will come. */
  linksOver(error: OpuError): void;
}

/** Gives a session a link, and another when one is lost, until the time for that is over. */
export class LinkKeeper implements LinkOwner {
  readonly #options: SessionOptions;
  readonly #user: LinkUser;
  readonly #recovery: Recovery;
  readonly #counters = { linksLost: 0, damaged: 0, attempts: 0, bytesSent: 0, bytesReceived: 0 };
  #link: HostLink | undefined;
  #wasReady = false;
  #closing = false;
  #over = false;
  #patience: Alarm | undefined;
  #openAlarm: Alarm | undefined;
  #backoff: (() => void) | undefined;

  constructor(options: SessionOptions, user: LinkUser) {
    this.#options = options;
    this.#user = user;
    this.#recovery = new Recovery(options.timeouts.reconnect);
  }

  get link(): HostLink | undefined {
    return this.#link;
  }

  /** Bytes are those of all links, framing included. */
  get counters(): Readonly<Record<'linksLost' | 'damaged' | 'attempts' | 'bytesSent' | 'bytesReceived', number>> {
    const { bytesSent, bytesReceived } = this.#counters;
    return {
      ...this.#counters,
      bytesSent: bytesSent + (this.#link?.bytesSent ?? 0),
      bytesReceived: bytesReceived + (this.#link?.bytesReceived ?? 0),
    };
  }

  /** Opens the first link. A way that does not open, or a device that never shook hands, is not tried again. */
  open(transport: Transport): void {
    this.#connect(transport).catch((error: unknown) => this.#giveUp(asOpuError(error)));
  }

  /** The device shook hands. */
  ready(): void {
    this.#wasReady = true;
    this.#recovery.ready(this.#now);
    this.#patience?.cancel();
    this.#patience = undefined;
  }

  /** The device did what it was asked for. */
  progressed(): void {
    this.#recovery.progressed();
  }

  /** The link is of no use any more, as whoever talks over it found out. */
  fail(error: OpuError): void {
    const link = this.#link;
    this.#lost(link?.judge(error) ?? error);
    letGo(link?.close());
  }

  /** From now on no lost link is replaced. */
  closing(): void {
    this.#closing = true;
    this.#backoff?.();
  }

  /** Lets go of the link, which it leaves open, and of all alarms. */
  over(): void {
    this.#over = true;
    this.#patience?.cancel();
    this.#openAlarm?.cancel();
    this.#backoff?.();
    this.#link = undefined;
  }

  // LinkOwner.

  linkMessage(link: HostLink, message: Message, header: MessageHeader, borrowed: boolean): void {
    if (link === this.#link) this.#user.linkMessage(message, header, borrowed);
  }

  linkSettled(link: HostLink, isWithinMessage: boolean): void {
    if (link === this.#link) this.#user.linkSettled(isWithinMessage);
  }

  linkDrained(link: HostLink): void {
    if (link === this.#link) this.#user.linkDrained();
  }

  linkDamaged(_link: HostLink, _error: LinkError): void {
    this.#counters.damaged++;
  }

  linkEnded(link: HostLink, reason: OpuError | undefined): void {
    if (link === this.#link) this.#lost(reason ?? new OpuError('LINK_LOST', `${link.address} was closed.`));
  }

  get #now(): Ticks {
    return this.#options.clock.now();
  }

  async #connect(transport: Transport): Promise<void> {
    const link = new HostLink(transport, MAXIMUM_PAYLOAD, this);
    this.#link = link;
    await this.#openInTime(link);
    if (this.#over || this.#link !== link) {
      await link.close();
      return;
    }
    this.#user.linkOpened(transport);
  }

  /** A way that neither opens nor refuses is waited for as long as a request with all of its repetitions. */
  #openInTime(link: HostLink): Promise<void> {
    const { clock, timeouts } = this.#options;
    const milliseconds = timeouts.request * (2 ** (timeouts.retries + 1) - 1);
    return new Promise((resolve, reject) => {
      const alarm = (this.#openAlarm = clock.at(clock.now() + milliseconds * TICKS_PER_MILLISECOND, () => {
        reject(new OpuError('TIMEOUT', `${link.address} did not open within ${milliseconds} ms.`));
        letGo(link.close());
      }));
      link
        .open()
        .then(resolve, reject)
        .finally(() => alarm.cancel());
    });
  }

  #lost(error: OpuError): void {
    if (this.#over || this.#link === undefined) return;
    this.#counters.bytesSent += this.#link.bytesSent;
    this.#counters.bytesReceived += this.#link.bytesReceived;
    this.#link = undefined;
    this.#user.linkLost();
    this.#counters.linksLost++;
    const { clock, reconnect } = this.#options;
    if (this.#closing || reconnect === undefined || !isWorthAnother(error) || !this.#wasReady) {
      this.#giveUp(error);
      return;
    }
    this.#recovery.lost(this.#now, error);
    // Whatever the time is spent on: waiting, opening, or a handshake that gets no answer.
    this.#patience ??= clock.at(Math.max(this.#now, this.#recovery.deadline!), () => {
      const link = this.#link;
      const verdict = this.#recovery.verdict();
      this.#giveUp(link?.judge(verdict) ?? verdict);
      letGo(link?.close());
    });
    inBackground(this.#reconnect(reconnect), (error) => this.#giveUp(asOpuError(error)));
  }

  /** Opens links with growing pauses until one holds; the alarm that was set at the loss ends it. */
  async #reconnect(open: () => Promise<Transport>): Promise<void> {
    while (!this.#over) {
      await this.#pause(this.#recovery.pause(this.#now));
      if (this.#over || this.#closing) return;
      this.#counters.attempts++;
      try {
        await this.#connect(await open());
        return;
      } catch (error) {
        this.#link = undefined;
        const cause = asOpuError(error);
        this.#recovery.lost(this.#now, cause);
        // What is at the other end was closed for good.
        if (cause.code === 'INVALID_STATE') {
          this.#giveUp(
            new OpuError('LINK_LOST', `The link was lost and cannot come back: ${cause.message}`, { cause }),
          );
        }
      }
    }
  }

  #pause(ticks: Ticks): Promise<void> {
    return new Promise((resolve) => {
      const alarm = this.#options.clock.at(this.#now + ticks, () => {
        this.#backoff = undefined;
        resolve();
      });
      this.#backoff = () => {
        alarm.cancel();
        resolve();
      };
    });
  }

  #giveUp(error: OpuError): void {
    if (this.#over) return;
    this.over();
    this.#user.linksOver(error);
  }
}

function asOpuError(error: unknown): OpuError {
  if (isOpuError(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new OpuError('LINK_UNAVAILABLE', `The link cannot be opened: ${text}`, { cause: error });
}

/** A new link may help against what a link did, and against nothing else. */
function isWorthAnother(error: OpuError): boolean {
  return error.blame === 'link' || error.code === 'DEVICE_BUSY';
}
