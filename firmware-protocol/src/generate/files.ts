import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schema } from '../schema/model/types.js';
import { cHeader } from './c-header.js';
import { cPrinter } from './c-printer.js';
import { cSource } from './c-source.js';
import { luaDissector } from './lua.js';
import { fillMarkdown, markdownBytes, markdownMessages, markdownValues } from './markdown.js';
import { pythonModule } from './python.js';
import { typescriptEnums, typescriptMessages, typescriptRecords } from './typescript.js';

/** Every generated text of this package: path in the package, and text. */
export function generatedFiles(schema: Schema, packageFolder: string): Map<string, string> {
  return new Map([
    ['src/generated/enums.ts', typescriptEnums(schema)],
    ['src/generated/records.ts', typescriptRecords(schema)],
    ['src/generated/messages.ts', typescriptMessages(schema)],
    ['c/opu_protocol.h', cHeader(schema)],
    ['c/opu_protocol.c', cSource(schema)],
    ['c/test/print_message.h', cPrinter(schema)],
    ['python/opu_protocol.py', pythonModule(schema)],
    ['wireshark/opu.lua', luaDissector(schema)],
    [
      'SPEC.md',
      fillMarkdown(readFileSync(join(packageFolder, 'SPEC.md'), 'utf8'), {
        messages: markdownMessages(schema),
        values: markdownValues(schema),
        bytes: markdownBytes(schema),
      }),
    ],
  ]);
}
