import {
  createEmulatedDevice,
  createOptics,
  type EmulatedDevice,
  opticsOfProfile,
  resolveProfile,
} from '@opu/emulator';

/** An emulated device whose light costs nothing: what is left is protocol, sequencer and link. */
export function createDarkDevice(profileName: string): EmulatedDevice {
  const profile = resolveProfile(profileName);
  const optics = createOptics(opticsOfProfile(profile), 0, { ideal: true });
  optics.expose = (requests, images) => {
    images[0] = requests.length;
  };
  return createEmulatedDevice({ profile, optics });
}
