/** One sentence of the docstrings of `OpuDevice` and of what belongs to it. */
export interface InterfacePromise {
  /** What cases cite. It begins with whose docstring the sentence stands in. */
  readonly id: string;
  readonly text: string;
  /** Why there is no case: the sentence says what a word means, or nothing that a suite could see. */
  readonly untestable?: string;
}

const MEANING = 'Says what a word means; it promises nothing by itself.';

const rows: readonly (readonly [id: string, text: string, untestable?: string])[] = [
  ['DeviceIdentity.said', 'Who a device is, as it says itself in the handshake.'],
  ['DeviceIdentity.profile.name', 'Name of the profile that it follows, `opu-1m-300k` for instance.'],
  ['RegionOfInterest.meaning', 'A rectangle of sensor pixels.', MEANING],
  ['DeviceLimits.asked', 'What a device can do; asked of the device, never configured on the host.'],
  ['DeviceLimits.patternSlots.said', '`Nram`: patterns that fit in pattern RAM.'],
  ['DeviceLimits.frameBuffers.said', '`Nbuf`: camera frame buffers.'],
  ['DeviceLimits.bitDepths.offered', 'Offered bit depths; 32 is the float read-out of an ideal emulator.'],
  [
    'DeviceLimits.tickPicoseconds.said',
    "Length of one tick of this device's clock, picoseconds; 10 000 unless the device says otherwise.",
  ],
  ['DeviceLimits.stages.said', 'How long each stage of a frame takes, where the device tells it.'],
  [
    'DeviceLimits.storedSequences.said',
    'Stored sequences, and patterns in all of them together; absent where there are none.',
  ],
  ['StageDurations.meaning', "Durations of the sequencer's stages, in ticks.", MEANING],
  [
    'StageDurations.loadTicks.said',
    "`L`: loading one pattern into the modulator; `loadRowTicks` is one row's share of it, 0 where there is none.",
  ],
  ['StageDurations.settleTicks.said', '`S`: reset pulse to mirrors settled.'],
  ['StageDurations.triggerDelayTicks.said', '`D`: camera trigger to start of exposure.'],
  ['StageDurations.transferTicks.said', '`T`: end of exposure to start of readout.'],
  [
    'StageDurations.readoutRowTicks.said',
    'Reading one row of the sensor: `Q` is the rows of the region of interest times this.',
  ],
  [
    'StageDurations.refreshTicks.said',
    '`V`: refresh period of the modulator; 1 for one that can be reset at any time.',
  ],
  ['ConfigurationRequest.meaning', 'How frames are made.', MEANING],
  ['ConfigurationRequest.partial', 'Durations are in ticks of 10 ns; a field that is left out keeps its value.'],
  [
    'ConfigurationRequest.macroPixels.layout',
    'Macro-pixels: a pattern has `columns` x `rows` values, each spread over an equal share of the mirrors; 0 x 0 is raw.',
  ],
  [
    'ConfigurationRequest.reference.steps',
    'Reference beam: off by default; `phaseSteps` phases are stepped through frame by frame when it is on.',
  ],
  [
    'ConfigurationRequest.amplitude.unit',
    'Amplitude in units of the mean field that every mirror on gives.',
    'A matter of light: no driver computes it, and the optics cases of the device suite look at it.',
  ],
  [
    'ConfigurationRequest.tiltX.unit',
    'Tilt of the plane wave, radians a pixel.',
    'A matter of light: no driver computes it, and the optics cases of the device suite look at it.',
  ],
  ['AppliedConfiguration.said', 'What the device applied: it rounds, and it answers with what it did.'],
  [
    'AppliedConfiguration.minimumPeriodTicks.bound',
    'Shortest frame period that this configuration allows, and the term that sets it.',
  ],
  ['AppliedConfiguration.patternBytes.size', 'Bytes of one pattern in this layout: ceil(values / 8).'],
  ['AppliedConfiguration.hash.tells', 'Equal for equal configurations; a change of any field changes it.'],
  ['Image.shape', 'Pixels of one readout, shape [height, width] of the region of interest.'],
  ['Readout.frame.counts', 'Counts every frame of the device since it was switched on; never wraps.'],
  ['Readout.patternId.known', 'The pattern that was on the mirrors: known from its id, never from counting.'],
  ['Readout.resetTick.exact', 'Device time of the reset pulse that showed the pattern, exact to the tick.'],
  ['Readout.exposureStartTick.exact', 'Device time at which the exposure began, exact to the tick.'],
  ['Readout.exposureTicks.configured', 'Length of the exposure, as it is configured.'],
  ['Readout.referencePhaseRadians.phase', 'Phase of the reference beam in radians; 0 when it is off.'],
  ['Readout.droppedBefore.said', 'Frames that the device discarded just before this one (`drop` mode).'],
  ['Readout.saturatedShare.share', 'Share of saturated pixels, 0 to 1.'],
  ['Readout.ghostRisk.said', 'The device says that the mirrors may not have been at rest for the whole exposure.'],
  ['Readout.image.kept', 'It belongs to the reader: nobody writes to it any more.'],
  [
    'PatternBatch.bits',
    'Patterns as the device takes them: bit-packed rows (most significant bit first), shape [n, patternBytes].',
  ],
  ['PatternBatch.strides', 'Rows may lie in memory in any way that strides can say.'],
  ['PatternBatch.refused', 'Another shape is INVALID_ARGUMENT.'],
  ['ReadoutStream.two-faces', 'A stream of readouts: pull it as an AsyncIterable, or watch it as an Observable.'],
  ['ReadoutStream.lazy', 'It starts when it is first read.'],
  ['ReadoutStream.once', 'It is read once: a second reader gets INVALID_STATE.'],
  ['ReadoutStream.left', 'A reader that leaves it ends the run on the device.'],
  ['PatternSource.meaning', 'Where the patterns of a stream come from.', MEANING],
  [
    'PatternSource.back-pressure',
    'An iterable is pulled no faster than the device has room: a reader that pauses pauses the source.',
  ],
  ['PatternSource.throws', 'When it throws, the stream ends with that very error.'],
  ['PatternSource.told', 'When nothing more is wanted of it, it is told (`return`).'],
  ['PatternSource.unwritten', 'Patterns are never written to.'],
  ['PatternSource.refused', 'One of the wrong length ends the stream with INVALID_ARGUMENT.'],
  ['ReadoutBatch.shape', 'All readouts of a batch: `pixels` has shape [n, height x width].'],
  ['ReadoutBatch.kept', 'It belongs to the caller: nobody writes to it any more.'],
  [
    'ReadoutBatch.largestSaturatedShare.said',
    'Largest `saturatedShare` of all readouts, 0 to 1, where the device tells it without an object a frame.',
  ],
  ['StopReport.framesDone.counts', 'Frames done since the start of the run.'],
  [
    'OpuDevice.meaning',
    "What every OPU is to its user: hardware, the emulator, a replay, somebody else's driver.",
    MEANING,
  ],
  ['OpuDevice.blame', 'Every error is an OpuError whose code says who is to blame.'],
  ['OpuDevice.no-unhandled', 'Nothing is rejected where nobody can listen.'],
  [
    'OpuDevice.order-of-asking',
    'Batches and streams that are asked for at the same time are shown one after the other, in the order of asking.',
  ],
  ['OpuDevice.one-host', "One host at a time controls a device: another one's open rejects with DEVICE_BUSY."],
  [
    'OpuDevice.link-back',
    'A link that is lost and comes back leaves no trace in what is read: nothing twice, nothing missing.',
  ],
  [
    'OpuDevice.link-away',
    'One that stays away ends everything within a bounded time with an error that blames the link.',
  ],
  [
    'OpuDevice.device-changed',
    'A device that was switched off and on, or configured by somebody else, while the link was down ends everything with an error.',
  ],
  ['OpuDevice.address.where', 'Where the device is, as it was opened.'],
  ['OpuDevice.configuration.last', 'What `configure` answered last.'],
  [
    'OpuDevice.configure.whole',
    'Applies a configuration whole, or rejects with CONFIGURATION_REFUSED and leaves the old one in place.',
  ],
  ['OpuDevice.configure.details', '`details` of the refusal has `field`, `value` and `bound`.'],
  [
    'OpuDevice.stream.each-once',
    'Shows patterns one after the other; readouts come in the order of the patterns, each exactly once.',
  ],
  [
    'OpuDevice.project.all',
    'Shows every pattern of a batch and resolves with all readouts, in the order of the patterns.',
  ],
  ['OpuDevice.counters.names', 'Counters by name: frames, underrun, stall, overrun, ignored_trigger, crc_errors ...'],
  ['OpuDevice.counters.unreset', 'Reading resets nothing.'],
  ['OpuDevice.stop.kept', 'Patterns not yet shown stay in the device; a frame under way is finished.'],
  ['OpuDevice.stop.stream', 'A stream under way ends with what was shown, and the next one shows first what stayed.'],
  ['OpuDevice.stop.projection', 'A projection under way rejects with ABORTED, unless all of its readouts have come.'],
  [
    'OpuDevice.stop.under-way',
    'What was asked for before, and whose turn it is, is under way, whatever the device has heard of it.',
  ],
  [
    'OpuDevice.stop.over',
    'When it resolves, the device is in no run, and of the run that it ended no readout is still to come.',
  ],
  ['OpuDevice.abort.thrown-away', 'Like `stop`, but patterns not yet shown are thrown away.'],
  ['OpuDevice.now.ticks', "The device's time now, ticks."],
  ['OpuDevice.now.forward', 'It never goes back.'],
  ['OpuDevice.close.light-off', 'Ends the session: the sequencer is stopped, the light is off.'],
  ['OpuDevice.close.rejects', 'What is under way, and whatever is asked for afterwards, rejects.'],
  ['OpuDevice.close.links', 'Every link is closed.'],
  ['OpuDevice.close.again', 'Safe to call more than once.'],
  ['OperationOptions.signal.aborted', 'Aborting it makes the operation reject with ABORTED.'],
  ['OperationOptions.signal.ends-run', 'A run that it ends is ended on the device too.'],
  ['OperationOptions.signal.usable', 'A device whose operation was aborted stays usable.'],
];

/** Every sentence of the interface's docstrings, in their order. A test compares them. */
export const driverPromises: readonly InterfacePromise[] = rows.map(([id, text, untestable]) =>
  untestable === undefined ? { id, text } : { id, text, untestable },
);
