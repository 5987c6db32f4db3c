import { parseArgs } from 'node:util';

/**
 * Options and names from the command line; ends the process with the usage after --help, and with what is wrong and exit
 * code 2 for what is not known.
 */
export function readOptions(usage, options, allowPositionals = false) {
  try {
    const known = { ...options, help: { type: 'boolean' } };
    const { values, positionals } = parseArgs({ options: known, allowPositionals, strict: true });
    if (values.help !== true) return { values, positionals };
    console.log(usage);
    process.exit(0);
  } catch (error) {
    console.error(`error: ${error.message}\n${usage}`);
    process.exit(2);
  }
}
