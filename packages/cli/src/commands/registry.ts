import type { RegisterCommand } from '../frame/register.js';
import { registerBench } from './bench.js';
import { registerCapture } from './capture.js';
import { registerConformance } from './conformance.js';
import { registerDevices } from './devices.js';
import { registerEmulate } from './emulate.js';
import { registerInfo } from './info.js';
import { registerProfiles } from './profiles.js';
import { registerProject } from './project.js';
import { registerRecord } from './record.js';
import { registerSketch } from './sketch.js';
import { registerTrace } from './trace.js';
import { registerTrain } from './train.js';

/** Every command of `opu`, in the order in which `--help` shows them. */
export const commands: readonly RegisterCommand[] = [
  registerProfiles,
  registerDevices,
  registerInfo,
  registerProject,
  registerRecord,
  registerCapture,
  registerTrace,
  registerEmulate,
  registerConformance,
  registerTrain,
  registerSketch,
  registerBench,
];
