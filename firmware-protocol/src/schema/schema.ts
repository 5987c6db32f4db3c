import { bits, enums } from './enums.js';
import { configurationMessages } from './messages/configuration.js';
import { eventMessages } from './messages/events.js';
import { handshakeMessages } from './messages/handshake.js';
import { patternMessages } from './messages/patterns.js';
import { readoutMessages } from './messages/readouts.js';
import { replyMessages } from './messages/replies.js';
import { runMessages } from './messages/runs.js';
import { virtualTimeMessages } from './messages/virtual-time.js';
import type { Schema } from './model/types.js';
import { records } from './records.js';
import { resultCodes } from './result-codes.js';

/**
 * The wire in one place; TypeScript, C, the dissector, the tables of SPEC.md and the vectors are generated from it.
 *
 * How a payload evolves: a new field goes behind all others of its message (or record), with `since` = the new minor
 * version and a default. An older reader ignores what stands behind the fields that it knows; a newer reader of an older
 * payload sees the default. Fields are never removed, moved, retyped or given another meaning within a major version.
 */
export const schema: Schema = {
  // The bytes 'O' 'P' 'U' 0xb1.
  magic: 0xb155504f,
  versionMajor: 1,
  versionMinor: 1,
  enums: [...enums, resultCodes],
  bits,
  records,
  messages: [
    ...handshakeMessages,
    ...replyMessages,
    ...configurationMessages,
    ...patternMessages,
    ...runMessages,
    ...readoutMessages,
    ...eventMessages,
    ...virtualTimeMessages,
  ],
};
