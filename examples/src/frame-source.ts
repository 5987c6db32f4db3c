// A simulated OPU of one's own: only what its frames show is written here; the firmware around it is that of every device in
// software. Light goes through a lens, so the camera sees the mirrors' image, blurred. node examples/dist/frame-source.js
import { createSoftwareDevice, deviceFacts, frameSource, mountTcp } from '@opu/device';
import { openOpu } from '@opu/driver';
import { tcpScheme } from '@opu/driver/node';
import ndarray from 'ndarray';

const SIZE = 24;

const facts = deviceFacts({
  modulatorWidth: SIZE,
  modulatorHeight: SIZE,
  sensorWidth: SIZE,
  sensorHeight: SIZE,
  patternSlots: 64,
  // Ticks of 10 ns: settle 12.5 us, expose 20 us or more, read a row in 1 us.
  settleTicks: 1_250,
  minimumExposureTicks: 2_000,
  readoutRowTicks: 100,
});

/** How many of the nine mirrors around a pixel are on, as a grey value. */
function blurred(pattern: Uint8Array, x: number, y: number): number {
  let on = 0;
  for (let row = Math.max(0, y - 1); row <= Math.min(SIZE - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(SIZE - 1, x + 1); column++) {
      const mirror = row * SIZE + column;
      on += (pattern[mirror >> 3]! >> (7 - (mirror & 7))) & 1;
    }
  }
  return on * 28;
}

const device = createSoftwareDevice({
  name: 'lens:',
  source: () =>
    frameSource({
      identity: { vendor: 'Example', model: 'Lens', serial: 'LENS-1', profile: 'lens' },
      facts,
      image: ({ pattern }, { regionX, regionY, regionWidth, regionHeight }) =>
        Uint8Array.from({ length: regionWidth * regionHeight }, (_, i) =>
          blurred(pattern, regionX + (i % regionWidth), regionY + Math.floor(i / regionWidth)),
        ),
    }),
});
const mount = await mountTcp(device);
try {
  const inProcess = async () => ({ transport: device.connect() });
  const opu = await openOpu('lens:', { schemes: { lens: inProcess } });
  await opu.configure({ regionOfInterest: { x: 4, y: 4, width: 8, height: 8 }, exposureTicks: 5_000 });
  const one = new Uint8Array(opu.configuration.patternBytes);
  one[(8 * SIZE + 8) >> 3] = 0x80;
  const { pixels } = await opu.project(ndarray(one, [1, one.length]));
  for (let y = 0; y < 8; y++) {
    console.log(Array.from({ length: 8 }, (_, x) => (pixels.get(0, 8 * y + x) > 0 ? '#' : '.')).join(' '));
  }
  let frames = 0;
  for await (const readout of opu.stream(Array.from({ length: 200 }, () => one))) frames = readout.frame;
  console.log(
    `${opu.identity.model}: streamed up to frame ${frames}, one every ${opu.configuration.periodTicks} ticks`,
  );
  await opu.close();

  const overTcp = await openOpu(mount.address, { schemes: { tcp: tcpScheme } });
  console.log(`${overTcp.identity.serial} at tcp: ${(await overTcp.counters()).get('frames')} frames so far`);
  await overTcp.close();
} finally {
  await mount.close();
  await device.close();
}
