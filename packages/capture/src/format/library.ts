import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** Version of this package. */
export const VERSION: string = manifest.version;

/** What captures name as their writer. */
export const LIBRARY = `opu-sdk ${VERSION}`;
