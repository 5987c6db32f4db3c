/**
 * Bytes of typed arrays that are allocated while `work` runs, by anybody in this process but Node itself: by constructor and
 * by `slice`. Views cost nothing.
 */
export async function allocatedBytes(work: () => Promise<unknown>): Promise<number> {
  let bytes = 0;
  const real = { Uint8Array, Uint16Array, Float32Array, Float64Array, Uint32Array, Int32Array };
  const names = Object.keys(real) as (keyof typeof real)[];
  const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as { slice: Uint8Array['slice'] };
  const { slice } = typedArray;
  for (const name of names) {
    const counting = new Proxy(real[name], {
      construct(target, [first, ...rest]) {
        const made = Reflect.construct(target, [first, ...rest]) as ArrayBufferView;
        if (!(first instanceof ArrayBuffer || first instanceof SharedArrayBuffer)) bytes += made.byteLength;
        return made;
      },
    });
    Object.defineProperty(globalThis, name, { value: counting, configurable: true, writable: true });
  }
  typedArray.slice = function (this: Uint8Array, ...range) {
    const made = slice.apply(this, range);
    bytes += made.byteLength;
    return made;
  };
  try {
    await work();
  } finally {
    for (const name of names) {
      Object.defineProperty(globalThis, name, { value: real[name], configurable: true, writable: true });
    }
    typedArray.slice = slice;
  }
  return bytes;
}
