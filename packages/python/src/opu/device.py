"""Devices: what every OPU is to its user, whether it is hardware, an emulator or a replay."""

from __future__ import annotations

import threading
import warnings
from collections import deque
from types import TracebackType
from typing import Any, Callable, Deque, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple, Type, Union

import numpy as np
import numpy.typing as npt

from . import _protocol as protocol
from ._facts import (
    OVERRUN,
    TRIGGER,
    Configuration,
    Frames,
    Identity,
    Limits,
    Readout,
    choice,
    configuration_of,
    identity_of,
    limits_of,
    ticks_of,
)
from ._pixels import FORMAT_OF_DEPTH, Array, decode_pixels, pixel_type
from ._run import ArraySource, IteratorSource, Run
from ._session import Session
from .errors import OpuError

_WINDOW_BYTES = 64 << 20
class Device:
    """
    A device under this program's control. Get one from `connect`.

    Every frame comes exactly once and in order, also when the link is lost and comes back within `timeouts.reconnect` seconds. What
    goes wrong is an `OpuError`. Calls from several threads are served one after the other; `stop`, `abort`, `cancel` and `close` act
    on what is under way in another thread.
    """

    def __init__(self, address: str, session: Session, dispose: Callable[[], None]) -> None:
        self.address = address
        self.identity = identity_of(session.greeting.hello)
        self.limits = limits_of(session.greeting.description)
        self.frames: Optional[Frames] = None
        """Facts of the frames of the last `project`."""
        self._session = session
        self._dispose = dispose
        self._turn = threading.RLock()
        self._streaming: Optional[Run] = None
        self._leftovers = 0
        self._closed = False

    # Configuration.

    @property
    def configuration(self) -> Configuration:
        """What the device applied last."""
        return configuration_of(self._session.greeting.configuration, self.limits.tick_us)

    def configure(
        self,
        *,
        exposure_us: Optional[float] = None,
        period_us: Union[float, str, None] = None,
        extra_settle_us: Optional[float] = None,
        region: Optional[Sequence[int]] = None,
        bit_depth: Optional[int] = None,
        overrun: Optional[str] = None,
        trigger: Optional[str] = None,
        macro_pixels: Optional[Tuple[int, int]] = None,
        reference: Optional[Dict[str, Any]] = None,
    ) -> Configuration:
        """
        Applies a configuration whole, or raises CONFIGURATION_REFUSED and leaves the old one in place. What is left out keeps its
        value.

        period_us: microseconds from frame to frame, or "shortest" for the least that the configuration allows
        region: x, y, width, height, pixels
        bit_depth: 8, 10, 12, or 32 for floats of an ideal emulator
        macro_pixels: columns and rows of values of a pattern; (0, 0) for one bit a mirror
        reference: on, amplitude (in units of the mean field of every mirror on), phase_steps, tilt_x, tilt_y (radians a pixel)
        """
        message = protocol.Configure()
        bit, tick = protocol.ConfigurationField, self.limits.tick_us
        if exposure_us is not None:
            message.fields |= bit.EXPOSURE
            message.exposure_ticks = ticks_of("exposure_us", exposure_us, tick)
        if extra_settle_us is not None:
            message.fields |= bit.EXTRA_SETTLE
            message.extra_settle_ticks = ticks_of("extra_settle_us", extra_settle_us, tick)
        if region is not None:
            if len(region) != 4 or any(int(value) != value or value < 0 for value in region):
                raise OpuError("INVALID_ARGUMENT", f"region is {tuple(region)}; it must be x, y, width, height in pixels.")
            message.fields |= bit.REGION_OF_INTEREST
            message.region_x, message.region_y, message.region_width, message.region_height = (int(v) for v in region)
        if bit_depth is not None:
            if bit_depth not in FORMAT_OF_DEPTH:
                raise OpuError("INVALID_ARGUMENT", f"bit_depth is {bit_depth}; it must be one of {self.limits.bit_depths}.")
            message.fields |= bit.PIXEL_FORMAT
            message.pixel_format = FORMAT_OF_DEPTH[bit_depth]
        if overrun is not None:
            message.fields |= bit.OVERRUN
            message.overrun_mode = choice("overrun", overrun, OVERRUN)
        if trigger is not None:
            message.fields |= bit.TRIGGER
            message.trigger_mode = choice("trigger", trigger, TRIGGER)
        if macro_pixels is not None:
            message.fields |= bit.MACRO_PIXELS
            message.macro_columns, message.macro_rows = (int(v) for v in macro_pixels)
        if reference is not None:
            unknown = set(reference) - {"on", "amplitude", "phase_steps", "tilt_x", "tilt_y"}
            if unknown:
                text = f"reference has {sorted(unknown)}; it takes on, amplitude, phase_steps, tilt_x, tilt_y."
                raise OpuError("INVALID_ARGUMENT", text)
            message.fields |= bit.REFERENCE
            message.reference_on = int(bool(reference.get("on", True)))
            message.reference_amplitude = float(reference.get("amplitude", 1.0))
            message.reference_phase_steps = int(reference.get("phase_steps", 1))
            message.reference_tilt_x = float(reference.get("tilt_x", 0.0))
            message.reference_tilt_y = float(reference.get("tilt_y", 0.0))
        if period_us is not None:
            message.fields |= bit.PERIOD
            longest = self.limits.period_us[1] if isinstance(period_us, str) else period_us
            if isinstance(period_us, str) and period_us != "shortest":
                raise OpuError("INVALID_ARGUMENT", f'period_us is "{period_us}"; it must be a number or "shortest".')
            message.period_ticks = ticks_of("period_us", float(longest), tick)
        with self._turn:
            self._no_stream("configured")
            self._apply(message)
            if period_us == "shortest":
                least = self._session.greeting.configuration.minimum_period_ticks
                self._apply(protocol.Configure(fields=int(bit.PERIOD), period_ticks=least))
            return self.configuration

    def _apply(self, message: protocol.Configure) -> None:
        try:
            reply = self._session.request(message)
        except ValueError as error:
            raise OpuError("INVALID_ARGUMENT", f"The configuration cannot be sent: {error}.") from None
        assert isinstance(reply, protocol.ConfigureReply)
        self._session.greeting.configuration = reply

    # Frames.

    def project(self, patterns: Any, *, packed: bool = False) -> Array:
        """
        Shows every pattern and returns all images, shape (n, height, width): uint8 for 8 bit, uint16 for 10 and 12, float32 for the
        float read-out. `frames` has what is known of each.

        patterns: shape (n, values), uint8 or bool, 0 is off; one value a mirror or macro-pixel. With `packed` (n, pattern_bytes),
        uint8, eight values a byte, the first in the most significant bit.
        """
        with self._turn:
            self._no_stream("used")
            configuration = self._session.greeting.configuration
            data = self.pack(patterns, packed=packed)
            count = len(data)
            height, width = configuration.region_height, configuration.region_width
            pixels = height * width
            images = np.zeros((count, pixels), dtype=pixel_type(configuration.pixel_format))
            facts = Frames(
                np.zeros(count, np.int64), np.zeros(count, np.int64), np.zeros(count, np.float64), np.zeros(count, np.float64)
            )
            if count > 0:
                self._project(data, images, facts)
            self.frames = facts
            return images.reshape(count, height, width)

    def _project(self, data: npt.NDArray[np.uint8], images: Array, facts: Frames) -> None:
        session, pixels = self._session, images.shape[1]
        # A stopped run leaves its patterns in the device; a batch is these patterns and no others.
        if self._leftovers > 0:
            session.request(protocol.Abort())
            self._leftovers = 0

        def take(place: int, message: protocol.Readouts, records: Sequence[protocol.ReadoutRecord], skip: int) -> None:
            decoded = decode_pixels(message.data, message.image_bytes, len(records), message.pixel_format, pixels)
            kept = records[skip:]
            images[place : place + len(kept)] = decoded[skip:]
            facts.frame[place : place + len(kept)] = [r.frame for r in kept]
            facts.exposure_start_tick[place : place + len(kept)] = [r.exposure_start_tick for r in kept]
            facts.reference_phase[place : place + len(kept)] = [r.reference_phase for r in kept]
            facts.saturated_share[place : place + len(kept)] = [r.saturated_pixels / pixels for r in kept]
            run.consumed += len(kept)

        window = max(16, min(4096, _WINDOW_BYTES // max(1, images.strides[0])))
        source = ArraySource(memoryview(data.reshape(-1).data), data.shape[1])
        run = self._new_run(source, data.shape[1], window, False, take)
        self._drive(run, lambda: run.is_complete)
        if run.ended_early:
            raise OpuError("ABORTED", f"The projection was stopped after {run.received} of {len(data)} frames.")

    def stream(self, source: Iterable[Any], *, in_flight: int = 64, packed: bool = False) -> Iterator[Readout]:
        """
        Shows the patterns of an iterable one after the other and yields their readouts, in order, each exactly once. At most
        `in_flight` patterns are ahead of the reader, so memory is bounded and a reader that pauses pauses the source. Leaving the
        generator ends the run. An error of the source ends the stream with that very error.
        """
        if in_flight < 1:
            raise OpuError("INVALID_ARGUMENT", f"in_flight is {in_flight}; it must be 1 or more.")
        return self._stream(source, in_flight, packed)

    def _stream(self, source: Iterable[Any], in_flight: int, packed: bool) -> Iterator[Readout]:
        arrived: Deque[Readout] = deque()
        session = self._session

        def take(place: int, message: protocol.Readouts, records: Sequence[protocol.ReadoutRecord], skip: int) -> None:
            height, width = message.region_height, message.region_width
            decoded = decode_pixels(message.data, message.image_bytes, len(records), message.pixel_format, height * width)
            for i in range(skip, len(records)):
                r = records[i]
                arrived.append(
                    Readout(
                        decoded[i].reshape(height, width),
                        r.frame,
                        r.pattern_id,
                        r.reset_tick,
                        r.exposure_start_tick,
                        r.exposure_ticks,
                        r.reference_phase,
                        r.dropped_before,
                        r.saturated_pixels / max(1, height * width),
                        bool(r.flags & protocol.ReadoutFlag.GHOST_RISK),
                    )
                )

        with self._turn:
            self._no_stream("used")
            configuration = self.configuration
            packed_rows = (self.pack(pattern, packed=packed, single=True).tobytes() for pattern in source)
            leftovers, self._leftovers = self._leftovers, 0
            may_drop = configuration.overrun == "drop"
            run = self._new_run(IteratorSource(packed_rows), configuration.pattern_bytes, in_flight, may_drop, take, leftovers)
            self._streaming = run
        done = False
        try:
            while True:
                with self._turn:
                    if not arrived:
                        session.until(lambda: bool(arrived) or run.is_complete)
                if not arrived:
                    break
                readout = arrived.popleft()
                with session.holding():
                    run.freed(1 + readout.dropped_before)
                    session.flush()
                yield readout
            done = run.error is None
            if run.error is not None:
                raise run.error
        finally:
            with self._turn:
                self._streaming = None
                self._finish(run, done)

    def _new_run(self, source: Any, pattern_bytes: int, window: int, may_drop: bool, take: Any, leftovers: int = 0) -> Run:
        session = self._session
        with session.holding():
            session.clear_cancel()
            if session.error is not None:
                raise session.error
            triggered = self.configuration.trigger != "internal"
            run = Run(session, source, pattern_bytes, window, may_drop, take, leftovers, triggered)
            session.run = run
            run.push()
        return run

    def _drive(self, run: Run, done: Callable[[], bool]) -> None:
        finished = False
        try:
            self._session.until(done)
            if run.error is not None:
                raise run.error
            finished = True
        finally:
            self._finish(run, finished)

    def _finish(self, run: Run, done: bool) -> None:
        """Leaves no run on the device."""
        session = self._session
        try:
            if session.error is None and run.needs_stop and not run.is_stopping:
                with session.holding():
                    session.clear_cancel()
                    run.end("STOP" if done else "ABORT")
                try:
                    session.request(protocol.Stop() if done else protocol.Abort())
                except OpuError:
                    if done:
                        raise
            elif not done:
                with session.holding():
                    run.end("ABORT")
        finally:
            session.run = None

    def stop(self) -> int:
        """
        Patterns not yet shown stay in the device, and the next stream shows them first; a frame under way is finished. A stream under
        way ends with what was shown, a projection raises ABORTED. Returns the frames done since the start of the run.
        """
        return self._end_run("STOP")

    def abort(self) -> int:
        """Like `stop`, but patterns not yet shown are thrown away."""
        return self._end_run("ABORT")

    def _end_run(self, by: str) -> int:
        session = self._session
        run = session.run
        if run is not None:
            with session.holding():
                run.end(by)
        report = session.request(protocol.Stop() if by == "STOP" else protocol.Abort())
        assert isinstance(report, protocol.RunReport)
        self._leftovers = 0
        if run is not None:
            with session.holding():
                run.ended_by(report)
                self._leftovers = run.due - run.received if by == "STOP" else 0
        return report.frames_done

    def cancel(self, why: str = "The operation was cancelled.") -> None:
        """Makes what is under way, in whatever thread, raise ABORTED. The device stays usable."""
        self._session.cancel(why)

    def trigger(self) -> int:
        """Fires a frame when the device is configured for software triggers; returns its tick."""
        reply = self._session.request(protocol.SoftwareTrigger())
        assert isinstance(reply, protocol.Done)
        return reply.tick

    def counters(self) -> Dict[str, int]:
        """Counters by name: frames, underrun, stall, overrun, crc_errors ..., and `host_` ones of this side. Reading resets nothing."""
        reply = self._session.request(protocol.GetCounters())
        assert isinstance(reply, protocol.CountersReply)
        names = {int(c): c.name.lower() for c in protocol.CounterId}
        counted = {names.get(record.id, f"counter_{record.id}"): record.value for record in reply.counters}
        return {**counted, **self._session.counters}

    def now(self) -> int:
        """The device's time, ticks. It never goes back."""
        reply = self._session.request(protocol.ClockSync())
        assert isinstance(reply, protocol.ClockSyncReply)
        return reply.departure_tick

    def spend(self, microseconds: float) -> int:
        """Lets virtual time pass; returns the tick after it. Only for devices with the feature virtual-clock."""
        reply = self._session.request(protocol.Spend(ticks=ticks_of("microseconds", microseconds, self.limits.tick_us)))
        assert isinstance(reply, protocol.Done)
        return reply.tick

    def pack(self, patterns: Any, *, packed: bool = False, single: bool = False) -> npt.NDArray[np.uint8]:
        """Patterns as the device takes them in the layout in force: shape (n, pattern_bytes), or (pattern_bytes,) for one."""
        configuration = self._session.greeting.configuration
        size = configuration.pattern_bytes
        if isinstance(patterns, (bytes, bytearray, memoryview)):
            patterns = np.frombuffer(patterns, dtype=np.uint8)
            packed = True
        array = np.asarray(patterns)
        if single and array.ndim == 2 and not packed:
            array = array.reshape(-1)
        columns, rows = configuration.macro_columns, configuration.macro_rows
        values = columns * rows if columns * rows > 0 else self.limits.modulator[0] * self.limits.modulator[1]
        if not single and array.ndim == 3 and not packed:
            array = array.reshape(len(array), -1)
        wanted = size if packed else values
        if array.ndim != (1 if single else 2) or array.shape[-1] != wanted:
            shape = f"({wanted},)" if single else f"(n, {wanted})"
            unit = "bytes" if packed else "values"
            raise OpuError("INVALID_ARGUMENT", f"Patterns have the shape {array.shape}; the layout in force takes {shape} {unit}.")
        if packed:
            if array.dtype != np.uint8:
                raise OpuError("INVALID_ARGUMENT", f"Packed patterns are uint8; these are {array.dtype}.")
            return np.ascontiguousarray(array)
        if array.dtype != np.bool_ and array.dtype.kind not in "ui":
            raise OpuError("INVALID_ARGUMENT", f"Patterns are uint8 or bool; these are {array.dtype}. Encode them first.")
        return np.packbits(array != 0, axis=-1)

    def _no_stream(self, what: str) -> None:
        if self._closed:
            raise OpuError("INVALID_STATE", f"{self.address} was closed.", remedy="Open it again.")
        if self._streaming is not None:
            text = f"The device cannot be {what} while a stream of it is being read."
            raise OpuError("INVALID_STATE", text, remedy="Read the stream to its end, or close it.")

    # The end.

    def close(self) -> None:
        """Stops the device, gives control back, closes every link and ends what was started for it. More than once does no harm."""
        if self._closed:
            return
        self._closed = True
        try:
            self._session.close()
            self._session.finish()
        finally:
            self._dispose()

    def __enter__(self) -> Device:
        return self

    def __exit__(
        self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not getattr(self, "_closed", True):
            try:
                warnings.warn(f"{self.address} was not closed", ResourceWarning, source=self)
            finally:
                self.close()


__all__: List[str] = [
    "Configuration",
    "Device",
    "Frames",
    "Identity",
    "Limits",
    "Readout",
]
