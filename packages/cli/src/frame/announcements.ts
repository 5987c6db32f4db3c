import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** An emulated device that some process of this user serves. */
export interface Announcement {
  readonly pid: number;
  readonly profile: string;
  readonly addresses: readonly string[];
}

let count = 0;

function folder(): string {
  return join(process.env.XDG_RUNTIME_DIR ?? tmpdir(), `opu-emulators-${userInfo().uid}`);
}

/** True for a folder that nobody else can have put something into. */
function isOurs(path: string): boolean {
  try {
    const facts = lstatSync(path);
    return (
      facts.isDirectory() &&
      (process.getuid === undefined || (facts.uid === process.getuid() && (facts.mode & 0o022) === 0))
    );
  } catch {
    return false;
  }
}

/** Lets `opu devices` find an emulated device until the function that it returns is called. */
export function announce(announcement: Omit<Announcement, 'pid'>): () => void {
  const place = folder();
  const file = join(place, `${process.pid}-${++count}.json`);
  try {
    mkdirSync(place, { mode: 0o700, recursive: true });
    if (!isOurs(place)) return () => {};
    writeFileSync(file, JSON.stringify({ pid: process.pid, ...announcement }), { mode: 0o600 });
  } catch {
    // Without a place to announce it the device is served all the same.
    return () => {};
  }
  return () => rmSync(file, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function isAnnouncement(value: unknown): value is Announcement {
  const { pid, profile, addresses } = (value ?? {}) as Partial<Announcement>;
  const areTexts = Array.isArray(addresses) && addresses.every((address) => typeof address === 'string');
  return Number.isSafeInteger(pid) && typeof profile === 'string' && areTexts;
}

/** Emulated devices that are served now. What a process that is gone left behind is cleared away. */
export function announced(): Announcement[] {
  const place = folder();
  if (!isOurs(place)) return [];
  const found: Announcement[] = [];
  for (const name of readdirSync(place).sort()) {
    const file = join(place, name);
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      continue;
    }
    if (!isAnnouncement(value)) continue;
    if (isAlive(value.pid)) found.push(value);
    else rmSync(file, { force: true });
  }
  return found;
}
