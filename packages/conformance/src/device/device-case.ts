import type { ConformanceCase } from '../runner/case.js';
import type { DeviceBench } from './device-bench.js';

export type DeviceCase = ConformanceCase<DeviceBench>;

/** Writes a group's cases: `D-<group's letters>-<place>`. */
export function group(
  letters: string,
  name: string,
  cases: readonly (readonly [
    description: string,
    expectation: string,
    clauses: string,
    run: (bench: DeviceBench) => Promise<void>,
  ])[],
): DeviceCase[] {
  return cases.map(([description, expectation, clauses, run], i) => ({
    number: `D-${letters}-${String(i + 1).padStart(2, '0')}`,
    group: name,
    description,
    expectation,
    clauses: clauses.split(' ').map((clause) => `OPU-${clause}`),
    run,
  }));
}
