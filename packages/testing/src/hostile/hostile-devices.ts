import type { OpuErrorCode } from '@opu/core';
import {
  createConfigureReply,
  createReadouts,
  type Message,
  ReadoutRecordList,
  unavailableReason,
} from '@opu/protocol';
import type { Outgoing } from '../broken-device.js';
import type { Malice } from './hostile-link.js';

/** A device that answers, but wrongly, and how that may end. */
export interface HostileDevice {
  readonly does: string;
  /** Codes of the first error of a caller; `borne` where nobody need notice. */
  readonly ends: readonly (OpuErrorCode | 'borne')[];
  readonly malice: Malice;
}

const FAR = 2 ** 40;

const requests = [
  'HELLO',
  'DESCRIBE',
  'ACQUIRE_CONTROL',
  'SET_PACING',
  'GET_CONFIGURATION',
  'ABORT',
  'CONFIGURE',
  'START',
  'STOP',
  'GET_COUNTERS',
  'CLOCK_SYNC',
] as const satisfies readonly Message['type'][];

const report: Message = { type: 'RUN_REPORT', tick: 0, framesDone: 0, nextPatternId: 0 };

/** A reply that answers no request of the kind. */
function anotherType(request: Message['type']): Message {
  return request === 'STOP' || request === 'ABORT' ? createConfigureReply() : report;
}

/** Replies to one request become what `make` says. */
const answering =
  (request: Message['type'], make: (said: Outgoing, times: number) => readonly Outgoing[]): Malice =>
  (said, asked, times) =>
    asked === request ? make(said, times) : [said];

const saying = (said: Outgoing, message: Message): Outgoing => ({ ...said, message });
const pending = (expectedTicks: number): Message => ({ type: 'PENDING', expectedTicks });

/** Messages of one type become what `make` says. */
const turning =
  <Type extends Message['type']>(
    type: Type,
    make: (message: Extract<Message, { type: Type }>, times: number) => readonly Message[],
  ): Malice =>
  (said, _asked, times) =>
    said.message.type === type
      ? make(said.message as Extract<Message, { type: Type }>, times).map((message) => saying(said, message))
      : [said];

const perRequest: readonly HostileDevice[] = requests.flatMap((request) => [
  {
    does: `answers ${request} with a reply of another type`,
    ends: ['PROTOCOL_VIOLATION'],
    malice: answering(request, (said) => [saying(said, anotherType(request))]),
  },
  {
    does: `answers ${request} with PENDING for ever`,
    ends: ['DEVICE_STALLED'],
    malice: answering(request, (said) => [saying(said, pending(0))]),
  },
  {
    does: `answers ${request} once with PENDING for three hours`,
    ends: ['DEVICE_STALLED'],
    malice: answering(request, (said) => [saying(said, pending(FAR))]),
  },
  { does: `never answers ${request}`, ends: ['TIMEOUT'], malice: answering(request, () => []) },
  { does: `answers ${request} twice`, ends: ['borne'], malice: answering(request, (said) => [said, said]) },
  {
    does: `refuses ${request} with a code that is none`,
    ends: ['PROTOCOL_VIOLATION', 'DEVICE_FAULT', 'INVALID_STATE', 'borne'],
    malice: answering(request, (said) => [
      saying(said, {
        type: 'REFUSED',
        requestType: 0,
        resultCode: 60_000,
        field: '',
        value: 0,
        bound: 0,
        limitingTerm: 0,
        text: '',
      } as unknown as Message),
    ]),
  },
]);

/** The readouts with every record changed. */
function withRecords(
  message: Extract<Message, { type: 'READOUTS' }>,
  change: (record: Record<string, number>, index: number) => void,
): Message {
  const records = [...message.frames].map((frame, i) => {
    const record = { ...frame } as unknown as Record<string, number>;
    change(record, i);
    return record;
  });
  return { ...message, frames: ReadoutRecordList.from(records as never) };
}

const ofReadouts: readonly HostileDevice[] = [
  { does: 'sends no readouts', ends: ['DEVICE_STALLED', 'FRAMES_LOST'], malice: turning('READOUTS', () => []) },
  {
    does: 'sends no readouts and answers no question for them',
    ends: ['DEVICE_STALLED', 'FRAMES_LOST'],
    malice: (said) => (said.message.type === 'READOUTS' || said.message.type === 'READOUT_UNAVAILABLE' ? [] : [said]),
  },
  {
    does: 'sends readouts without frames',
    ends: ['DEVICE_STALLED', 'FRAMES_LOST'],
    malice: turning('READOUTS', () => [createReadouts()]),
  },
  {
    does: 'sends readouts with flipped bits',
    ends: ['PROTOCOL_VIOLATION'],
    malice: turning('READOUTS', (m) => [{ ...m, data: m.data.map((byte) => byte ^ 0x10) }]),
  },
  {
    does: 'sends readouts of jumping frame numbers',
    ends: ['DEVICE_STALLED', 'FRAMES_LOST', 'PROTOCOL_VIOLATION'],
    malice: turning('READOUTS', (m, times) => [
      withRecords(m, (r) => {
        r.frame = r.frame! + 1000 * (times + 1);
      }),
    ]),
  },
  {
    does: 'sends readouts of patterns that nobody sent',
    ends: ['PROTOCOL_VIOLATION'],
    malice: turning('READOUTS', (m) => [
      withRecords(m, (r) => {
        r.patternId = FAR;
      }),
    ]),
  },
  {
    does: 'sends readouts of another size',
    ends: ['PROTOCOL_VIOLATION'],
    malice: turning('READOUTS', (m) => [{ ...m, regionWidth: m.regionWidth + 1 }]),
  },
  {
    does: 'sends every readout three times',
    ends: ['borne'],
    malice: turning('READOUTS', (m) => [m, m, m]),
  },
  {
    does: 'answers NOT_YET to every resend and sends no readouts',
    ends: ['DEVICE_STALLED', 'FRAMES_LOST'],
    malice: turning('READOUTS', (m) => [
      {
        type: 'READOUT_UNAVAILABLE',
        from: m.frames.frame(0),
        count: m.frames.count,
        reason: unavailableReason.NOT_YET,
      },
    ]),
  },
  {
    does: 'says that every readout is gone',
    ends: ['FRAMES_LOST'],
    malice: turning('READOUTS', (m) => [
      { type: 'READOUT_UNAVAILABLE', from: m.frames.frame(0), count: m.frames.count, reason: unavailableReason.GONE },
    ]),
  },
];

