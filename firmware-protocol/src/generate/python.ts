import type { Field, NamedValue, RecordType, ScalarField, Schema } from '../schema/model/types.js';
import { schemaHash } from './canonical.js';
import { pascalCase, snakeCase } from './names.js';
import { pythonFraming } from './python-framing.js';
import { pythonRuntime } from './python-runtime.js';

const formats = { u8: 'B', u16: 'H', u32: 'I', u64: 'Q', f64: 'd' } as const;
const keywords = new Set('class def from global import in is lambda pass with'.split(' '));
/** What every tuple has already. */
const tupleNames = new Set(['count', 'index']);

/** `regionX` becomes `region_x`; what is a word of the language gets a line behind it. */
function fieldName(name: string): string {
  const snake = snakeCase(name);
  return keywords.has(snake) ? `${snake}_` : snake;
}

/** The name of a field of a record. */
function recordFieldName(name: string): string {
  return tupleNames.has(name) ? `${name}_` : fieldName(name);
}

function quote(text: string): string {
  return JSON.stringify(text);
}

/** A text between three quotes, broken into lines of at most 120 characters. */
function docstring(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '"""';
  for (const word of text.replaceAll('\\', '\\\\').split(' ')) {
    if (line.length + word.length + 1 > 116 - indent.length) {
      lines.push(line);
      line = word;
    } else line += line === '"""' ? word : ` ${word}`;
  }
  lines.push(`${line}"""`);
  return lines.map((l) => `${indent}${l}\n`).join('');
}

function valuesClass(name: string, base: string, doc: string, values: readonly NamedValue[]): string {
  let out = `\n\nclass ${name}(${base}):\n${docstring(doc, '    ')}\n`;
  for (const v of values) out += `    ${v.name} = ${v.value}\n`;
  return out;
}

function annotation(field: Field): string {
  switch (field.type) {
    case 'reserved':
      return '';
    case 'string':
      return 'str';
    case 'hex':
    case 'bytes':
      return 'Bytes';
    case 'f64':
      return 'float';
    case 'records':
      return `Sequence[${field.record}]`;
    default:
      return 'int';
  }
}

function defaultOf(field: Field): string {
  switch (field.type) {
    case 'reserved':
      return '';
    case 'string':
      return quote(field.default ?? '');
    case 'hex':
      return field.default === undefined ? `bytes(${field.bytes})` : `bytes.fromhex(${quote(field.default)})`;
    case 'bytes':
      return 'b""';
    case 'records':
      return '()';
    case 'f64':
      return field.default === undefined ? '0.0' : `float(${field.default})`;
    default:
      return String(field.default ?? 0);
  }
}

function entry(field: Field): string {
  if (field.type === 'reserved') return `_Field("", "${field.bytes}x")`;
  const name = quote(fieldName(field.name));
  const rest: string[] = [];
  if ((field.since ?? 0) > 0) rest.push('later=True', `default=${defaultOf(field)}`);
  switch (field.type) {
    case 'string':
      rest.unshift(`bound=${field.maximumBytes}`);
      if (field.forPeople) rest.push('for_people=True');
      return `_Field(${[name, '"string"', ...rest].join(', ')})`;
    case 'bytes':
      return `_Field(${[name, '"bytes"', ...rest].join(', ')})`;
    case 'hex':
      return `_Field(${[name, `"${field.bytes}s"`, ...rest].join(', ')})`;
    case 'records':
      return `_Field(${[name, '"records"', `record=_${snakeCase(field.record)}`, ...rest].join(', ')})`;
    default:
      return `_Field(${[name, `"${formats[field.type]}"`, ...rest].join(', ')})`;
  }
}

function record({ name, doc, fields }: RecordType): string {
  const scalars = fields.filter((f): f is ScalarField => f.type !== 'reserved');
  let out = `\n\nclass ${name}(NamedTuple):\n${docstring(doc, '    ')}\n`;
  for (const f of scalars) out += `    ${recordFieldName(f.name)}: ${annotation(f)} = ${defaultOf(f)}\n`;
  return `${out}\n\n_${snakeCase(name)} = _Record(\n    ${name},\n    [\n${fields.map((f) => `        ${entry(f)},\n`).join('')}    ],\n)\n`;
}

/** `python/opu_protocol.py`. */
export function pythonModule(schema: Schema): string {
  let out = `"""Messages of the OPU protocol: see SPEC.md.

Generated from src/schema by \`npm run generate\`; edits are lost. Python 3.9 and its standard library are enough.
A decoded message borrows its bytes from the payload. Bytes of the wire that are no message raise \`ProtocolError\`, values that a
field cannot hold raise \`ValueError\`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, Callable, ClassVar, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Type, TypeVar, Union

MAGIC = 0x${schema.magic.toString(16)}
VERSION_MAJOR = ${schema.versionMajor}
VERSION_MINOR = ${schema.versionMinor}
SCHEMA_HASH = bytes.fromhex("${schemaHash(schema)}")
`;
  for (const { name, doc, values } of schema.enums) out += valuesClass(name, 'IntEnum', doc, values);
  for (const { name, doc, values } of schema.bits) out += valuesClass(name, 'IntFlag', doc, values);
  out += pythonRuntime;
  for (const r of schema.records) out += record(r);
  for (const m of schema.messages) {
    out += `\n\n@dataclass\nclass ${pascalCase(m.name)}(Message):\n${docstring(`${m.doc} Sent by the ${m.from}.`, '    ')}\n`;
    out += `    TYPE: ClassVar[int] = 0x${m.id.toString(16).padStart(4, '0')}\n    NAME: ClassVar[str] = ${quote(m.name)}\n`;
    out += '    _parts: ClassVar[Sequence[_Part]] = _parts_of(\n        [\n';
    out += `${m.fields.map((f) => `            ${entry(f)},\n`).join('')}        ]\n    )\n`;
    for (const f of m.fields) {
      if (f.type === 'reserved') continue;
      out += `\n    ${fieldName(f.name)}: ${annotation(f)} = ${defaultOf(f)}\n${docstring(f.doc, '    ')}`;
    }
  }
  const table = schema.messages.map((m) => `    0x${m.id.toString(16).padStart(4, '0')}: ${pascalCase(m.name)},\n`);
  out += `\n\nMESSAGES: Dict[int, Type[Message]] = {\n${table.join('')}}\n`;
  return `${out}${pythonFraming}`;
}
