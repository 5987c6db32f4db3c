import { configurationField } from '../generated/enums.js';
import type { Configure } from '../generated/messages.js';

/** The values of a configuration, under their names on the wire. */
export type ConfigurationValues = Omit<Configure, 'type' | 'fields'>;

/** Which of the values on the wire each bit of CONFIGURE's `fields` stands for. */
export const valuesOfField: readonly (readonly [number, readonly (keyof ConfigurationValues)[]])[] = [
  [configurationField.PERIOD, ['periodTicks']],
  [configurationField.EXPOSURE, ['exposureTicks']],
  [configurationField.EXTRA_SETTLE, ['extraSettleTicks']],
  [configurationField.REGION_OF_INTEREST, ['regionX', 'regionY', 'regionWidth', 'regionHeight']],
  [configurationField.PIXEL_FORMAT, ['pixelFormat']],
  [configurationField.OVERRUN, ['overrunMode']],
  [configurationField.TRIGGER, ['triggerMode']],
  [configurationField.MACRO_PIXELS, ['macroColumns', 'macroRows']],
  [
    configurationField.REFERENCE,
    ['referenceOn', 'referenceAmplitude', 'referencePhaseSteps', 'referenceTiltX', 'referenceTiltY'],
  ],
];
