const integer = (description: string) => ({ type: 'integer', minimum: 0, description });
const text = (description: string) => ({ type: 'string', description });
const object = (title: string, properties: Record<string, object>, required: readonly string[]) => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title,
  type: 'object',
  properties: {
    ...properties,
    crc32: { type: 'string', pattern: '^[0-9a-f]{8}$', description: 'CRC-32 of the bytes before `,"crc32"`' },
  },
  required: [...required, 'crc32'],
});

const tick = integer('instant of the device clock, ticks');

/** JSON Schemas of the records that are JSON, as they are written into each capture. */
export const jsonSchemas = {
  device: object(
    'opu.Device',
    {
      tick,
      address: text('address that the device was opened by'),
      identity: { type: 'object', description: 'vendor, model, serial, firmwareVersion, profile' },
      limits: { type: 'object', description: 'what the device can do; durations in ticks' },
    },
    ['tick', 'address', 'identity', 'limits'],
  ),
  configuration: object(
    'opu.Configuration',
    {
      tick,
      request: { type: 'object', description: 'what was asked for; absent when it was in force from the start' },
      applied: { type: 'object', description: 'what the device applied; durations in ticks' },
    },
    ['tick', 'applied'],
  ),
  event: object(
    'opu.Event',
    { tick, name: text('kind of the event'), value: { type: 'number' }, text: text('for people') },
    ['tick', 'name'],
  ),
  counters: object(
    'opu.Counters',
    { tick, counters: { type: 'object', additionalProperties: { type: 'integer', minimum: 0 } } },
    ['tick', 'counters'],
  ),
  log: object(
    'foxglove.Log',
    {
      tick,
      timestamp: {
        type: 'object',
        title: 'time',
        properties: { sec: { type: 'integer', minimum: 0 }, nsec: { type: 'integer', minimum: 0 } },
      },
      level: integer('1 debug, 2 info, 3 warning, 4 error, 5 fatal'),
      message: text('what was noted'),
      name: text('who noted it'),
      file: text('always empty'),
      line: integer('always 0'),
    },
    ['tick', 'timestamp', 'level', 'message', 'name'],
  ),
  gap: object(
    'opu.Gap',
    {
      tick,
      frames: integer('frames not recorded between the readout before this record and the one after'),
      framesInAll: integer('frames not recorded since the recording began'),
      firstFrame: integer('number of the first of them, where it is known'),
      lastFrame: integer('number of the last of them, where it is known'),
    },
    ['tick', 'frames', 'framesInAll'],
  ),
} as const;
