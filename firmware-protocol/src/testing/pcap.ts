/** One piece of a TCP connection, in the order in which it went over the wire. */
export interface CapturedChunk {
  readonly from: 'host' | 'device';
  readonly bytes: Uint8Array;
}

const ETHERNET = 14;
const IPV4 = 20;
const TCP = 20;
const SEGMENT = 1460;
const FLAG_SYN = 0x02;
const FLAG_PSH_ACK = 0x18;
const FLAG_ACK = 0x10;

/**
 * A capture file (pcap, Ethernet) of one TCP connection on 127.0.0.1: handshake, then the chunks cut into segments. What
 * a capture program would have written, without the rights that one needs.
 */
export function pcapOfTcp(chunks: readonly CapturedChunk[], devicePort = 4040): Uint8Array {
  const parts: Buffer[] = [fileHeader()];
  const next = { host: 1000, device: 9000 };
  let packet = 0;
  const add = (from: 'host' | 'device', flags: number, data: Uint8Array): void => {
    const to = from === 'host' ? 'device' : 'host';
    const ports: [number, number] = from === 'host' ? [50_000, devicePort] : [devicePort, 50_000];
    parts.push(record(packet++, frame(ports, next[from], next[to], flags, data)));
    next[from] = (next[from] + data.length + (flags & FLAG_SYN ? 1 : 0)) >>> 0;
  };
  const nothing = new Uint8Array(0);
  add('host', FLAG_SYN, nothing);
  add('device', FLAG_SYN | FLAG_ACK, nothing);
  add('host', FLAG_ACK, nothing);
  for (const { from, bytes } of chunks) {
    for (let at = 0; at < bytes.length; at += SEGMENT) add(from, FLAG_PSH_ACK, bytes.subarray(at, at + SEGMENT));
  }
  return new Uint8Array(Buffer.concat(parts));
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65_535, 16);
  header.writeUInt32LE(1, 20);
  return header;
}

function record(packet: number, bytes: Buffer): Buffer {
  const header = Buffer.alloc(16);
  header.writeUInt32LE(Math.floor(packet / 1000), 0);
  header.writeUInt32LE((packet % 1000) * 1000, 4);
  header.writeUInt32LE(bytes.length, 8);
  header.writeUInt32LE(bytes.length, 12);
  return Buffer.concat([header, bytes]);
}

function frame(
  ports: [number, number],
  sequence: number,
  acknowledged: number,
  flags: number,
  data: Uint8Array,
): Buffer {
  const bytes = Buffer.alloc(ETHERNET + IPV4 + TCP + data.length);
  bytes.writeUInt16BE(0x0800, 12);
  const ip = bytes.subarray(ETHERNET);
  ip[0] = 0x45;
  ip.writeUInt16BE(IPV4 + TCP + data.length, 2);
  ip[8] = 64;
  ip[9] = 6;
  ip.set([127, 0, 0, 1, 127, 0, 0, 1], 12);
  let sum = 0;
  for (let at = 0; at < IPV4; at += 2) sum += ip.readUInt16BE(at);
  ip.writeUInt16BE(~((sum & 0xffff) + (sum >>> 16)) & 0xffff, 10);
  const tcp = ip.subarray(IPV4);
  tcp.writeUInt16BE(ports[0], 0);
  tcp.writeUInt16BE(ports[1], 2);
  tcp.writeUInt32BE(sequence >>> 0, 4);
  if (flags & FLAG_ACK) tcp.writeUInt32BE(acknowledged >>> 0, 8);
  tcp[12] = (TCP / 4) << 4;
  tcp[13] = flags;
  tcp.writeUInt16BE(65_535, 14);
  tcp.set(data, TCP);
  return bytes;
}
