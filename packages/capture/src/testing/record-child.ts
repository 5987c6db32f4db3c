import { writeSync } from 'node:fs';
import { VirtualClock } from '@opu/protocol';
import { openRecorder } from '../record/open-recorder.js';
import { recordDevice } from '../record/record-device.js';
import { BenchDevice, benchPatterns } from './bench-device.js';
import { KILL_WIDTH } from './kill.js';

// Records for ever into the file named on the command line, and says after each frame how many it has handed out.
const path = process.argv[2]!;
const clock = new VirtualClock();
const device = await recordDevice(new BenchDevice(clock, { width: KILL_WIDTH }), await openRecorder(path, { clock }));
let frames = 0;
for await (const _ of device.stream(benchPatterns(1e9))) writeSync(1, `${++frames}\n`);
