export type { DeviceCase } from './device/device-case.js';
export type { DriverBench, DriverBenchOptions } from './driver/bench/driver-bench.js';
export { DriverWire } from './driver/bench/driver-wire.js';
export { type DriverCase, driverCases } from './driver/driver-cases.js';
export {
  type DriverSuiteHarness,
  type DriverSuiteOptions,
  describeDriver,
  runDriverSuite,
} from './driver/driver-suite.js';
export { driverPromises, type InterfacePromise } from './driver/promises.js';
export { EVIDENCE_FORMAT, type Evidence, EvidenceFolder, type EvidenceOptions } from './evidence/evidence-folder.js';
export type { WireLogEntry } from './log/wire-log.js';
export { badge } from './report/badge.js';
export { htmlReport } from './report/html.js';
export { junitReport } from './report/junit.js';
export { caseLine, summaryLine, textReport, unprovenClauses } from './report/text.js';
export { type CaseFacts, CaseVerdict, type ConformanceCase, type Verdict, verdicts } from './runner/case.js';
export { type DifferingCase, differingCases } from './runner/repeat.js';
export type { CaseResult, SuiteReport } from './runner/result.js';
export { selectCases } from './runner/select.js';
export { type DeviceSuiteOptions, deviceCases, runDeviceSuite } from './suite/device-suite.js';
