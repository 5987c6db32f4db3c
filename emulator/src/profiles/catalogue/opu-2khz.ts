import type { Profile } from '../model/profile.js';
import { opu1m300k } from './opu-1m-300k.js';
import { source } from './sources.js';

/** The same OPU with a region of interest small enough for two thousand frames a second. */
export const opu2khz: Profile = {
  ...opu1m300k,
  name: 'opu-2khz',
  description: 'the same OPU at 2000 frames a second and 245k outputs',
  defaults: {
    ...opu1m300k.defaults,
    regionOfInterest: { x: 0, y: 484, width: 2040, height: 120 },
    periodMicroseconds: 500,
    link: '10gige',
  },
  sources: {
    ...opu1m300k.sources,
    'defaults.regionOfInterest':
      'width and height as in a published run of the OPU at 2 kHz (2040 x 120); choice: centred on the sensor',
    'defaults.periodMicroseconds': 'published run of the OPU at 2 kHz: 0.5 ms a frame',
    'defaults.link': `${source.choice}: 490 MB/s is more than usb3 carries`,
  },
};
