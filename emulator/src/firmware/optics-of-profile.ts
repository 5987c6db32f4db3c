import { ticksFromMicroseconds } from '@opu/protocol';
import { type MediumModel, type OpticsParameters, opticsParameters } from '../optics/parameters.js';
import type { Profile } from '../profiles/profile.js';

/** The light of a profile: its geometry, and everything else the defaults. */
export function opticsOfProfile(profile: Profile, medium?: MediumModel): OpticsParameters {
  const { modulator, camera, defaults } = profile;
  const { width, height } = modulator;
  return opticsParameters({
    modulator:
      modulator.kind === 'dmd'
        ? { kind: 'dmd', width, height }
        : {
            kind: 'liquid-crystal',
            width,
            height,
            riseTimeTicks: ticksFromMicroseconds(modulator.riseMicroseconds),
            fallTimeTicks: ticksFromMicroseconds(modulator.fallMicroseconds),
          },
    sensor: { width: camera.width, height: camera.height },
    exposureTicks: ticksFromMicroseconds(defaults.exposureMicroseconds),
    ...(medium === undefined ? {} : { medium: { model: medium } }),
  });
}
