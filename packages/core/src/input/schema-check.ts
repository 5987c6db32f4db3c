import { OpuError, type OpuErrorCode } from '../errors/opu-error.js';
import { didYouMean } from './nearest.js';

/** What a JSON Schema validator says of a value that does not fit, as ajv says it with `verbose: true`. */
export interface SchemaViolation {
  readonly keyword: string;
  /** JSON pointer of the value: `/camera/width`. */
  readonly instancePath: string;
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly schema?: unknown;
  readonly parentSchema?: object;
  readonly data?: unknown;
}

/** A compiled schema, as `new Ajv2020({ allErrors: true, verbose: true }).compile(schema)` gives it. */
export interface SchemaValidator {
  (value: unknown): boolean;
  errors?: readonly SchemaViolation[] | null | undefined;
}

/** The part of a schema that the words of an error are made of. */
interface SchemaWords {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly uniqueItems?: boolean;
  readonly items?: SchemaWords;
  readonly properties?: Readonly<Record<string, SchemaWords>>;
  readonly oneOf?: readonly SchemaWords[];
}

/**
 * Holds a value of foreign origin (a JSON file) to a published JSON Schema.
 * @param origin what the value came from, for messages: a file's path
 * @param code of the error, INVALID_FILE by default
 * @throws OpuError that names the key's path, the value found and what is allowed; for an unknown key the nearest known one
 */
export function checkBySchema(
  validator: SchemaValidator,
  value: unknown,
  { origin, code = 'INVALID_FILE' }: { readonly origin: string; readonly code?: OpuErrorCode },
): void {
  if (validator(value)) return;
  const violation = kindAtFault(worst(validator.errors ?? []));
  const key = keyOf(violation);
  throw new OpuError(code, `${origin}: ${words(violation, key)}`, { details: { key, value: violation.data } });
}

/** The violation to tell: an unknown key explains a missing one, and an alternative that is meant explains why none fits. */
function worst(violations: readonly SchemaViolation[]): SchemaViolation {
  const meant = violations.filter((violation) => !isOfAlternativeNotMeant(violation, violations));
  const told = meant.filter((violation) => violation.keyword !== 'oneOf' || !hasDetails(violation, meant));
  const found = told.find(({ keyword }) => keyword === 'additionalProperties') ?? told[0] ?? violations[0];
  if (found === undefined) throw new OpuError('BUG', 'A schema validator refused a value and said nothing of it.');
  return found;
}

function hasDetails({ schemaPath }: SchemaViolation, all: readonly SchemaViolation[]): boolean {
  return all.some((other) => other.schemaPath.startsWith(`${schemaPath}/`));
}

/** Objects are told apart by the constant of their `kind`, everything else by its type. */
function isOfAlternativeNotMeant(violation: SchemaViolation, all: readonly SchemaViolation[]): boolean {
  for (const parent of all) {
    if (parent.keyword !== 'oneOf' || !violation.schemaPath.startsWith(`${parent.schemaPath}/`)) continue;
    const branch = `${parent.schemaPath}/${violation.schemaPath.slice(parent.schemaPath.length + 1).split('/')[0]}/`;
    const isMeant = !all.some(
      (other) =>
        other.schemaPath.startsWith(branch) &&
        ((other.instancePath === parent.instancePath && ['type', 'const', 'enum'].includes(other.keyword)) ||
          isAboutKind(other, parent)),
    );
    if (!isMeant) return true;
  }
  return false;
}

function isAboutKind(violation: SchemaViolation, parent: SchemaViolation): boolean {
  if (violation.keyword === 'required') {
    return violation.instancePath === parent.instancePath && violation.params.missingProperty === 'kind';
  }
  return violation.keyword === 'const' && violation.instancePath === `${parent.instancePath}/kind`;
}

/** `/camera/bitDepths/0` as people write it: `camera.bitDepths[0]`. */
function keyOf({ instancePath, keyword, params }: SchemaViolation): string {
  const keys = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'required') keys.push(String(params.missingProperty));
  if (keyword === 'additionalProperties') keys.push(String(params.additionalProperty));
  return keys.map((key, i) => (/^\d+$/.test(key) ? `[${key}]` : i === 0 ? key : `.${key}`)).join('');
}

function words({ keyword, params, parentSchema, data }: SchemaViolation, key: string): string {
  const schema = (parentSchema ?? {}) as SchemaWords;
  if (keyword === 'additionalProperties') {
    const known = Object.keys(schema.properties ?? {});
    const hint = didYouMean(String(params.additionalProperty), known);
    return `unknown key '${key}'.${hint} Known here: ${known.join(', ')}.`;
  }
  const subject = key || 'the whole';
  if (keyword === 'required') {
    const wanted = schema.properties?.[String(params.missingProperty)];
    return `${subject} must be ${wanted === undefined ? 'there' : allowed(wanted)}; it is missing.`;
  }
  const options = schema.enum ?? schema.oneOf?.flatMap((option) => option.enum ?? option.const ?? []);
  const hint = typeof data === 'string' && options !== undefined ? didYouMean(data, options.map(String)) : '';
  return `${subject} must be ${allowed(schema)}; found ${shown(data)}.${hint}`;
}

/** An object that is none of the alternatives is so by its `kind`. */
function kindAtFault(violation: SchemaViolation): SchemaViolation {
  const { keyword, parentSchema, instancePath, data } = violation;
  const kinds = kindsOf((parentSchema ?? {}) as SchemaWords);
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data);
  if (keyword !== 'oneOf' || kinds === undefined || !isObject) return violation;
  const schema = { enum: kinds };
  const { kind } = data as { readonly kind?: unknown };
  if (kind !== undefined) {
    return { ...violation, keyword: 'enum', instancePath: `${instancePath}/kind`, parentSchema: schema, data: kind };
  }
  const whole = { properties: { kind: schema } };
  return { ...violation, keyword: 'required', params: { missingProperty: 'kind' }, parentSchema: whole };
}

/** The kinds of object that a schema has to choose from; nothing when it is not all about kinds. */
function kindsOf({ oneOf }: SchemaWords): string[] | undefined {
  const kinds = oneOf?.map((option) => option.properties?.kind?.const);
  return kinds?.every((kind) => typeof kind === 'string') ? (kinds as string[]) : undefined;
}

/** What a schema allows, in words: "an integer, 1 or more, at most 65536". */
function allowed(schema: SchemaWords): string {
  if (schema.const !== undefined) return shown(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map(shown).join(', ')}`;
  if (schema.oneOf !== undefined) return schema.oneOf.map(allowed).join(', or ');
  const { kind } = schema.properties ?? {};
  if (kind?.const !== undefined) return `an object with "kind": ${shown(kind.const)}`;
  const { type = 'value', minimum, exclusiveMinimum, maximum, exclusiveMaximum, minItems, maxItems, items } = schema;
  if (type === 'boolean') return 'true or false';
  const parts = [
    type === 'array' && items !== undefined
      ? `a list, each ${allowed(items)}`
      : `${/^[aeio]/.test(type) ? 'an' : 'a'} ${type}`,
    exclusiveMinimum === undefined ? undefined : `above ${exclusiveMinimum}`,
    minimum === undefined ? undefined : `${minimum} or more`,
    maximum === undefined ? undefined : `at most ${maximum}`,
    exclusiveMaximum === undefined ? undefined : `below ${exclusiveMaximum}`,
    minItems === undefined ? undefined : `at least ${minItems} long`,
    maxItems === undefined ? undefined : `at most ${maxItems} long`,
    schema.uniqueItems === true ? 'none twice' : undefined,
    (schema.minLength ?? 0) > 0 ? 'not empty' : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
