// Philox4x32-10 (Salmon et al., SC 2011), the same numbers as src/random/philox.ts.

/** Stores the four 32-bit numbers of a counter at `out`. */
export function philox(
  counter0: u32, counter1: u32, counter2: u32, counter3: u32, key0: u32, key1: u32, out: usize,
): void {
  let x0 = counter0, x1 = counter1, x2 = counter2, x3 = counter3;
  let k0 = key0, k1 = key1;
  for (let round = 0; round < 10; round++) {
    const product0 = <u64>0xd2511f53 * <u64>x0, product1 = <u64>0xcd9e8d57 * <u64>x2;
    x0 = <u32>(product1 >> 32) ^ x1 ^ k0;
    x1 = <u32>product1;
    x2 = <u32>(product0 >> 32) ^ x3 ^ k1;
    x3 = <u32>product0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  store<u32>(out, x0);
  store<u32>(out, x1, 4);
  store<u32>(out, x2, 8);
  store<u32>(out, x3, 12);
}
