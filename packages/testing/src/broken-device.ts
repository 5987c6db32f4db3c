import type { Transport } from '@opu/core';
import {
  createMessageReader,
  decodeMessage,
  encodeMessage,
  frameForCarrier,
  isLinkError,
  type Message,
} from '@opu/protocol';

/** What a message of the device becomes. */
export interface Outgoing {
  readonly message: Message;
  readonly requestId: number;
  readonly compatibleFlags: number;
  readonly session: number;
  readonly sequence: number;
}

/** One defect: what the device says instead. Nothing stands for silence; bytes are sent as they are. */
export type Defect = (said: Outgoing, state: Map<string, unknown>) => readonly (Outgoing | Uint8Array)[];

/** The host's end of a link to a device that has a defect; the device itself is healthy. */
export function withDefect(inner: Transport, defect: Defect, state: Map<string, unknown>): Transport {
  const { carrier, address } = inner;
  return {
    address,
    carrier,
    send: (chunk) => inner.send(chunk),
    close: () => inner.close(),
    open: async (sink) => {
      const say = (said: Outgoing | Uint8Array): void => {
        if (said instanceof Uint8Array) sink.receive(frameForCarrier(carrier, said));
        else sink.receive(frameForCarrier(carrier, encodeMessage(said, said.message)));
      };
      const reader = createMessageReader(
        carrier,
        {
          message: ({ requestId, compatibleFlags, sequence, session, ...header }, payload) => {
            const message = decodeMessage({ ...header, requestId, compatibleFlags, sequence, session }, payload);
            if (isLinkError(message)) throw new Error(message.text);
            for (const said of defect({ message, requestId, compatibleFlags, sequence, session }, state)) say(said);
          },
          linkError: (error) => {
            throw new Error(error.text);
          },
        },
        { maximumPayload: 2 ** 26 },
      );
      await inner.open({ receive: (chunk) => reader.receive(chunk), ended: (reason) => sink.ended(reason) });
    },
  };
}
