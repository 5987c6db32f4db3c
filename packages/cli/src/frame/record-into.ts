import { type OpuDevice, parseAddress } from '@opu/driver';

/** Records everything that goes through a device into a new file; closing the device makes the file whole. */
export async function recordInto(file: string, address: string, device: OpuDevice): Promise<OpuDevice> {
  const { openRecorder, recordDevice } = await import('@opu/capture');
  try {
    return await recordDevice(device, await openRecorder(file, { provenance: provenanceOf(address) }));
  } catch (error) {
    await device.close();
    throw error;
  }
}

/** What an address says about where frames come from: profile, seed and the rest of its query. */
export function provenanceOf(address: string): Record<string, string> {
  const { text, scheme, target, publicQuery } = parseAddress(address);
  return { address: text, ...(scheme === 'emulator' ? { profile: target } : {}), ...Object.fromEntries(publicQuery) };
}
