import type { Schema } from '../schema/types.js';
import { typescriptEnums, typescriptMessages, typescriptRecords } from './typescript.js';

/** Every generated file of this package: path in the package, and text. */
export function generatedFiles(schema: Schema, _packageFolder: string): Map<string, string> {
  return new Map([
    ['src/generated/enums.ts', typescriptEnums(schema)],
    ['src/generated/records.ts', typescriptRecords(schema)],
    ['src/generated/messages.ts', typescriptMessages(schema)],
  ]);
}
