import type { Optics } from '@opu/emulator';

/** Optics that are others but for what is changed. They expose in one step, so that nothing goes past a changed `expose`. */
export function opticsAround(inner: Optics, changed: Partial<Optics>): Optics {
  return {
    get parameters() {
      return inner.parameters;
    },
    get bitDepths() {
      return inner.bitDepths;
    },
    get patternBytes() {
      return inner.patternBytes;
    },
    get pixelCount() {
      return inner.pixelCount;
    },
    configure: (configuration) => inner.configure(configuration),
    createImages: (count) => inner.createImages(count),
    expose: (requests, images, saturated) => inner.expose(requests, images, saturated),
    close: () => inner.close(),
    ...changed,
  };
}
