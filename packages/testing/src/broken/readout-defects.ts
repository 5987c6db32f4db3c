import { type BrokenDevice, changed, misheard, records } from './defects.js';

/** Readouts: numbers, images, credit and resend. */
export const readoutDefects: readonly BrokenDevice[] = [
  { defect: 'frames are numbered from 1', clause: 'OPU-RDO-1', wire: records(({ frame }) => ({ frame: frame + 1 })) },
  { defect: 'droppedBefore is always 0', clause: 'OPU-RDO-2', wire: records(() => ({ droppedBefore: 0 })) },
  {
    defect: 'rows of an image stand upside down',
    clause: 'OPU-RDO-3',
    wire: changed('READOUTS', (m) => {
      if (m.pixelFormat !== 0) return m;
      const data = Uint8Array.from(m.data);
      for (let i = 0; i < m.frames.count; i++) {
        for (let row = 0; row < m.regionHeight; row++) {
          const from = i * m.imageBytes + row * m.regionWidth;
          data.set(m.data.subarray(from, from + m.regionWidth), (i + 1) * m.imageBytes - (row + 1) * m.regionWidth);
        }
      }
      return { ...m, data };
    }),
  },
  {
    defect: 'the region that is told is that of the whole sensor',
    clause: 'OPU-RDO-3',
    wire: changed('READOUTS', (m) => ({ ...m, regionWidth: m.regionWidth + 1 })),
  },
  {
    defect: 'saturated pixels are counted one too many',
    clause: 'OPU-RDO-3',
    wire: records(({ saturatedPixels }) => ({ saturatedPixels: saturatedPixels + 1 })),
  },
  {
    defect: 'the CRC of images is wrong',
    clause: 'OPU-RDO-4',
    wire: records(({ imageCrc }) => ({ imageCrc: (imageCrc ^ 1) >>> 0 })),
  },
  {
    defect: 'a readout more is sent than there is credit for',
    clause: 'OPU-RDO-5',
    wire: misheard('READOUT_CREDIT', (m) => ({ ...m, creditLimit: m.creditLimit + 1 })),
  },
  {
    defect: 'readouts are given up as soon as they are sent',
    clause: 'OPU-RDO-6',
    wire: changed('READOUTS', (m, wire) => {
      wire.tell({ type: 'READOUT_ACK', nextFrame: m.frames.frame(m.frames.count - 1) + 1 });
      return m;
    }),
  },
  {
    defect: 'what is gone is called not yet there',
    clause: 'OPU-RDO-7',
    wire: changed('READOUT_UNAVAILABLE', (m) => ({ ...m, reason: 0 })),
  },
  {
    defect: 'the last readout that is asked for is not sent again',
    clause: 'OPU-RDO-7',
    wire: misheard('READOUT_RESEND', (m) => ({ ...m, count: Math.max(0, m.count - 1) })),
  },
  {
    defect: 'the exposure is a tick longer than was set',
    clause: 'OPU-RDO-10',
    wire: records(({ exposureTicks }) => ({ exposureTicks: exposureTicks + 1 })),
  },
];
