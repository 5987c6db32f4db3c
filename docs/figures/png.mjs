// Grey PNG files (ISO/IEC 15948) whose data is stored, not deflated, so that the bytes depend on no version of zlib.
const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = table[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function adler32(bytes) {
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

const word = (value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

function chunk(type, data) {
  const body = Uint8Array.from([...new TextEncoder().encode(type), ...data]);
  return [...word(data.length), ...body, ...word(crc32(body))];
}

function stored(bytes) {
  const out = [0x78, 0x01];
  for (let at = 0; at < bytes.length; at += 65535) {
    const block = bytes.subarray(at, at + 65535);
    const length = block.length;
    out.push(at + length === bytes.length ? 1 : 0, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255);
    for (const byte of block) out.push(byte);
  }
  out.push(...word(adler32(bytes)));
  return out;
}

/** @param {Uint8Array} grey shape [height, width] */
export function greyPng(grey, width, height) {
  const lines = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) lines.set(grey.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', [...word(width), ...word(height), 8, 0, 0, 0, 0]),
    ...chunk('IDAT', stored(lines)),
    ...chunk('IEND', []),
  ]);
}
