import type { BrokenDriver } from './broken-driver.js';
import { configurationDefects } from './configuration.js';
import { identityDefects } from './identity.js';
import { closeDefects, linkDefects } from './link.js';
import { projectionDefects } from './projection.js';
import { cancelDefects, streamDefects } from './stream.js';

/** Every driver that the driver suite has to find out. */
export const brokenDrivers: readonly BrokenDriver[] = [
  ...identityDefects,
  ...configurationDefects,
  ...projectionDefects,
  ...streamDefects,
  ...cancelDefects,
  ...linkDefects,
  ...closeDefects,
];
