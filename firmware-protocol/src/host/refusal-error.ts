import { OpuError, type OpuErrorCode } from '@opu/core';
import { limitingTermName, resultCode, resultCodeName } from '../generated/enums.js';
import type { Refused } from '../generated/messages.js';

const codes: Readonly<Record<number, OpuErrorCode>> = {
  [resultCode.NOT_SUPPORTED]: 'NOT_SUPPORTED',
  [resultCode.MALFORMED]: 'PROTOCOL_VIOLATION',
  [resultCode.VERSION_MISMATCH]: 'VERSION_MISMATCH',
  [resultCode.NO_HANDSHAKE]: 'PROTOCOL_VIOLATION',
  [resultCode.NOT_IN_CONTROL]: 'NOT_IN_CONTROL',
  [resultCode.CONTROL_TAKEN]: 'DEVICE_BUSY',
  [resultCode.OUT_OF_RANGE]: 'INVALID_ARGUMENT',
  [resultCode.PERIOD_TOO_SHORT]: 'CONFIGURATION_REFUSED',
  [resultCode.WRONG_STATE]: 'INVALID_STATE',
  [resultCode.BUSY]: 'DEVICE_BUSY',
  [resultCode.NO_ROOM]: 'INVALID_ARGUMENT',
  // This host keeps within its credit: one that the device did not give came from elsewhere on the link.
  [resultCode.NO_CREDIT]: 'LINK_CORRUPT',
  [resultCode.UNKNOWN_SEQUENCE]: 'INVALID_ARGUMENT',
  [resultCode.TRIGGER_IGNORED]: 'INVALID_STATE',
  [resultCode.REPLY_GONE]: 'PROTOCOL_VIOLATION',
  [resultCode.DEVICE_FAULT]: 'DEVICE_FAULT',
  [resultCode.ABORTED]: 'ABORTED',
};

/** A refusal as the error that a caller sees. `details` holds the result code, field, value and bound. */
export function refusalError(refusal: Refused, request: string): OpuError {
  const name = resultCodeName(refusal.resultCode) ?? `result code ${refusal.resultCode}`;
  const isConfiguration = request === 'CONFIGURE' && refusal.field !== '';
  const code = isConfiguration ? 'CONFIGURATION_REFUSED' : (codes[refusal.resultCode] ?? 'DEVICE_FAULT');
  const term = refusal.limitingTerm === 0 ? undefined : limitingTermName(refusal.limitingTerm);
  const blame = refusal.field === '' ? '' : ` (${refusal.field} = ${refusal.value}, allowed: ${refusal.bound})`;
  return new OpuError(code, `The device refuses ${request}: ${refusal.text || name}${blame}`, {
    details: {
      resultCode: name,
      ...(refusal.field === '' ? {} : { field: refusal.field, value: refusal.value, bound: refusal.bound }),
      ...(term === undefined ? {} : { limitingTerm: term.toLowerCase().replaceAll('_', '-') }),
    },
  });
}
