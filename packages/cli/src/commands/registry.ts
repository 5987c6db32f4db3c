import type { RegisterCommand } from '../frame/register.js';
import { registerBench } from './bench.js';
import { registerEmulate } from './emulate.js';
import { registerProfiles } from './profiles.js';
import { registerTrace } from './trace.js';

/** Every command of `opu`, in the order in which `--help` shows them. */
export const commands: readonly RegisterCommand[] = [registerProfiles, registerTrace, registerEmulate, registerBench];
