"""Devices: what every OPU is to its user, whether it is hardware, an emulator or a replay."""

from __future__ import annotations

import os
import sys
import threading
import warnings
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Callable, Deque, Dict, FrozenSet, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Type, Union

import numpy as np
import numpy.typing as npt

from . import _protocol as protocol
from ._address import EXAMPLES, Address, parse_address
from ._pixels import DEPTH_OF_FORMAT, FORMAT_OF_DEPTH, Array, decode_pixels, pixel_type
from ._process import DeviceProcess, emulator_arguments, replay_arguments
from ._run import ArraySource, IteratorSource, Run
from ._session import Session, Timeouts
from ._transport import SerialTransport, TcpTransport, Transport
from .errors import OpuError

_WINDOW_BYTES = 64 << 20
Region = Tuple[int, int, int, int]
"""x, y, width and height of a region of interest, pixels."""


@dataclass(frozen=True)
class Identity:
    """Who a device is, as it says itself."""

    vendor: str
    model: str
    serial: str
    firmware_version: str
    profile: str


@dataclass(frozen=True)
class Limits:
    """What a device can do; asked of the device, never configured on the host."""

    modulator: Tuple[int, int]
    """Width and height, mirrors."""
    sensor: Tuple[int, int]
    """Width and height, pixels."""
    region_steps: Tuple[int, int]
    """A region's x and width are multiples of the first, y and height of the second."""
    pattern_slots: int
    bit_depths: Tuple[int, ...]
    """32 is the float read-out of an ideal emulator."""
    exposure_us: Tuple[float, float]
    period_us: Tuple[float, float]
    tick_us: float
    features: FrozenSet[str]


@dataclass(frozen=True)
class Configuration:
    """How frames are made, as the device applied it."""

    period_us: float
    exposure_us: float
    extra_settle_us: float
    region: Region
    bit_depth: int
    overrun: str
    trigger: str
    macro_pixels: Tuple[int, int]
    """Columns and rows of values that a pattern has; (0, 0) is one bit a mirror."""
    reference_on: bool
    reference_amplitude: float
    phase_steps: int
    reference_tilt: Tuple[float, float]
    minimum_period_us: float
    pattern_bytes: int
    hash: str


class Readout(NamedTuple):
    """One frame. Ticks are those of the device (`limits.tick_us` each)."""

    image: Array
    """Shape (height, width) of the region of interest; it belongs to the reader."""
    frame: int
    pattern_id: int
    reset_tick: int
    exposure_start_tick: int
    exposure_ticks: int
    reference_phase: float
    """Phase of the reference beam, radians; 0 when it is off."""
    dropped_before: int
    saturated_share: float
    ghost_risk: bool


class Frames(NamedTuple):
    """What is known of the frames of a batch, one entry a pattern."""

    frame: npt.NDArray[np.int64]
    exposure_start_tick: npt.NDArray[np.int64]
    reference_phase: npt.NDArray[np.float64]
    saturated_share: npt.NDArray[np.float64]


_OVERRUN = {"hold": 0, "drop": 1}
_TRIGGER = {"internal": 0, "software": 1, "external": 2}


def _choice(what: str, value: str, names: Dict[str, int]) -> int:
    if value not in names:
        raise OpuError("INVALID_ARGUMENT", f'{what} is "{value}"; it must be {" or ".join(names)}.')
    return names[value]


def _name(names: Dict[str, int], value: int) -> str:
    return next((name for name, code in names.items() if code == value), str(value))


class Device:
    """
    A device under this program's control. Get one from `connect`.

    Every frame comes exactly once and in order, also when the link is lost and comes back within `timeouts.reconnect` seconds. What
    goes wrong is an `OpuError`. Calls from several threads are served one after the other; `stop`, `abort`, `cancel` and `close` act
    on what is under way in another thread.
    """

    def __init__(self, address: str, session: Session, dispose: Callable[[], None]) -> None:
        self.address = address
        self.identity = _identity(session.greeting.hello)
        self.limits = _limits(session.greeting.description)
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
        return _configuration(self._session.greeting.configuration, self.limits.tick_us)

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
            message.exposure_ticks = _ticks("exposure_us", exposure_us, tick)
        if extra_settle_us is not None:
            message.fields |= bit.EXTRA_SETTLE
            message.extra_settle_ticks = _ticks("extra_settle_us", extra_settle_us, tick)
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
            message.overrun_mode = _choice("overrun", overrun, _OVERRUN)
        if trigger is not None:
            message.fields |= bit.TRIGGER
            message.trigger_mode = _choice("trigger", trigger, _TRIGGER)
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
            message.period_ticks = _ticks("period_us", float(longest), tick)
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
        reply = self._session.request(protocol.Spend(ticks=_ticks("microseconds", microseconds, self.limits.tick_us)))
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


def _ticks(what: str, microseconds: float, tick_us: float) -> int:
    ticks = round(float(microseconds) / tick_us) if np.isfinite(microseconds) else -1
    if not 0 <= ticks <= protocol.MAXIMUM_U64:
        raise OpuError("INVALID_ARGUMENT", f"{what} is {microseconds}; it must be a time of 0 or more.")
    return ticks


