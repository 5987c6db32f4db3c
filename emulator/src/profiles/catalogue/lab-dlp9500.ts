import type { Profile } from '../model/profile.js';
import { source } from './sources.js';

const basler = 'Basler acA1920-155um data sheet (Sony IMX174): 1920 x 1200 pixels';

/** A large micromirror device in front of an ordinary USB 3 machine-vision camera. */
export const labDlp9500: Profile = {
  name: 'lab-dlp9500',
  description: 'laboratory set-up with a DLP9500 and a 1920 x 1200 USB 3 camera at its full rate',
  modulator: { kind: 'dmd', width: 1920, height: 1080, rowLoadNanoseconds: 40, settleMicroseconds: 12.5 },
  camera: {
    width: 1920,
    height: 1200,
    xStep: 1,
    yStep: 1,
    rowMicroseconds: 5.08,
    triggerDelayMicroseconds: 5,
    chargeTransferMicroseconds: 1,
    minimumExposureMicroseconds: 40,
    maximumExposureMicroseconds: 10_000_000,
    bitDepths: [8, 12],
  },
  nram: 1024,
  nbuf: 16,
  defaults: {
    regionOfInterest: { x: 0, y: 0, width: 1920, height: 1200 },
    exposureMicroseconds: 1000,
    periodMicroseconds: 'minimum',
    bitDepth: 8,
    link: 'usb3',
  },
  sources: {
    'modulator.width': 'Texas Instruments DLP9500 data sheet: 1920 x 1080 micromirrors',
    'modulator.height': 'Texas Instruments DLP9500 data sheet: 1920 x 1080 micromirrors',
    'modulator.rowLoadNanoseconds':
      'Texas Instruments DLP9500 data sheet: 23 148 binary patterns a second, 43.2 us for 1080 rows',
    'modulator.settleMicroseconds': source.dlpSettle,
    'camera.width': basler,
    'camera.height': basler,
    'camera.xStep': source.choice,
    'camera.yStep': source.choice,
    'camera.rowMicroseconds': 'Basler acA1920-155um data sheet: 164 frames a second of 1200 rows',
    'camera.triggerDelayMicroseconds': source.choice,
    'camera.chargeTransferMicroseconds': source.choice,
    'camera.minimumExposureMicroseconds': source.choice,
    'camera.maximumExposureMicroseconds': source.choice,
    'camera.bitDepths': 'Basler acA1920-155um data sheet: Mono 8 and Mono 12',
    nram: source.choice,
    nbuf: source.choice,
    'defaults.regionOfInterest': source.choice,
    'defaults.exposureMicroseconds': source.choice,
    'defaults.periodMicroseconds': source.choice,
    'defaults.bitDepth': source.choice,
    'defaults.link': 'Basler acA1920-155um data sheet: USB 3.0',
  },
};
