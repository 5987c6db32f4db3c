import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@opu/core';
import { OpuError } from '@opu/driver';
import type { TrainingMode } from '../feedback/feedback.js';
import type { MetricsLine } from '../results/metrics-line.js';

/** Name of the file that stood in a file's place before: `checkpoint.previous.safetensors`. */
export function previousName(name: string): string {
  return name.replace(/(\.[^./]+)$/, '.previous$1');
}

/**
 * The folder of a run: `config.json`, `metrics.jsonl`, for each mode `checkpoint.safetensors` and at the end
 * `weights.safetensors`, `summary.json`, `report.html`. A file is whole or not there: it is written beside its place and
 * then moved.
 */
export class RunFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @throws OpuError INVALID_ARGUMENT when the folder holds anything already */
  static create(path: string): RunFolder {
    if (existsSync(path) && (!statSync(path).isDirectory() || readdirSync(path).length > 0)) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `${path} is not empty. Choose another folder with --out, or go on with the run in it with --resume ${path}.`,
      );
    }
    mkdirSync(path, { recursive: true });
    return new RunFolder(path);
  }

  /** The first of `parent`/train-0001, train-0002, ... that is not there yet. */
  static createNext(parent: string): RunFolder {
    mkdirSync(parent, { recursive: true });
    for (let number = 1; ; number++) {
      const path = join(parent, `train-${String(number).padStart(4, '0')}`);
      try {
        mkdirSync(path);
        return new RunFolder(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }

  /** @throws OpuError INVALID_FILE when there is no run in the folder */
  static open(path: string): RunFolder {
    if (!existsSync(join(path, 'config.json'))) {
      throw new OpuError('INVALID_FILE', `${path} holds no run: there is no config.json in it.`);
    }
    return new RunFolder(path);
  }

  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  write(name: string, content: string | Uint8Array): string {
    const path = this.file(name);
    mkdirSync(join(path, '..'), { recursive: true });
    const beside = `${path}.${randomBytes(4).toString('hex')}.partial`;
    const file = openSync(beside, 'w');
    try {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
    return path;
  }

  /** Like `write`, but what was there before is kept beside it, as `previousName` says. */
  replace(name: string, content: string | Uint8Array): string {
    if (existsSync(this.file(name))) renameSync(this.file(name), this.file(previousName(name)));
    return this.write(name, content);
  }

  writeJson(name: string, value: unknown): string {
    return this.write(name, `${JSON.stringify(value, undefined, 2)}\n`);
  }

  read(name: string): Uint8Array | undefined {
    const path = this.file(name);
    return existsSync(path) ? readFileSync(path) : undefined;
  }

  /** @throws OpuError INVALID_FILE when the file is there but is no JSON */
  readJson(name: string): unknown {
    const bytes = this.read(name);
    if (bytes === undefined) return undefined;
    return parseJson(Buffer.from(bytes).toString(), this.file(name));
  }

  appendMetrics(line: MetricsLine): void {
    appendFileSync(this.file('metrics.jsonl'), `${JSON.stringify(line)}\n`);
  }

  /** Lines so far; a last line that a killed run left unfinished is left out. */
  metrics(): MetricsLine[] {
    const text = Buffer.from(this.read('metrics.jsonl') ?? new Uint8Array()).toString();
    const lines = text.split('\n').slice(0, -1);
    return lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as MetricsLine];
      } catch {
        return [];
      }
    });
  }

  /** Takes back what was noted of a mode after `stepsDone` steps: a resumed run makes those steps again. */
  cutMetrics(mode: TrainingMode, stepsDone: number): void {
    const kept = this.metrics().filter((line) => line.mode !== mode || line.stepsDone <= stepsDone);
    this.write('metrics.jsonl', kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
}