const ofRuns: readonly HostileDevice[] = [
  { does: 'never says RUN_ENDED', ends: ['DEVICE_STALLED'], malice: turning('RUN_ENDED', () => []) },
  {
    does: 'says RUN_ENDED of a frame far ahead',
    ends: ['DEVICE_STALLED', 'FRAMES_LOST', 'PROTOCOL_VIOLATION'],
    malice: turning('RUN_ENDED', (m) => [{ ...m, nextFrame: FAR }]),
  },
  {
    does: 'says RUN_ENDED of a frame long past, again and again',
    ends: ['DEVICE_STALLED'],
    malice: turning('RUN_ENDED', (m) => [
      { ...m, nextFrame: 0 },
      { ...m, nextFrame: 0 },
    ]),
  },
  {
    does: 'says RUN_ENDED with the first readouts',
    ends: ['borne', 'FRAMES_LOST'],
    malice: turning('READOUTS', (m) => [
      { type: 'RUN_ENDED', tick: 0, framesDone: 1, nextFrame: m.frames.frame(0) + 1 },
      m,
    ]),
  },
  {
    does: 'says RUN_ENDED three times',
    ends: ['borne'],
    malice: turning('RUN_ENDED', (m) => [m, m, m]),
  },
  {
    does: 'starts at a frame far ahead',
    ends: ['DEVICE_STALLED', 'FRAMES_LOST', 'PROTOCOL_VIOLATION'],
    malice: answering('START', (said) => [saying(said, { type: 'DONE', tick: 0, value: FAR })]),
  },
  {
    does: 'reports frames far ahead when it is stopped',
    ends: ['borne', 'DEVICE_STALLED', 'PROTOCOL_VIOLATION', 'FRAMES_LOST'],
    malice: turning('RUN_REPORT', (m) => [{ ...m, framesDone: FAR }]),
  },
  { does: 'gives no credit', ends: ['DEVICE_STALLED', 'TIMEOUT'], malice: turning('PATTERN_CREDIT', () => []) },
  {
    does: 'asks for patterns again without end',
    ends: ['borne', 'DEVICE_STALLED'],
    malice: turning('PATTERN_CREDIT', (m) => [m, { type: 'PATTERN_RESEND', from: m.nextPatternId, count: 1 }]),
  },
];

const ofContents: readonly HostileDevice[] = [
  {
    does: 'takes payloads of 0 bytes',
    ends: ['PROTOCOL_VIOLATION'],
    malice: turning('HELLO_REPLY', (m) => [{ ...m, maximumPayload: 0 }]),
  },
  {
    does: 'has a modulator without mirrors',
    ends: ['PROTOCOL_VIOLATION'],
    malice: turning('DESCRIBE_REPLY', (m) => [{ ...m, modulatorWidth: 0 }]),
  },
  {
    does: 'has ticks of no length',
    ends: ['PROTOCOL_VIOLATION'],
    malice: turning('DESCRIBE_REPLY', (m) => [{ ...m, tickPicoseconds: 0 }]),
  },
  {
    does: 'is configured to a pixel format that is none',
    ends: ['PROTOCOL_VIOLATION'],
    malice: turning('CONFIGURE_REPLY', (m) => [{ ...m, pixelFormat: 77 as typeof m.pixelFormat }]),
  },
  {
    does: 'confirms a trigger mode that nobody asked for',
    ends: ['PROTOCOL_VIOLATION'],
    malice: answering('CONFIGURE', (said) => [saying(said, { ...said.message, triggerMode: 2 } as unknown as Message)]),
  },
  {
    does: 'has a region of interest beyond its sensor',
    ends: ['PROTOCOL_VIOLATION'],
    malice: turning('CONFIGURE_REPLY', (m) => [{ ...m, regionWidth: 60_000 }]),
  },
  {
    does: 'has patterns of four gigabytes',
    ends: ['PROTOCOL_VIOLATION'],
    malice: turning('CONFIGURE_REPLY', (m) => [{ ...m, patternBytes: 2 ** 32 - 1 }]),
  },
  {
    does: 'answers CLOCK_SYNC before it was asked',
    ends: ['PROTOCOL_VIOLATION'],
    malice: turning('CLOCK_SYNC_REPLY', (m) => [{ ...m, arrivalTick: m.departureTick + 1 }]),
  },
];

export const hostileDevices: readonly HostileDevice[] = [...perRequest, ...ofReadouts, ...ofRuns, ...ofContents];
