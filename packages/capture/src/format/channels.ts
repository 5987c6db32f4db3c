import { jsonSchemas } from './json-schemas.js';
import { patternSchemaData, rawImageSchemaData } from './protobuf-schema.js';
import type { RecordKind } from './records.js';
import type { RecordEncoding } from './seal.js';

export interface CaptureChannel {
  readonly kind: RecordKind;
  /** Id of the channel; its schema's id is one more, because MCAP keeps schema 0 for "none". */
  readonly id: number;
  readonly topic: string;
  readonly encoding: RecordEncoding;
  readonly schemaName: string;
  readonly schemaEncoding: 'protobuf' | 'jsonschema';
  readonly schemaData: Uint8Array;
}

const json = (kind: keyof typeof jsonSchemas, id: number, topic: string, schemaName: string): CaptureChannel => ({
  kind,
  id,
  topic,
  encoding: 'json',
  schemaName,
  schemaEncoding: 'jsonschema',
  schemaData: Buffer.from(JSON.stringify(jsonSchemas[kind]), 'utf8'),
});

/** Every channel of a capture. Ids and topics are stable: a file of an older version is read by them. */
export const channels: readonly CaptureChannel[] = [
  json('device', 0, '/opu/device', 'opu.Device'),
  json('configuration', 1, '/opu/configuration', 'opu.Configuration'),
  {
    kind: 'pattern',
    id: 2,
    topic: '/opu/patterns',
    encoding: 'protobuf',
    schemaName: 'opu.Pattern',
    schemaEncoding: 'protobuf',
    schemaData: patternSchemaData,
  },
  {
    kind: 'readout',
    id: 3,
    topic: '/opu/readouts',
    encoding: 'protobuf',
    schemaName: 'foxglove.RawImage',
    schemaEncoding: 'protobuf',
    schemaData: rawImageSchemaData,
  },
  json('event', 4, '/opu/events', 'opu.Event'),
  json('counters', 5, '/opu/counters', 'opu.Counters'),
  json('log', 6, '/opu/log', 'foxglove.Log'),
  json('gap', 7, '/opu/gaps', 'opu.Gap'),
];

const byKind = new Map(channels.map((channel) => [channel.kind, channel]));
const byTopic = new Map(channels.map((channel) => [channel.topic, channel]));

export function channelOf(kind: RecordKind): CaptureChannel {
  return byKind.get(kind)!;
}

export function channelOfTopic(topic: string): CaptureChannel | undefined {
  return byTopic.get(topic);
}
