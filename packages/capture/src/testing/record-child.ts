import { writeSync } from 'node:fs';
import { VirtualClock } from '@opu/core';
import { openRecorder } from '../record/open-recorder.js';
import { recordDevice } from '../record/record-device.js';
import { BenchDevice, benchPatterns } from './bench-device.js';
import { KILL_WIDTH } from './kill.js';

// Records into the file named on the command line, for ever or as many frames as are named behind it, says after each
// frame how many it has handed out, and closes nothing.
const path = process.argv[2]!;
const count = Number(process.argv[3] ?? 1e9);
const clock = new VirtualClock();
const device = await recordDevice(new BenchDevice(clock, { width: KILL_WIDTH }), await openRecorder(path));
let frames = 0;
for await (const _ of device.stream(benchPatterns(count))) writeSync(1, `${++frames}\n`);
