import type { AppliedConfiguration, ConfigurationRequest } from '../api/opu-device.js';

/**
 * The fields of a request that are not so already. A device that cannot change a field refuses any request that names it, though it
 * may stand as it is wanted.
 */
export function changedFields(applied: AppliedConfiguration, request: ConfigurationRequest): ConfigurationRequest {
  return Object.fromEntries(
    Object.entries(request).filter(([name, wanted]) => !isSame(applied[name as keyof AppliedConfiguration], wanted)),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [x, y] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
  return Object.keys(y).every((key) => isSame(x[key], y[key]));
}
