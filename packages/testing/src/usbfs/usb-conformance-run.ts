import { runCli } from '@opu/cli';
import type { SuiteReport } from '@opu/conformance';
import { RecordingTerminal } from '../recording-terminal.js';
import { Bus } from './bus.js';
import { usbHandlesClosed } from './closed-handles.js';

/**
 * Runs a suite of `opu conformance` against a device on the virtual bus; run in a mount namespace of its own, it prints
 * what came out as one JSON document.
 */
const [suite = 'device'] = process.argv.slice(2);
const bus = new Bus(['tiny', '7']);
await bus.ready();
await bus.tell('plug');
const terminal = new RecordingTerminal();
const code = await runCli(['conformance', 'usb:', '--suite', suite, '--json'], terminal);
await usbHandlesClosed();
await bus.tell('end');
const { results, verdict } = JSON.parse(terminal.output) as SuiteReport;
const bad = results.filter((r) => r.verdict === 'fail').map(({ number, reason }) => `${number} ${reason}`);
console.log(JSON.stringify({ code, bad, verdict }));
