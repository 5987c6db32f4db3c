import type { Carrier } from '@opu/core';
import { HandshakeReader } from './handshake-reader.js';
import { LengthReader } from './length-reader.js';
import type { MessageReader, MessageSink, ReaderOptions } from './message-reader.js';
import { StreamReader } from './stream-reader.js';
import { TransferReader } from './transfer-reader.js';

/** The reader for a carrier. */
export function createMessageReader(carrier: Carrier, sink: MessageSink, options: ReaderOptions = {}): MessageReader {
  if (carrier === 'length' && options.seeksHandshake === true) return new HandshakeReader(sink, options);
  switch (carrier) {
    case 'stream':
      return new StreamReader(sink, options);
    case 'length':
      return new LengthReader(sink, options);
    case 'message':
      return new TransferReader(sink, options);
  }
}
