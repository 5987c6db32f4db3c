import type { Message } from '../generated/messages.js';

/** Requests that anybody may make who has shaken hands. */
export const OPEN_TO_ALL: ReadonlySet<Message['type']> = new Set<Message['type']>([
  'DESCRIBE',
  'ACQUIRE_CONTROL',
  'RELEASE_CONTROL',
  'HEARTBEAT',
  'CLOCK_SYNC',
  'GET_CONFIGURATION',
  'QUERY_PERIOD',
  'GET_COUNTERS',
]);
