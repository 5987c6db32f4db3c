import type { EnumType } from './model/types.js';

/** Why a request was refused. */
export const resultCodes: EnumType = {
  name: 'ResultCode',
  doc: 'Why a request was refused.',
  values: [
    { name: 'NOT_SUPPORTED', value: 1, doc: 'The device does not know this type of message, or lacks the feature.' },
    { name: 'MALFORMED', value: 2, doc: 'The payload does not hold what its type needs.' },
    { name: 'VERSION_MISMATCH', value: 3, doc: 'Another major version; the text names both.' },
    { name: 'NO_HANDSHAKE', value: 4, doc: 'HELLO has to come first.' },
    { name: 'NOT_IN_CONTROL', value: 5, doc: 'Only the holder of the control lease may ask for this.' },
    { name: 'CONTROL_TAKEN', value: 6, doc: 'Another host holds the control lease.' },
    { name: 'OUT_OF_RANGE', value: 7, doc: 'A value is outside of its bounds: field, value and bound are given.' },
    { name: 'PERIOD_TOO_SHORT', value: 8, doc: 'The period is below the minimum: bound and limiting term are given.' },
    { name: 'WRONG_STATE', value: 9, doc: 'Not possible now: a run is under way, or none is.' },
    { name: 'BUSY', value: 10, doc: 'The device is doing something else; ask again.' },
    { name: 'NO_ROOM', value: 11, doc: 'More than the device has room for.' },
    { name: 'NO_CREDIT', value: 12, doc: 'More was sent than the device had given credit for.' },
    { name: 'UNKNOWN_SEQUENCE', value: 13, doc: 'No stored sequence has this number.' },
    { name: 'TRIGGER_IGNORED', value: 14, doc: 'The trigger fired nothing; value is an IgnoredTriggerReason.' },
    { name: 'REPLY_GONE', value: 15, doc: 'The request came again after its stored reply was dropped.' },
    { name: 'DEVICE_FAULT', value: 16, doc: 'The device cannot do it because something in it is damaged.' },
    { name: 'ABORTED', value: 17, doc: 'Another request put an end to it.' },
  ],
};
