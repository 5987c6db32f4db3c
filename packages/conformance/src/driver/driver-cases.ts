import type { DriverCase } from './bench/driver-case.js';
import { cancelCases } from './cases/cancel.js';
import { closeCases } from './cases/close.js';
import { configurationCases } from './cases/configuration.js';
import { identityCases } from './cases/identity.js';
import { linkCases } from './cases/link.js';
import { projectionCases } from './cases/projection.js';
import { streamCases } from './cases/stream.js';

export type { DriverCase } from './bench/driver-case.js';

/** Every case of the driver suite, in the order in which they are run. */
export const driverCases: readonly DriverCase[] = [
  ...identityCases,
  ...configurationCases,
  ...projectionCases,
  ...streamCases,
  ...cancelCases,
  ...linkCases,
  ...closeCases,
];
