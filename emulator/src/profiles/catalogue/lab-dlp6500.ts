import type { Profile } from '../model/profile.js';
import { source } from './sources.js';

const dlp6500 = 'Texas Instruments DLP6500 data sheet: 1920 x 1080 micromirrors';
const orca = 'Hamamatsu ORCA-Flash4.0 V3 (C13440-20CU) data sheet: 2048 x 2048 pixels';

/** A micromirror device with its ready-made controller in front of a scientific camera. */
export const labDlp6500: Profile = {
  name: 'lab-dlp6500',
  description: 'laboratory set-up with a DLP6500 on its DLPC900 controller and a 2048 x 2048 scientific camera',
  modulator: { kind: 'dmd', width: 1920, height: 1080, rowLoadNanoseconds: 85.6, settleMicroseconds: 12.5 },
  camera: {
    width: 2048,
    height: 2048,
    xStep: 1,
    yStep: 1,
    rowMicroseconds: 4.88,
    triggerDelayMicroseconds: 10,
    chargeTransferMicroseconds: 1,
    minimumExposureMicroseconds: 10,
    maximumExposureMicroseconds: 10_000_000,
    bitDepths: [8, 12],
  },
  nram: 400,
  nbuf: 8,
  defaults: {
    regionOfInterest: { x: 0, y: 512, width: 2048, height: 1024 },
    exposureMicroseconds: 1000,
    periodMicroseconds: 'minimum',
    bitDepth: 12,
    link: 'camera-link-full',
  },
  sources: {
    'modulator.width': dlp6500,
    'modulator.height': dlp6500,
    'modulator.rowLoadNanoseconds':
      'Texas Instruments DLPC900: 9523 patterns of one bit a second, so 105 us to load 1080 rows and to settle',
    'modulator.settleMicroseconds': source.dlpSettle,
    'camera.width': orca,
    'camera.height': orca,
    'camera.xStep': source.choice,
    'camera.yStep': source.choice,
    'camera.rowMicroseconds':
      'Hamamatsu ORCA-Flash4.0 V3 data sheet: 100 frames a second of 2048 rows, which are read two at a time in 9.744 us',
    'camera.triggerDelayMicroseconds': `${source.choice}: about a line`,
    'camera.chargeTransferMicroseconds': source.choice,
    'camera.minimumExposureMicroseconds': source.choice,
    'camera.maximumExposureMicroseconds': source.choice,
    'camera.bitDepths': source.choice,
    nram: 'Texas Instruments DLPC900 data sheet: 400 patterns of one bit',
    nbuf: source.choice,
    'defaults.regionOfInterest': source.choice,
    'defaults.exposureMicroseconds': source.choice,
    'defaults.periodMicroseconds': source.choice,
    'defaults.bitDepth': source.choice,
    'defaults.link': 'Hamamatsu ORCA-Flash4.0 V3 data sheet: Camera Link full configuration',
  },
};
