export { FaultPlan } from './fault-plan.js';
export {
  type FaultKind,
  type FaultName,
  type FaultSpec,
  type FaultTarget,
  type FaultTiming,
  faultKinds,
  type LinkDirection,
  parseFaults,
} from './fault-spec.js';
