import { OpuError } from '@opu/core';
import { configurationField as field, pixelFormat as pixelFormats } from '../generated/enums.js';
import type { Configure, ConfigureReply, DescribeReply, HelloReply, Message } from '../generated/messages.js';

/** The final reply to each request that a host sends, but for REFUSED; the table of each message in SPEC.md says the same. */
export const replyOf: Readonly<Partial<Record<Message['type'], Message['type']>>> = {
  HELLO: 'HELLO_REPLY',
  DESCRIBE: 'DESCRIBE_REPLY',
  ACQUIRE_CONTROL: 'DONE',
  RELEASE_CONTROL: 'DONE',
  HEARTBEAT: 'DONE',
  CLOCK_SYNC: 'CLOCK_SYNC_REPLY',
  CONFIGURE: 'CONFIGURE_REPLY',
  GET_CONFIGURATION: 'CONFIGURE_REPLY',
  QUERY_PERIOD: 'QUERY_PERIOD_REPLY',
  STORE_SEQUENCE: 'DONE',
  ERASE_SEQUENCE: 'DONE',
  PLAY_SEQUENCE: 'DONE',
  START: 'DONE',
  STOP: 'RUN_REPORT',
  ABORT: 'RUN_REPORT',
  SOFTWARE_TRIGGER: 'DONE',
  GET_COUNTERS: 'COUNTERS_REPLY',
  RESET_COUNTERS: 'DONE',
  SET_PACING: 'DONE',
  SPEND: 'DONE',
};

/** Smallest `maximumPayload` that either side may name, bytes. */
const LEAST_PAYLOAD = 4096;

/**
 * Whether a reply answers its request at all, and whether what it says can be: what passes is used without another look.
 * @param description what the device said of itself, once it has
 * @returns what ends the session, because a device that breaks this cannot be believed; nothing for a sound reply
 */
export function judgeReply(request: Message, reply: Message, description?: DescribeReply): OpuError | undefined {
  if (reply.type === 'REFUSED') return undefined;
  const wanted = replyOf[request.type];
  if (wanted !== undefined && reply.type !== wanted) {
    return violation(
      'OPU-REQ-1',
      `answered ${request.type} with ${reply.type}; its reply is ${wanted}, PENDING or REFUSED`,
      {
        request: request.type,
        reply: reply.type,
      },
    );
  }
  switch (reply.type) {
    case 'HELLO_REPLY':
      return judgeHello(reply);
    case 'DESCRIBE_REPLY':
      return judgeDescription(reply);
    case 'CONFIGURE_REPLY':
      return (
        judgeConfiguration(reply, description) ?? (request.type === 'CONFIGURE' ? compare(request, reply) : undefined)
      );
    case 'CLOCK_SYNC_REPLY':
      if (reply.departureTick >= reply.arrivalTick) return undefined;
      return violation(
        'OPU-CLK-2',
        `answered CLOCK_SYNC on tick ${reply.departureTick}, before it came on ${reply.arrivalTick}`,
        {
          arrivalTick: reply.arrivalTick,
          departureTick: reply.departureTick,
        },
      );
    default:
      return undefined;
  }
}

function judgeHello({ maximumPayload }: HelloReply): OpuError | undefined {
  if (maximumPayload >= LEAST_PAYLOAD) return undefined;
  return violation('OPU-HS-3', `takes payloads of ${maximumPayload} bytes; ${LEAST_PAYLOAD} is the least allowed`, {
    maximumPayload,
  });
}

/** Sizes and counts without which nothing can be shown or read. */
const neverZero = [
  'modulatorWidth',
  'modulatorHeight',
  'sensorWidth',
  'sensorHeight',
  'patternSlots',
  'frameBuffers',
  'tickPicoseconds',
] as const satisfies readonly (keyof DescribeReply)[];

