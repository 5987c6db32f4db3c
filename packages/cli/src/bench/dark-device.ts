import {
  createEmulatedDevice,
  createOptics,
  type EmulatedDevice,
  type Optics,
  opticsOfProfile,
  resolveProfile,
} from '@opu/emulator';

/** An emulated device whose light costs nothing: what is left is protocol, sequencer and link. */
export function createDarkDevice(profileName: string): EmulatedDevice {
  const profile = resolveProfile(profileName);
  const optics = createOptics(opticsOfProfile(profile), 0, { ideal: true });
  const dark: Optics = {
    parameters: optics.parameters,
    bitDepths: optics.bitDepths,
    get patternBytes() {
      return optics.patternBytes;
    },
    get pixelCount() {
      return optics.pixelCount;
    },
    configure: (configuration) => optics.configure(configuration),
    createImages: (count) => optics.createImages(count),
    expose: (requests, images) => {
      images[0] = requests.length;
    },
    close: () => optics.close(),
  };
  return createEmulatedDevice({ profile, optics: dark });
}
