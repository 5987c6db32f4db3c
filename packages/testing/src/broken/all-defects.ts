import { configurationDefects } from './configuration-defects.js';
import { dataDefects } from './data-defects.js';
import type { BrokenDevice } from './defects.js';
import { lightDefects } from './light-defects.js';
import { readoutDefects } from './readout-defects.js';
import { runDefects } from './run-defects.js';
import { sequencerDefects } from './sequencer-defects.js';
import { sessionDefects } from './session-defects.js';
import { wireDefects } from './wire-defects.js';

/** Devices with one defect each. */
export const brokenDevices: readonly BrokenDevice[] = [
  ...wireDefects,
  ...sessionDefects,
  ...configurationDefects,
  ...runDefects,
  ...readoutDefects,
  ...lightDefects,
  ...sequencerDefects,
  ...dataDefects,
];
