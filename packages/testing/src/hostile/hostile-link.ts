import type { Transport } from '@opu/core';
import { createMessageReader, decodeMessage, isLinkError, type Message } from '@opu/protocol';
import { type Outgoing, withDefect } from '../broken-device.js';

/** What a hostile device makes of a message of the healthy one behind it, knowing which request it answers. */
export type Malice = (said: Outgoing, asked: Message['type'] | undefined, times: number) => readonly Outgoing[];

/**
 * The host's end of a link to a device that answers, but wrongly.
 * `times` counts the messages of one type that it has turned over before.
 */
export function hostileLink(inner: Transport, malice: Malice): Transport {
  const asked = new Map<number, Message['type']>();
  const turned = new Map<string, number>();
  const listener = createMessageReader(
    inner.carrier,
    {
      message: (header, payload) => {
        const message = decodeMessage(header, payload);
        if (!isLinkError(message)) asked.set(header.requestId, message.type);
      },
      linkError: (error) => {
        throw new Error(error.text);
      },
    },
    { maximumPayload: 2 ** 26 },
  );
  const heard: Transport = {
    address: inner.address,
    carrier: inner.carrier,
    open: (sink) => inner.open(sink),
    close: () => inner.close(),
    send: (chunk) => {
      listener.receive(chunk);
      return inner.send(chunk);
    },
  };
  return withDefect(
    heard,
    (said) => {
      const request = said.requestId === 0 ? undefined : asked.get(said.requestId);
      const key = `${request} ${said.message.type}`;
      const times = turned.get(key) ?? 0;
      turned.set(key, times + 1);
      return malice(said, request, times);
    },
    new Map(),
  );
}
