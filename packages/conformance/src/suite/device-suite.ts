import {
  type Clock,
  isOpuError,
  OpuError,
  RealTimeClock,
  TICKS_PER_SECOND,
  type Ticks,
  type Transport,
} from '@opu/core';
import { withoutSecrets } from '@opu/driver';
import { configurationCases } from '../device/configuration-cases.js';
import { controlCases } from '../device/control-cases.js';
import { DeviceBench, type DeviceFacts } from '../device/device-bench.js';
import type { DeviceCase } from '../device/device-case.js';
import { dataEdges } from '../device/edges/data-edges.js';
import { leaseEdges } from '../device/edges/lease-edges.js';
import { runEdges } from '../device/edges/run-edges.js';
import { sequenceEdges } from '../device/edges/sequence-edges.js';
import { encodingCases } from '../device/encoding-cases.js';
import { handshakeCases } from '../device/handshake-cases.js';
import { hostileCases } from '../device/hostile-cases.js';
import { limitCases } from '../device/limit-cases.js';
import { linkCases } from '../device/link-cases.js';
import { modelCases } from '../device/model/model-cases.js';
import { opticsCases } from '../device/optics-cases.js';
import { overrunCases } from '../device/overrun-cases.js';
import { patternCases } from '../device/pattern-cases.js';
import { payloadCases } from '../device/payload-cases.js';
import { counterCases, readoutCases } from '../device/readout-cases.js';
import { referenceCases } from '../device/reference-cases.js';
import { requestCases } from '../device/request-cases.js';
import { runCases as streamingCases } from '../device/run-cases.js';
import { safetyCases } from '../device/safety-cases.js';
import { sequenceCases } from '../device/sequence-cases.js';
import { takeSmallFrames } from '../device/small-frames.js';
import { timingCases } from '../device/timing-cases.js';
import { triggerCases } from '../device/trigger-cases.js';
import { CaseVerdict } from '../runner/case.js';
import { type CaseResult, countVerdicts, type SuiteReport } from '../runner/result.js';
import { GONE, runCases } from '../runner/run-cases.js';
import { selectCases } from '../runner/select.js';

declare const crypto: { getRandomValues(array: Uint32Array): Uint32Array };

/** Host ids decide nothing; they only must not be those of an earlier run against the same device. */
function randomStart(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 20) * 2 ** 32 + low + 1;
}

/** Every case of the device suite, in the order in which they are run. */
export const deviceCases: readonly DeviceCase[] = [
  ...linkCases,
  ...payloadCases,
  ...handshakeCases,
  ...requestCases,
  ...controlCases,
  ...configurationCases,
  ...patternCases,
  ...encodingCases,
  ...streamingCases,
  ...timingCases,
  ...overrunCases,
  ...triggerCases,
  ...readoutCases,
  ...counterCases,
  ...sequenceCases,
  ...limitCases,
  ...hostileCases,
  ...referenceCases,
  ...opticsCases,
  ...safetyCases,
  ...leaseEdges,
  ...sequenceEdges,
  ...runEdges,
  ...dataEdges,
  ...modelCases,
];

export interface DeviceSuiteOptions {
  readonly address: string;
  /** Opens a new transport to the device; called at least once a case, after the one before was closed. */
  readonly connect: () => Promise<Transport>;
  /** Time-outs and ticks of the report; real time by default. */
  readonly clock?: Clock;
  /** How long one step of a case may take; 5 s by default. */
  readonly stepTicks?: Ticks;
  /** Number, clause or group of the cases to run, `*` standing for anything; all by default. */
  readonly select?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Puts an edge on the device's trigger input, for instance with a pulse generator; without it none is tried. */
  readonly externalTrigger?: () => void | Promise<void>;
  readonly onResult?: (result: CaseResult) => void;
}

/**
 * Holds a device to SPEC.md. The device is left as it was found, also when the suite is interrupted; then the report's
 * verdict is `incomplete`.
 * @throws OpuError INVALID_ARGUMENT for a selection that fits no case, DEVICE_FAULT for a device that does not even say
 * what it is, and whatever `connect` throws
 */
export async function runDeviceSuite(options: DeviceSuiteOptions): Promise<SuiteReport> {
  const { connect, clock = new RealTimeClock(), stepTicks = 5 * TICKS_PER_SECOND, signal } = options;
  const address = withoutSecrets(options.address);
  const cases = selectCases(deviceCases, options.select);
  // A host id of one's own for every connection: nothing of another case is left, not even on a device that stays on.
  let hostId = randomStart();
  const common = {
    connect,
    clock,
    stepTicks,
    signal,
    externalTrigger: options.externalTrigger,
    freshHostId: () => ++hostId,
  };
  const found = await learn(new DeviceBench(common), address);
  const small = await takeSmallFrames(new DeviceBench({ ...common, facts: found }));
  const facts = { ...found, configuration: small };
  const results = await runCases({
    cases,
    clock,
    signal,
    onResult: options.onResult,
    isGone: async () => !(await answers(new DeviceBench({ ...common, facts }))),
    setUp: async () => {
      const bench = new DeviceBench({ ...common, facts });
      return { bench, settle: async () => ({ complaints: await bench.settle(), log: bench.log.entries }) };
    },
  });
  const last = results.at(-1);
  const isGone = last?.reason.endsWith(GONE) === true;
  const leftover =
    isGone || small === found.configuration ? '' : await restore(new DeviceBench({ ...common, facts: found }));
  if (last !== undefined && leftover !== '') {
    results[results.length - 1] = { ...last, verdict: 'fail', reason: `${last.reason} ${leftover}`.trim() };
  }
  const { vendor, model, serial, firmwareVersion, profile } = facts.hello;
  const counts = countVerdicts(results);
  const verdict = results.length < cases.length && !isGone ? 'incomplete' : counts.fail > 0 ? 'fail' : 'pass';
  const identity = { vendor, model, serial, firmwareVersion, profile };
  return { suite: 'device', address, identity, verdict, counts, results };
}

/** Whether a new connection is answered. */
async function answers(bench: DeviceBench): Promise<boolean> {
  try {
    await bench.greeted();
    return true;
  } catch (error) {
    if (!(error instanceof CaseVerdict) && !isOpuError(error)) throw error;
    return false;
  } finally {
    await bench.closeAll();
  }
}

/** Gives the device back its own configuration. Returns what went wrong, or nothing. */
async function restore(bench: DeviceBench): Promise<string> {
  try {
    return (await bench.settle()).join(' ');
  } catch (error) {
    if (!(error instanceof CaseVerdict)) throw error;
    return `The device was not left as it was found: ${error.message}`;
  }
}

async function learn(bench: DeviceBench, address: string): Promise<DeviceFacts> {
  try {
    const client = await bench.connect();
    const hello = await bench.greet(client);
    const description = await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
    const configuration = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
    return { hello, description, configuration };
  } catch (error) {
    if (!(error instanceof CaseVerdict)) throw error;
    throw new OpuError('DEVICE_FAULT', `${address} does not say what it is: ${error.message}`, { cause: error });
  } finally {
    await bench.settle();
  }
}
