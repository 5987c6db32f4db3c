import { didYouMean, OpuError } from '@opu/driver';
import type { Schema } from './schema.js';

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function describe(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`;
  if (schema.oneOf !== undefined) return schema.oneOf.map(describe).join(' or ');
  const kind = schema.properties?.kind?.const;
  if (kind !== undefined) return `{ "kind": "${kind}" ... }`;
  const bounds = [
    schema.minimum === undefined ? '' : `at least ${schema.minimum}`,
    schema.exclusiveMinimum === undefined ? '' : `above ${schema.exclusiveMinimum}`,
    schema.maximum === undefined ? '' : `at most ${schema.maximum}`,
    schema.exclusiveMaximum === undefined ? '' : `below ${schema.exclusiveMaximum}`,
    schema.minItems === undefined ? '' : `at least ${schema.minItems} long`,
    schema.maxItems === undefined ? '' : `at most ${schema.maxItems} long`,
    schema.minLength === undefined ? '' : 'not empty',
  ].filter((text) => text !== '');
  return [`${/^[aeio]/.test(schema.type ?? '') ? 'an' : 'a'} ${schema.type}`, ...bounds].join(', ');
}

function fits(value: unknown, schema: Schema): boolean {
  if (schema.const !== undefined) return value === schema.const;
  if (schema.enum !== undefined) return schema.enum.includes(value as never);
  switch (schema.type) {
    case 'integer':
    case 'number': {
      if (typeof value !== 'number' || !Number.isFinite(value)) return false;
      if (schema.type === 'integer' && !Number.isSafeInteger(value)) return false;
      return (
        value >= (schema.minimum ?? value) &&
        value > (schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY) &&
        value <= (schema.maximum ?? value) &&
        value < (schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY)
      );
    }
    case 'string':
      return typeof value === 'string' && value.length >= (schema.minLength ?? 0);
    case 'array':
      return (
        Array.isArray(value) &&
        value.length >= (schema.minItems ?? 0) &&
        value.length <= (schema.maxItems ?? value.length)
      );
    default:
      return typeOf(value) === (schema.type ?? typeOf(value));
  }
}

/** The alternative that a value means: by type, and among objects by `kind`. */
function alternative(value: unknown, schemas: readonly Schema[]): Schema | undefined {
  return schemas.find((schema) => {
    if (schema.type !== 'object') return fits(value, schema);
    return typeOf(value) === 'object' && (value as { kind?: unknown }).kind === schema.properties?.kind?.const;
  });
}

/**
 * Checks a value against a schema.
 * @param source where it came from, for errors: a file's path
 * @throws OpuError INVALID_ARGUMENT naming the key, the value, and what is allowed; an unknown key with the nearest known
 */
export function validate(value: unknown, schema: Schema, source: string, path = ''): void {
  const fail = (text: string): never => {
    throw new OpuError('INVALID_ARGUMENT', `${source}: ${text}`, { details: { path, value } });
  };
  if (schema.oneOf !== undefined) {
    const chosen = alternative(value, schema.oneOf);
    if (chosen !== undefined) validate(value, chosen, source, path);
    else fail(`${path || 'the configuration'} is ${JSON.stringify(value)}; it must be ${describe(schema)}.`);
    return;
  }
  if (!fits(value, schema)) {
    fail(`${path || 'the configuration'} is ${JSON.stringify(value)}; it must be ${describe(schema)}.`);
  }
  if (schema.items !== undefined) {
    for (const [i, item] of (value as unknown[]).entries()) validate(item, schema.items, source, `${path}[${i}]`);
  }
  if (schema.properties === undefined) return;
  const known = Object.keys(schema.properties);
  for (const [key, entry] of Object.entries(value as object)) {
    const at = path === '' ? key : `${path}.${key}`;
    const property = schema.properties[key];
    if (property === undefined || !known.includes(key)) {
      fail(`unknown key '${at}'.${didYouMean(key, known) || ` Known keys: ${known.join(', ')}.`}`);
      return;
    }
    validate(entry, property, source, at);
  }
  for (const key of schema.required ?? []) {
    if (!(key in (value as object))) fail(`${path === '' ? key : `${path}.${key}`} is missing.`);
  }
}
