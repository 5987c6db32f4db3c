import { CounterRecordList } from '../generated/records.js';

/** A hostile sequence or id counts as many messages as it skips: counters end where the wire's numbers do. */
export function counterRecords(
  counters: readonly { readonly id: number; readonly value: number }[],
): CounterRecordList {
  const most = Number.MAX_SAFE_INTEGER;
  return CounterRecordList.from(counters.map(({ id, value }) => ({ id, value: Math.min(value, most) })));
}
