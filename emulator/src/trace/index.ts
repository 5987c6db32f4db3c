export { frameAsJson, frameAsRow, summaryAsJson, tableFoot, tableHead } from './frame-lines.js';
export { parseOverrides, type TraceOverrides } from './overrides.js';
export { parseTickLines } from './parse-ticks.js';
export { RelativeTrace } from './relative-trace.js';
export { type TraceInput, TraceRun } from './trace-run.js';
export { type TraceRequest, type TraceSettings, traceSettings } from './trace-settings.js';
export { type VcdOptions, VcdWriter } from './vcd-writer.js';
