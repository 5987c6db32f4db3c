import {
  type Configure,
  type ConfigureReply,
  configurationField,
  createConfigure,
  depthOfFormat,
  formatOfDepth,
  limitingTerm,
  overrunMode,
  triggerMode,
} from '@opu/protocol';
import type { AppliedConfiguration, ConfigurationRequest, OverrunMode, TriggerMode } from '../api/opu-device.js';

const overruns: Readonly<Record<OverrunMode, number>> = { hold: overrunMode.HOLD, drop: overrunMode.DROP };
const triggers: Readonly<Record<TriggerMode, number>> = {
  internal: triggerMode.INTERNAL,
  software: triggerMode.SOFTWARE,
  external: triggerMode.EXTERNAL,
};

function nameOf<Name extends string>(names: Readonly<Record<Name, number>>, value: number, other: Name): Name {
  return (Object.keys(names) as Name[]).find((name) => names[name] === value) ?? other;
}

/** A request as its message; what is left out is not marked and keeps its value. */
export function configureMessage(request: ConfigurationRequest): Configure {
  const m = createConfigure();
  const field = configurationField;
  if (request.periodTicks !== undefined) {
    m.fields |= field.PERIOD;
    m.periodTicks = request.periodTicks;
  }
  if (request.exposureTicks !== undefined) {
    m.fields |= field.EXPOSURE;
    m.exposureTicks = request.exposureTicks;
  }
  if (request.extraSettleTicks !== undefined) {
    m.fields |= field.EXTRA_SETTLE;
    m.extraSettleTicks = request.extraSettleTicks;
  }
  const roi = request.regionOfInterest;
  if (roi !== undefined) {
    m.fields |= field.REGION_OF_INTEREST;
    m.regionX = roi.x;
    m.regionY = roi.y;
    m.regionWidth = roi.width;
    m.regionHeight = roi.height;
  }
  if (request.bitDepth !== undefined) {
    m.fields |= field.PIXEL_FORMAT;
    m.pixelFormat = formatOfDepth[request.bitDepth];
  }
  if (request.overrun !== undefined) {
    m.fields |= field.OVERRUN;
    m.overrunMode = overruns[request.overrun];
  }
  if (request.trigger !== undefined) {
    m.fields |= field.TRIGGER;
    m.triggerMode = triggers[request.trigger];
  }
  if (request.macroPixels !== undefined) {
    m.fields |= field.MACRO_PIXELS;
    m.macroColumns = request.macroPixels.columns;
    m.macroRows = request.macroPixels.rows;
  }
  const { reference } = request;
  if (reference !== undefined) {
    m.fields |= field.REFERENCE;
    m.referenceOn = reference.on ? 1 : 0;
    m.referenceAmplitude = reference.amplitude;
    m.referencePhaseSteps = reference.phaseSteps;
    m.referenceTiltX = reference.tiltX;
    m.referenceTiltY = reference.tiltY;
  }
  return m;
}

export function appliedConfiguration(reply: ConfigureReply): AppliedConfiguration {
  return {
    periodTicks: reply.periodTicks,
    exposureTicks: reply.exposureTicks,
    extraSettleTicks: reply.extraSettleTicks,
    regionOfInterest: { x: reply.regionX, y: reply.regionY, width: reply.regionWidth, height: reply.regionHeight },
    bitDepth: depthOfFormat(reply.pixelFormat),
    overrun: nameOf(overruns, reply.overrunMode, 'hold'),
    trigger: nameOf(triggers, reply.triggerMode, 'internal'),
    macroPixels: { columns: reply.macroColumns, rows: reply.macroRows },
    reference: {
      on: reply.referenceOn !== 0,
      amplitude: reply.referenceAmplitude,
      phaseSteps: reply.referencePhaseSteps,
      tiltX: reply.referenceTiltX,
      tiltY: reply.referenceTiltY,
    },
    minimumPeriodTicks: reply.minimumPeriodTicks,
    limitingTerm:
      reply.limitingTerm === limitingTerm.MODULATOR_LOAD
        ? 'modulator-load'
        : reply.limitingTerm === limitingTerm.CAMERA_READOUT
          ? 'camera-readout'
          : 'modulator-exposure',
    patternBytes: reply.patternBytes,
    hash: reply.configurationHash.toString(16).padStart(8, '0'),
  };
}
