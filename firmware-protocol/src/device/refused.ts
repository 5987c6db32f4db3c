import { resultCode } from '../generated/enums.js';
import type { Refused } from '../generated/messages.js';

/** A refusal that blames no field; spread it and add `field`, `value`, `bound` where one is to blame. */
export function refused(code: keyof typeof resultCode, text: string): Refused {
  return {
    type: 'REFUSED',
    resultCode: resultCode[code],
    limitingTerm: 0,
    requestType: 0,
    value: 0,
    bound: 0,
    field: '',
    text,
  };
}
