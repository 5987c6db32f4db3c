import type { Ticks } from '@opu/core';
import type { FrameRecord } from '../frame-record.js';
import type { SequencerSettings } from '../settings.js';

const isSent = (frame: FrameRecord): boolean => !Number.isNaN(frame.txEnd);

/**
 * What has to hold for any frames, whatever made them: a list of what does not. Frames are in the order of their resets;
 * durations are the same for all of them.
 */
export function violations(frames: readonly FrameRecord[], settings: SequencerSettings): string[] {
  const { S, nbuf, V } = settings;
  const found: string[] = [];
  const claim = (holds: boolean, what: string, frame: FrameRecord): void => {
    if (!holds) found.push(`frame ${frame.frame}: ${what}`);
  };
  let dropped = 0;
  let lastSent: FrameRecord | undefined;
  for (const [i, frame] of frames.entries()) {
    const previous = frames[i - 1];
    claim(frame.loadEnd <= frame.reset, 'is reset before it is loaded', frame);
    claim(frame.exposureStart >= frame.reset + S, 'is exposed while mirrors settle', frame);
    claim(settings.trigger !== 'internal' || frame.reset % V === 0, 'is reset between refreshes', frame);
    if (previous !== undefined) {
      claim(frame.loadStart >= previous.reset + S, 'is loaded into settling mirrors', frame);
      claim(frame.reset > previous.reset, 'is reset with or before the one before', frame);
      claim(frame.reset >= previous.exposureEnd, 'is reset during an exposure', frame);
      claim(frame.readoutStart >= previous.readoutEnd, 'is read out during a read-out', frame);
    }
    if (isSent(frame)) {
      claim(frame.txStart >= frame.readoutEnd, 'is sent before it is read out', frame);
      claim(lastSent === undefined || frame.txStart >= lastSent.txEnd, 'is sent during a sending', frame);
      claim(frame.droppedBefore === dropped, `carries ${frame.droppedBefore} dropped before, not ${dropped}`, frame);
      lastSent = frame;
      dropped = 0;
    } else {
      claim(settings.overrun === 'drop', 'is dropped in hold mode', frame);
      dropped++;
    }
    const holding = frames.filter((f) => isSent(f) && f.reset <= frame.reset && f.txEnd > frame.reset).length;
    claim(holding <= nbuf, `finds ${holding} of ${nbuf} buffers taken`, frame);
    claim(isSent(frame) || holding === nbuf, 'is dropped while a buffer is free', frame);
  }
  return found;
}

/** Slots of the grid of one run from its first to its last reset; each is a frame, an underrun or a stall. */
export function gridViolations(
  frames: readonly FrameRecord[],
  period: Ticks,
  counts: { readonly underrun: number; readonly stall: number },
): string[] {
  const first = frames[0]!.reset;
  const found: string[] = [];
  for (const frame of frames) {
    if ((frame.reset - first) % period !== 0) found.push(`frame ${frame.frame} is off the grid`);
  }
  const slots = (frames.at(-1)!.reset - first) / period + 1;
  const counted = frames.length + counts.underrun + counts.stall;
  if (slots !== counted) found.push(`${slots} slots, but ${counted} frames, underruns and stalls`);
  return found;
}
