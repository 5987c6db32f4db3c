import { formatOfDepth } from '@opu/device';
import type { AppliedConfiguration, ConfigurationRequest } from '@opu/driver';
import {
  type ConfigurationValues,
  type ConfigureReply,
  crc32c,
  limitingTerm,
  overrunMode,
  triggerMode,
} from '@opu/protocol';

const overruns = { hold: overrunMode.HOLD, drop: overrunMode.DROP } as const;
const triggers = {
  internal: triggerMode.INTERNAL,
  software: triggerMode.SOFTWARE,
  external: triggerMode.EXTERNAL,
} as const;
const terms = {
  'modulator-exposure': limitingTerm.MODULATOR_EXPOSURE,
  'modulator-load': limitingTerm.MODULATOR_LOAD,
  'camera-readout': limitingTerm.CAMERA_READOUT,
} as const;

/** A recorded request in wire values; what it left out is left out. */
export function wireRequest(request: ConfigurationRequest): Partial<ConfigurationValues> {
  const { regionOfInterest: roi, macroPixels, reference } = request;
  return {
    ...defined('periodTicks', request.periodTicks),
    ...defined('exposureTicks', request.exposureTicks),
    ...defined('extraSettleTicks', request.extraSettleTicks),
    ...(roi && { regionX: roi.x, regionY: roi.y, regionWidth: roi.width, regionHeight: roi.height }),
    ...(request.bitDepth && { pixelFormat: formatOfDepth(request.bitDepth) }),
    ...(request.overrun && { overrunMode: overruns[request.overrun] }),
    ...(request.trigger && { triggerMode: triggers[request.trigger] }),
    ...(macroPixels && { macroColumns: macroPixels.columns, macroRows: macroPixels.rows }),
    ...(reference && {
      referenceOn: reference.on ? 1 : 0,
      referenceAmplitude: reference.amplitude,
      referencePhaseSteps: reference.phaseSteps,
      referenceTiltX: reference.tiltX,
      referenceTiltY: reference.tiltY,
    }),
  };
}

function defined<Name extends string>(name: Name, value: number | undefined): Partial<Record<Name, number>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, number>);
}

export function wireReply(applied: AppliedConfiguration): ConfigureReply {
  return {
    type: 'CONFIGURE_REPLY',
    ...(wireRequest(applied) as ConfigurationValues),
    configurationHash: wireHash(applied.hash),
    patternBytes: applied.patternBytes,
    minimumPeriodTicks: applied.minimumPeriodTicks,
    limitingTerm: terms[applied.limitingTerm],
  };
}

/** The hash as it was on the wire; devices that are not reached over the wire may have hashes of another kind. */
function wireHash(hash: string): number {
  return /^[0-9a-f]{8}$/.test(hash) ? Number.parseInt(hash, 16) : crc32c(new TextEncoder().encode(hash));
}
