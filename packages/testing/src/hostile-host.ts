import { memoryTransportPair, type Transport } from '@opu/core';
import { createEmulatedDevice } from '@opu/emulator';
import {
  createHello,
  createMessageReader,
  createPatterns,
  decodeMessage,
  encodeMessage,
  isLinkError,
  type Message,
  messageCodecs,
  SequenceStepList,
} from '@opu/protocol';
import { Dice, nonsense } from './nonsense.js';

const codecs = Object.values(messageCodecs);
const PATTERN_BYTES = 128;

/** What an attack ended with. */
export interface HostileReport {
  readonly sent: number;
  readonly heard: ReadonlyMap<string, number>;
}

/**
 * A host that says well-formed nonsense to an emulated device, mixed with what makes it run: any message with any values,
 * bits flipped in some, connections broken off. Throws when the device throws, and when it does not answer HELLO in the end.
 */
export class HostileHost {
  readonly #dice: Dice;
  readonly #device = createEmulatedDevice({ profile: 'tiny', ideal: true });
  readonly #heard = new Map<string, number>();
  #transport: Transport | undefined;
  #ended = true;
  #sequence = 0;
  #request = 10;
  #nextPattern = 0;

  constructor(seed: number) {
    this.#dice = new Dice(seed);
  }

  async attack(count: number): Promise<HostileReport> {
    for (let i = 0; i < count; i++) {
      if (this.#ended || this.#dice.below(300) === 0) await this.#reopen();
      this.#say(this.#dice.below(3) === 0 ? this.#sensible() : nonsense(this.#dice, codecs));
      if (this.#dice.below(4) === 0) await settled();
    }
    await this.#reopen();
    const before = this.#heard.get('HELLO_REPLY') ?? 0;
    this.#say({ ...createHello(), versionMajor: 1 });
    await settled();
    if ((this.#heard.get('HELLO_REPLY') ?? 0) <= before - 1) throw new Error('the device does not answer any more');
    await this.#device.close();
    return { sent: count, heard: this.#heard };
  }

  async #reopen(): Promise<void> {
    await this.#transport?.close();
    await settled();
    const [host, device] = memoryTransportPair('memory:hostile', 'message');
    const sink = {
      message: (header: Parameters<typeof decodeMessage>[0], payload: Uint8Array) => {
        const message = decodeMessage(header, payload);
        if (isLinkError(message)) throw new Error(message.text);
        if (message.type === 'PATTERN_CREDIT') this.#nextPattern = message.nextPatternId;
        this.#heard.set(message.type, (this.#heard.get(message.type) ?? 0) + 1);
      },
      linkError: (error: { text: string }) => {
        throw new Error(error.text);
      },
    };
    const reader = createMessageReader('message', sink, { maximumPayload: 2 ** 26 });
    this.#transport = host;
    this.#ended = false;
    this.#sequence = 0;
    await host.open({
      receive: (chunk) => reader.receive(chunk),
      ended: () => {
        this.#ended = true;
      },
    });
    this.#device.attach(device);
    this.#say({ ...createHello(), versionMajor: 1, hostId: 1 + this.#dice.below(20), maximumPayload: 2 ** 20 });
    this.#say({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 });
    await settled();
  }

  #say(message: Message): void {
    const requestId = this.#dice.below(3) === 0 ? 0 : this.#request++;
    const bytes = encodeMessage({ sequence: this.#sequence++, requestId }, message);
    if (this.#dice.below(20) === 0) {
      const at = this.#dice.below(bytes.length);
      bytes[at] = bytes[at]! ^ (1 << this.#dice.below(8));
    }
    void this.#transport?.send(bytes);
  }

  /** Something that a device in use hears. */
  #sensible(): Message {
    const dice = this.#dice;
    switch (dice.below(9)) {
      case 0:
        return { type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 };
      case 1:
        return { type: 'START', flags: 0 };
      case 2:
        return { type: 'READOUT_CREDIT', creditLimit: 2 ** 40 };
      case 3:
        return { type: 'SET_PACING', mode: 0 };
      case 4:
        return { type: 'READOUT_ACK', nextFrame: dice.below(5000) };
      case 5:
        return { type: 'ABORT' };
      case 6:
        return {
          type: 'PLAY_SEQUENCE',
          firstPatternId: 0,
          sequenceId: 0,
          repetitions: 2,
          steps: new SequenceStepList(),
        };
      case 7:
        return { ...this.#patterns(), type: 'STORE_SEQUENCE', sequenceId: 0, firstIndex: 0 };
      default:
        return { ...this.#patterns(), type: 'PATTERNS', firstPatternId: this.#nextPattern };
    }
  }

  #patterns() {
    const count = this.#dice.below(5);
    const { type: _type, firstPatternId: _first, ...empty } = createPatterns();
    const data = Uint8Array.from({ length: count * PATTERN_BYTES }, () => this.#dice.below(256));
    return { ...empty, count, flags: this.#dice.below(2), patternBytes: PATTERN_BYTES, data };
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