function judgeDescription(description: DescribeReply): OpuError | undefined {
  const name = neverZero.find((each) => description[each] === 0);
  if (name === undefined) return undefined;
  return violation('OPU-HS-8', `describes itself with ${name} 0; it is at least 1`, { field: name, value: 0 });
}

function judgeConfiguration(reply: ConfigureReply, description: DescribeReply | undefined): OpuError | undefined {
  const { regionX, regionY, regionWidth, regionHeight, macroColumns, macroRows, pixelFormat } = reply;
  if (!(Object.values(pixelFormats) as number[]).includes(pixelFormat)) {
    return violation('OPU-CFG-2', `is configured for pixel format ${pixelFormat}, which is none`, { pixelFormat });
  }
  if (regionWidth === 0 || regionHeight === 0) {
    return violation('OPU-CFG-2', `has a region of interest of ${regionWidth} x ${regionHeight} pixels`, {
      regionWidth,
      regionHeight,
    });
  }
  if (reply.periodTicks < reply.minimumPeriodTicks) {
    return violation(
      'OPU-CFG-4',
      `has a period of ${reply.periodTicks} ticks, below its own minimum of ${reply.minimumPeriodTicks}`,
      {
        periodTicks: reply.periodTicks,
        minimumPeriodTicks: reply.minimumPeriodTicks,
      },
    );
  }
  if (description === undefined) return undefined;
  const { sensorWidth, sensorHeight, modulatorWidth, modulatorHeight } = description;
  if (regionX + regionWidth > sensorWidth || regionY + regionHeight > sensorHeight) {
    return violation(
      'OPU-CFG-2',
      `has a region of interest of ${regionWidth} x ${regionHeight} pixels at ${regionX}, ${regionY} on a sensor of ` +
        `${sensorWidth} x ${sensorHeight}`,
      { regionX, regionY, regionWidth, regionHeight },
    );
  }
  const isRaw = macroColumns === 0 && macroRows === 0;
  const values = isRaw ? modulatorWidth * modulatorHeight : macroColumns * macroRows;
  const patternBytes = Math.ceil(values / 8);
  if (values === 0 || reply.patternBytes !== patternBytes) {
    return violation(
      'OPU-CFG-8',
      `says that a pattern of ${values} values has ${reply.patternBytes} bytes and not ${patternBytes}`,
      {
        macroColumns,
        macroRows,
        patternBytes: reply.patternBytes,
      },
    );
  }
  return undefined;
}

/** What is one choice among several cannot be rounded: it is applied as it was asked for, or refused. */
const choices: readonly (readonly [bit: number, names: readonly (keyof Configure & keyof ConfigureReply)[]])[] = [
  [field.REGION_OF_INTEREST, ['regionX', 'regionY', 'regionWidth', 'regionHeight']],
  [field.PIXEL_FORMAT, ['pixelFormat']],
  [field.OVERRUN, ['overrunMode']],
  [field.TRIGGER, ['triggerMode']],
  [field.MACRO_PIXELS, ['macroColumns', 'macroRows']],
  [field.REFERENCE, ['referenceOn', 'referencePhaseSteps']],
];

function compare(asked: Configure, applied: ConfigureReply): OpuError | undefined {
  for (const [bit, names] of choices) {
    if ((asked.fields & bit) === 0) continue;
    const name = names.find((each) => asked[each] !== applied[each]);
    if (name === undefined) continue;
    return violation(
      'OPU-CFG-1',
      `was asked for ${name} ${asked[name]} and confirms ${applied[name]}; it applies what is asked for or refuses it`,
      { field: name, asked: asked[name], applied: applied[name] },
    );
  }
  return undefined;
}

/** The device broke a clause of SPEC.md. */
export function violation(clause: string, what: string, details: Readonly<Record<string, unknown>>): OpuError {
  return new OpuError(
    'PROTOCOL_VIOLATION',
    `The device ${what} (${clause}). The session is over; report it to the maker of the device.`,
    { details: { clause, ...details } },
  );
}
