import { expect } from 'chai';
import { VirtualClock } from '../../clock/virtual-clock.js';
import { decodeMessage } from '../../codec/message.js';
import { createMessageReader } from '../../framing/message-reader.js';
import { type ResultCode, resultCodeName } from '../../generated/enums.js';
import { schema } from '../../schema/schema.js';
import { TwoMachines } from '../../testing/two-machines.js';
import { memoryTransportPair } from '../../transport/memory.js';
import { invalidVectors } from '../../vectors/invalid.js';
import { DeviceServer } from './device-server.js';

interface Answer {
  readonly requestId: number;
  readonly requestType: number;
  readonly code: ReturnType<typeof resultCodeName>;
}

/** What a device that has just been connected to answers to these bytes. */
async function answers(bytes: Uint8Array): Promise<Answer[]> {
  const server = new DeviceServer({
    machine: new TwoMachines().device,
    clock: new VirtualClock(),
    linkError: () => {},
  });
  const [host, device] = memoryTransportPair('memory:', 'message');
  const heard: Answer[] = [];
  const reader = createMessageReader('message', {
    message: (header, payload) => {
      const message = decodeMessage(header, payload) as { resultCode: ResultCode; requestType: number };
      const { requestId } = header;
      heard.push({ requestId, requestType: message.requestType, code: resultCodeName(message.resultCode) });
    },
    linkError: (error) => expect.fail(error.text),
  });
  await host.open({ receive: (chunk) => reader.receive(chunk), ended: () => {} });
  server.attach(device);
  host.send(bytes);
  await new Promise((resolve) => setImmediate(resolve));
  await server.close();
  return heard;
}

const codeOf: Readonly<Record<string, string>> = {
  UNKNOWN_TYPE: 'NOT_SUPPORTED',
  INCOMPATIBLE_FLAG: 'NOT_SUPPORTED',
  MALFORMED: 'MALFORMED',
  TOO_LONG: 'NO_ROOM',
  VERSION: 'VERSION_MISMATCH',
};

describe('DeviceLink', () => {
  it('answers every invalid vector with an intact header by the refusal that OPU-LNK-5 says, and no other', async () => {
    for (const { name, error, bytes } of invalidVectors(schema)) {
      const heard = await answers(new Uint8Array(bytes));
      const code = codeOf[error];
      const requestType = bytes.length < 10 ? 0 : bytes.readUInt16LE(8);
      expect(heard, name).to.deep.equal(code === undefined ? [] : [{ requestId: 5, requestType, code }]);
    }
  });
});
