import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Carrier } from '@opu/core';
import { expect } from 'chai';
import type { MessageHeader } from '../codec/header.js';
import type { LinkError } from '../codec/link-error.js';
import { decodeMessage, encodeMessage, isLinkError, messageTypeName } from '../codec/message.js';
import { createMessageReader } from '../framing/create-message-reader.js';
import { linkErrorKindName } from '../generated/enums.js';
import type { Message, MessageTypeName } from '../generated/messages.js';
import { messageFromPlain, messageToPlain } from '../schema/plain.js';
import { schema } from '../schema/schema.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const folder = join(root, 'vectors');
/** Messages as released versions write them; they stay as they are. */
const released = join(root, 'released-vectors');

interface VectorJson {
  readonly type: MessageTypeName;
  readonly header: {
    readonly sequence: number;
    readonly requestId: number;
    readonly compatibleFlags: number;
    readonly session: number;
  };
  readonly message: Record<string, never>;
  readonly error: string;
  readonly maximumPayload: number;
  readonly messages: readonly string[];
}

function load(kind: string, from = folder): { name: string; bytes: Uint8Array; json: VectorJson }[] {
  return readdirSync(join(from, kind))
    .filter((file) => file.endsWith('.bin'))
    .map((file) => ({
      name: file.slice(0, -4),
      bytes: new Uint8Array(readFileSync(join(from, kind, file))),
      json: JSON.parse(readFileSync(join(from, kind, file.replace(/bin$/, 'json')), 'utf8')) as VectorJson,
    }));
}

function read(carrier: Carrier, bytes: Uint8Array, maximumPayload = 65536) {
  const messages: { header: MessageHeader; message: Message }[] = [];
  const errors: LinkError[] = [];
  const reader = createMessageReader(
    carrier,
    {
      message: (header, payload) => {
        const message = decodeMessage(header, payload);
        if (isLinkError(message)) errors.push(message);
        else messages.push({ header: { ...header }, message });
      },
      linkError: (error) => errors.push(error),
    },
    { maximumPayload },
  );
  reader.receive(bytes);
  return { messages, errors };
}

describe('the golden vectors', () => {
  it('hold every message', () => {
    const types = new Set(load('valid').map((vector) => vector.json.type));
    expect([...types].sort()).to.deep.equal(schema.messages.map((m) => m.name).sort());
  });

  it('are read field for field and written byte for byte, when they are valid', () => {
    for (const { name, bytes, json } of load('valid')) {
      const { messages, errors } = read('message', bytes);
      expect(errors, name).to.deep.equal([]);
      const { header, message } = messages[0]!;
      expect(message.type, name).to.equal(json.type);
      expect(messageToPlain(message), name).to.deep.equal(json.message);
      expect(header, name).to.include(json.header);
      expect(encodeMessage(json.header, messageFromPlain(json.type, json.message)), name).to.deep.equal(bytes);
    }
  });

  it('are read as version 1.0 wrote them, with defaults for what came later', () => {
    const vectors = load('1.0', released);
    expect(vectors.length).to.be.greaterThan(30);
    for (const { name, bytes, json } of vectors) {
      const { messages, errors } = read('message', bytes);
      expect(errors, name).to.deep.equal([]);
      const { header, message } = messages[0]!;
      expect(messageToPlain(message), name).to.deep.include(json.message);
      expect(header, name).to.include({ ...json.header, versionMinor: 0, session: 0 });
      if (message.type === 'HELLO' || message.type === 'HELLO_REPLY') expect(message.hostNonce, name).to.equal(0);
    }
  });

  it('are read without what a later version added', () => {
    for (const { name, bytes, json } of load('extended')) {
      const { messages, errors } = read('message', bytes);
      expect(errors, name).to.deep.equal([]);
      expect(messageTypeName(messages[0]!.header.type), name).to.equal(json.type);
      expect(messageToPlain(messages[0]!.message), name).to.deep.equal(json.message);
    }
  });

  it('are refused as what they are, when they are invalid', () => {
    for (const { name, bytes, json } of load('invalid')) {
      const { messages, errors } = read('message', bytes, json.maximumPayload);
      expect(messages, name).to.deep.equal([]);
      expect(
        errors.map((error) => linkErrorKindName(error.kind)),
        name,
      ).to.deep.equal([json.error]);
    }
  });

  it('are all received from the stream carrier, with garbage in front of each as well', () => {
    for (const { name, bytes, json } of load('stream')) {
      const { messages } = read('stream', bytes);
      const expected = json.messages.map((vector) => vector.split('.')[0]!.toUpperCase());
      expect(
        messages.map(({ message }) => message.type),
        name,
      ).to.deep.equal(expected);
    }
  });
});
