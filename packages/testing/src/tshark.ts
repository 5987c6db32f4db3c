import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { LinkChunk } from './recorded-link.js';

/** Largest piece of TCP data that fits in one packet of a capture. */
const PACKET = 60_000;

/** The dissector that @opu/protocol brings. */
export const dissectorFile = join(
  dirname(createRequire(import.meta.url).resolve('@opu/protocol')),
  '..',
  'wireshark',
  'opu.lua',
);

function run(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

/** Makes a capture file of a TCP connection with the programs that come with tshark, and prints fields of its packets. */
export function dissect(folder: string, chunks: readonly LinkChunk[], fields: readonly string[]): string[][] {
  const lines: string[] = [];
  for (const { from, bytes } of chunks) {
    for (let at = 0; at < bytes.length; at += PACKET) {
      const piece = Buffer.from(bytes.subarray(at, at + PACKET))
        .toString('hex')
        .replace(/../g, '$& ');
      lines.push(from === 'host' ? 'O' : 'I', `000000 ${piece}`);
    }
  }
  const [text, capture] = [join(folder, 'session.txt'), join(folder, 'session.pcap')];
  writeFileSync(text, `${lines.join('\n')}\n`);
  run('text2pcap', ['-q', '-D', '-T', '4040,50000', text, capture]);
  const wanted = fields.flatMap((field) => ['-e', field]);
  return run('tshark', ['-r', capture, '-X', `lua_script:${dissectorFile}`, '-T', 'fields', ...wanted])
    .split('\n')
    .map((line) => line.split('\t'));
}