def _identity(hello: protocol.HelloReply) -> Identity:
    return Identity(hello.vendor, hello.model, hello.serial, hello.firmware_version, hello.profile)


def _limits(d: protocol.DescribeReply) -> Limits:
    tick = d.tick_picoseconds * 1e-6
    depths = tuple(depth for depth, code in sorted(FORMAT_OF_DEPTH.items()) if d.pixel_formats >> code & 1)
    return Limits(
        modulator=(d.modulator_width, d.modulator_height),
        sensor=(d.sensor_width, d.sensor_height),
        region_steps=(max(1, d.region_x_step), max(1, d.region_y_step)),
        pattern_slots=d.pattern_slots,
        bit_depths=depths,
        exposure_us=(d.minimum_exposure_ticks * tick, d.maximum_exposure_ticks * tick),
        period_us=(d.minimum_period_ticks * tick, d.maximum_period_ticks * tick),
        tick_us=tick,
        features=frozenset(f.name.lower().replace("_", "-") for f in protocol.DeviceFeature if f.name and d.features & f),
    )


def _configuration(c: protocol.ConfigureReply, tick: float) -> Configuration:
    return Configuration(
        period_us=c.period_ticks * tick,
        exposure_us=c.exposure_ticks * tick,
        extra_settle_us=c.extra_settle_ticks * tick,
        region=(c.region_x, c.region_y, c.region_width, c.region_height),
        bit_depth=DEPTH_OF_FORMAT.get(c.pixel_format, 8),
        overrun=_name(_OVERRUN, c.overrun_mode),
        trigger=_name(_TRIGGER, c.trigger_mode),
        macro_pixels=(c.macro_columns, c.macro_rows),
        reference_on=bool(c.reference_on),
        reference_amplitude=c.reference_amplitude,
        phase_steps=c.reference_phase_steps,
        reference_tilt=(c.reference_tilt_x, c.reference_tilt_y),
        minimum_period_us=c.minimum_period_ticks * tick,
        pattern_bytes=c.pattern_bytes,
        hash=f"{c.configuration_hash:08x}",
    )


_EMULATOR_KEYS = ["seed", "clock", "link", "medium", "ideal", "cache", "faults"]


def _opener(address: Address) -> Tuple[Callable[[float], Transport], Callable[[], None]]:
    if address.scheme == "tcp":
        address.check([])
        host, _, port = address.target.rpartition(":")
        if not host or not port.isdigit():
            raise OpuError("INVALID_ADDRESS", f'"{address.text}" has no host and port. Addresses look like {EXAMPLES}.')
        return lambda timeout: TcpTransport(host.strip("[]"), int(port), timeout), lambda: None
    if address.scheme == "serial":
        address.check(["baud"])
        baud = address.query.get("baud", "115200")
        if not baud.isdigit() or not address.target:
            raise OpuError("INVALID_ADDRESS", f'"{address.text}" needs a path, and a number for baud.')
        return lambda timeout: SerialTransport(address.target, int(baud)), lambda: None
    if address.scheme == "emulator":
        address.check(_EMULATOR_KEYS)
        arguments = emulator_arguments(address.target, address.query)
    elif address.scheme == "replay":
        clock = address.query.get("clock")
        rest = "&".join(f"{key}={value}" for key, value in address.query.items() if key != "clock")
        path = os.path.abspath(address.target)
        arguments = replay_arguments(f"replay:{path}" + (f"?{rest}" if rest else ""), clock)
    else:
        raise OpuError(
            "INVALID_ADDRESS",
            f'"{address.text}" has the scheme "{address.scheme}:"; known are emulator:, tcp:, serial: and replay:.',
        )
    process = DeviceProcess(arguments, 60.0)
    return lambda timeout: TcpTransport("127.0.0.1", process.port, timeout), process.close


def connect(
    address: str,
    *,
    timeouts: Timeouts = Timeouts(),
    pacing: str = "lockstep",
    host_name: Optional[str] = None,
) -> Device:
    """
    Opens a device by its address and takes control of it.

    address: `emulator:<profile>` and `replay:<file>` start the `opu` command, which ends with the device; `tcp://host:port`;
        `serial:/dev/ttyACM0?baud=115200`
    pacing: how time passes on a device whose time is virtual: "lockstep", only while this program waits, so that the same run has
        the same ticks on any link; or "free"

    Raises OpuError INVALID_ADDRESS, LINK_UNAVAILABLE, PERMISSION_DENIED, VERSION_MISMATCH, TIMEOUT, or OpuAlreadyUsed.
    """
    if pacing not in ("lockstep", "free"):
        raise OpuError("INVALID_ARGUMENT", f'pacing is "{pacing}"; it must be lockstep or free.')
    parsed = parse_address(address)
    opener, dispose = _opener(parsed)
    name = host_name or f"opu-sdk, Python {sys.version_info[0]}.{sys.version_info[1]}"
    session = Session(parsed.text, opener, timeouts, pacing == "lockstep", name)
    try:
        session.open()
    except BaseException:
        dispose()
        raise
    return Device(parsed.text, session, dispose)


__all__: List[str] = [
    "Configuration",
    "Device",
    "Frames",
    "Identity",
    "Limits",
    "Readout",
    "Timeouts",
    "connect",
]
