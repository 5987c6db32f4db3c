"""Messages of the OPU protocol: see SPEC.md.

Generated from src/schema by `npm run generate`; edits are lost. Python 3.9 and its standard library are enough.
A decoded message borrows its bytes from the payload. Bytes of the wire that are no message raise `ProtocolError`, values that a
field cannot hold raise `ValueError`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Any, Callable, ClassVar, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Type, TypeVar, Union

MAGIC = 0xb155504f
VERSION_MAJOR = 1
VERSION_MINOR = 1
SCHEMA_HASH = bytes.fromhex("f636dc7184a086a8ce15254bda158501")


class ModulatorKind(IntEnum):
    """What shows the patterns."""

    DMD = 0
    LIQUID_CRYSTAL = 1


class PixelFormat(IntEnum):
    """How the pixels of a readout are stored. Rows follow each other without padding; an image starts on a byte."""

    MONO8 = 0
    MONO10_PACKED = 1
    MONO12_PACKED = 2
    MONO16 = 3
    FLOAT32 = 4


class PatternEncoding(IntEnum):
    """How the patterns of one message are written."""

    BITS = 0
    ROWS = 1
    RUN_LENGTH = 2


class OverrunMode(IntEnum):
    """What happens when a frame is due and no camera buffer is free."""

    HOLD = 0
    DROP = 1


class TriggerMode(IntEnum):
    """What fires a frame."""

    INTERNAL = 0
    SOFTWARE = 1
    EXTERNAL = 2


class LimitingTerm(IntEnum):
    """What sets the minimum frame period."""

    NONE = 0
    MODULATOR_EXPOSURE = 1
    MODULATOR_LOAD = 2
    CAMERA_READOUT = 3


class UnavailableReason(IntEnum):
    """Why a readout is not sent again."""

    NOT_YET = 0
    GONE = 1


class PacingMode(IntEnum):
    """How virtual time passes."""

    FREE = 0
    LOCKSTEP = 1


class EventKind(IntEnum):
    """What an EVENT tells."""

    UNDERRUN = 1
    STALL = 2
    OVERRUN = 3
    IGNORED_TRIGGER = 4
    WATCHDOG = 5
    TEMPERATURE = 6
    LINK_ERROR = 7
    FAULT = 8


class IgnoredTriggerReason(IntEnum):
    """Why a trigger edge fired nothing."""

    NOT_RUNNING = 1
    NOT_LOADED = 2
    NO_BUFFER = 3
    TOO_EARLY = 4


class LinkErrorKind(IntEnum):
    """What was wrong with bytes that came."""

    BAD_MAGIC = 1
    HEADER_CRC = 2
    PAYLOAD_CRC = 3
    TOO_LONG = 4
    WRONG_LENGTH = 5
    VERSION = 6
    INCOMPATIBLE_FLAG = 7
    UNKNOWN_TYPE = 8
    BAD_FRAME = 9
    MALFORMED = 10
    SEQUENCE = 11


class CounterId(IntEnum):
    """What is counted. Counters are never reset by being read."""

    FRAMES = 1
    UNDERRUN = 2
    STALL = 3
    OVERRUN = 4
    IGNORED_TRIGGERS = 5
    CRC_ERRORS = 6
    FRAMING_ERRORS = 7
    MESSAGES_LOST = 8
    READOUTS_RESENT = 9
    PATTERNS_REQUESTED = 10
    REQUESTS_REPEATED = 11
    WATCHDOG = 12
    SATURATED_PIXELS = 13
    EVENTS_LEFT_OUT = 14
    MESSAGES_FOREIGN = 15


class ResultCode(IntEnum):
    """Why a request was refused."""

    NOT_SUPPORTED = 1
    MALFORMED = 2
    VERSION_MISMATCH = 3
    NO_HANDSHAKE = 4
    NOT_IN_CONTROL = 5
    CONTROL_TAKEN = 6
    OUT_OF_RANGE = 7
    PERIOD_TOO_SHORT = 8
    WRONG_STATE = 9
    BUSY = 10
    NO_ROOM = 11
    NO_CREDIT = 12
    UNKNOWN_SEQUENCE = 13
    TRIGGER_IGNORED = 14
    REPLY_GONE = 15
    DEVICE_FAULT = 16
    ABORTED = 17


class CompatibleFlag(IntFlag):
    """Flags of the header that a reader may ignore."""

    REPEATED = 1


class PatternFlag(IntFlag):
    """Flags of PATTERNS."""

    LAST = 1


class ReadoutFlag(IntFlag):
    """Flags of one readout."""

    GHOST_RISK = 1
    SATURATED = 2
    RUN_END = 4
    EXPOSURE_CUT = 8


class ConfigurationField(IntFlag):
    """Which values of a CONFIGURE count; the others keep what they are."""

    PERIOD = 1
    EXPOSURE = 2
    EXTRA_SETTLE = 4
    REGION_OF_INTEREST = 8
    PIXEL_FORMAT = 16
    OVERRUN = 32
    TRIGGER = 64
    MACRO_PIXELS = 128
    REFERENCE = 256


class PixelFormatBit(IntFlag):
    """Pixel formats that a device offers."""

    MONO8 = 1
    MONO10_PACKED = 2
    MONO12_PACKED = 4
    MONO16 = 8
    FLOAT32 = 16


class DeviceFeature(IntFlag):
    """What a device can do beyond what every device can."""

    SOFTWARE_TRIGGER = 1
    EXTERNAL_TRIGGER = 2
    REFERENCE_BEAM = 4
    REFERENCE_TILT = 8
    MACRO_PIXELS = 16
    STORED_SEQUENCES = 32
    ROW_PATTERNS = 64
    RUN_LENGTH_PATTERNS = 128
    DROP_MODE = 256
    VIRTUAL_CLOCK = 512
    RECORDING = 1024


Bytes = Union[bytes, bytearray, memoryview]
MAXIMUM_U64 = 2**53 - 1


class ProtocolError(ValueError):
    """Bytes that are no message. `kind` says what is wrong with them."""

    def __init__(self, kind: LinkErrorKind, text: str) -> None:
        super().__init__(text)
        self.kind = kind


def _malformed(text: str) -> ProtocolError:
    return ProtocolError(LinkErrorKind.MALFORMED, text)


class _Field(NamedTuple):
    name: str
    kind: str
    bound: int = 0
    later: bool = False
    default: Any = None
    for_people: bool = False
    record: Optional[_Record] = None


class _Part:
    """Some fields in a row."""

    def read(self, payload: memoryview, offset: int, values: Dict[str, Any]) -> int:
        """Returns the offset behind."""
        raise NotImplementedError

    def write(self, message: Any, out: List[Bytes]) -> None:
        raise NotImplementedError


def _checked(names: Sequence[str], large: Sequence[int], values: Sequence[Any]) -> None:
    for i in large:
        if values[i] > MAXIMUM_U64:
            raise _malformed(f"{names[i]} is {values[i]}, above 2^53 - 1")


class _Fixed(_Part):
    """Numbers and bytes of a fixed size, all of one version."""

    def __init__(self, fields: Sequence[_Field], later: bool) -> None:
        self.layout = struct.Struct("<" + "".join(f.kind for f in fields))
        named = [f for f in fields if f.name]
        self.names = [f.name for f in named]
        self.defaults = [f.default for f in named]
        self.large = [i for i, f in enumerate(named) if f.kind == "Q"]
        self.later = later

    def read(self, payload: memoryview, offset: int, values: Dict[str, Any]) -> int:
        if self.later and offset == len(payload):
            values.update(zip(self.names, self.defaults))
            return offset
        end = offset + self.layout.size
        if end > len(payload):
            raise _malformed(f"the payload of {len(payload)} bytes ends before {self.names or 'a reserved field'}")
        read = self.layout.unpack_from(payload, offset)
        _checked(self.names, self.large, read)
        values.update(zip(self.names, read))
        return end

    def write(self, message: Any, out: List[Bytes]) -> None:
        values = [getattr(message, name) for name in self.names]
        for i in self.large:
            if not 0 <= values[i] <= MAXIMUM_U64:
                raise ValueError(f"{self.names[i]} is {values[i]}; it must be 0 to 2^53 - 1")
        try:
            out.append(self.layout.pack(*values))
        except struct.error as error:
            raise ValueError(f"{dict(zip(self.names, values))} does not fit: {error}") from None


class _Sized(_Part):
    """A text or bytes, with its length in front."""

    def __init__(self, field: _Field) -> None:
        self.field = field
        self.prefix = struct.Struct("<H" if field.kind == "string" else "<I")

    def read(self, payload: memoryview, offset: int, values: Dict[str, Any]) -> int:
        name, kind, bound, later, default, _, _ = self.field
        if later and offset == len(payload):
            values[name] = default
            return offset
        start = offset + self.prefix.size
        if start > len(payload):
            raise _malformed(f"the payload of {len(payload)} bytes ends before {name}")
        (length,) = self.prefix.unpack_from(payload, offset)
        if kind == "string" and length > bound:
            raise _malformed(f"{name} has {length} bytes; its bound is {bound}")
        if length > len(payload) - start:
            raise _malformed(f"{name} announces {length} bytes, and {len(payload) - start} are there")
        data = payload[start : start + length]
        values[name] = str(data, "utf-8", "replace") if kind == "string" else data
        return start + int(length)

    def write(self, message: Any, out: List[Bytes]) -> None:
        value = getattr(message, self.field.name)
        data: Bytes = value
        if self.field.kind == "string":
            text: bytes = value.encode()
            if len(text) > self.field.bound:
                if not self.field.for_people:
                    raise ValueError(f"{self.field.name} has {len(text)} bytes; its bound is {self.field.bound}")
                text = text[: self.field.bound].decode("utf-8", "ignore").encode()
            data = text
        out.append(self.prefix.pack(len(data)))
        out.append(data)


_ends = struct.Struct("<II")


class _Record:
    """How the records of one kind are read and written."""

    def __init__(self, make: Any, fields: Sequence[_Field]) -> None:
        least = [f for f in fields if not f.later]
        self.make = make
        self.layout = struct.Struct("<" + "".join(f.kind for f in fields))
        self.fields = [f for f in fields if f.name]
        self.least = struct.Struct("<" + "".join(f.kind for f in least)).size
        self.large = [i for i, f in enumerate(self.fields) if f.kind == "Q"]
        self.tail = b"".join(struct.pack("<" + f.kind, *([f.default] if f.name else [])) for f in fields if f.later)

    def read(self, data: memoryview, count: int, stride: int) -> List[Any]:
        size = self.layout.size
        if stride != size:
            # Longer ones are of a later version; shorter ones of an earlier one, and get the defaults.
            pieces = [bytes(data[i * stride : i * stride + min(stride, size)]) for i in range(count)]
            missing = size - stride
            fill = self.tail[len(self.tail) - missing :] if missing > 0 else b""
            data = memoryview(b"".join(piece + fill for piece in pieces))
        names = [f.name for f in self.fields]
        records = []
        for values in self.layout.iter_unpack(data):
            _checked(names, self.large, values)
            records.append(self.make._make(values))
        return records


class _Records(_Part):
    """Records, with their number and size in front."""

    def __init__(self, name: str, record: _Record, later: bool) -> None:
        self.name = name
        self.record = record
        self.later = later

    def read(self, payload: memoryview, offset: int, values: Dict[str, Any]) -> int:
        if self.later and offset == len(payload):
            values[self.name] = []
            return offset
        start = offset + _ends.size
        if start > len(payload):
            raise _malformed(f"the payload of {len(payload)} bytes ends before {self.name}")
        count, stride = _ends.unpack_from(payload, offset)
        if count > 0 and stride < self.record.least:
            raise _malformed(f"records of {self.name} have {stride} bytes; they need {self.record.least}")
        if count * stride > len(payload) - start:
            raise _malformed(f"{self.name} announces {count} records of {stride} bytes; {len(payload) - start} are there")
        values[self.name] = self.record.read(payload[start : start + count * stride], count, stride)
        return start + int(count * stride)

    def write(self, message: Any, out: List[Bytes]) -> None:
        records = getattr(message, self.name)
        out.append(_ends.pack(len(records), self.record.layout.size))
        for record in records:
            for i in self.record.large:
                if not 0 <= record[i] <= MAXIMUM_U64:
                    raise ValueError(f"{self.record.fields[i].name} is {record[i]}; it must be 0 to 2^53 - 1")
            try:
                out.append(self.record.layout.pack(*record))
            except struct.error as error:
                raise ValueError(f"{record} does not fit: {error}") from None


def _parts_of(fields: Sequence[_Field]) -> Sequence[_Part]:
    parts: List[_Part] = []
    run: List[_Field] = []

    def close() -> None:
        if run:
            parts.append(_Fixed(list(run), run[0].later))
            run.clear()

    for field in fields:
        if field.kind in ("string", "bytes"):
            close()
            parts.append(_Sized(field))
        elif field.kind == "records":
            close()
            assert field.record is not None
            parts.append(_Records(field.name, field.record, field.later))
        else:
            if field.later:
                close()
            run.append(field)
    close()
    return parts


M = TypeVar("M", bound="Message")


class Message:
    """What all messages have. Field names are those of SPEC.md in lower case with underscores."""

    TYPE: ClassVar[int]
    NAME: ClassVar[str]
    _parts: ClassVar[Sequence[_Part]]

    @classmethod
    def decode(cls: Type[M], payload: Bytes) -> M:
        """Reads a payload; what a later version added behind it is ignored."""
        values: Dict[str, Any] = {}
        offset, view = 0, memoryview(payload)
        for part in cls._parts:
            offset = part.read(view, offset, values)
        return cls(**values)

    def pieces(self) -> List[Bytes]:
        """The payload, in pieces that are sent one after the other."""
        out: List[Bytes] = []
        for part in self._parts:
            part.write(self, out)
        return out

    def encode(self) -> bytes:
        """The payload."""
        return b"".join(self.pieces())


class ReadoutRecord(NamedTuple):
    """What is known of one frame."""

    frame: int = 0
    pattern_id: int = 0
    reset_tick: int = 0
    exposure_start_tick: int = 0
    exposure_ticks: int = 0
    reference_phase: float = 0.0
    flags: int = 0
    saturated_pixels: int = 0
    dropped_before: int = 0
    image_crc: int = 0


_readout_record = _Record(
    ReadoutRecord,
    [
        _Field("frame", "Q"),
        _Field("pattern_id", "Q"),
        _Field("reset_tick", "Q"),
        _Field("exposure_start_tick", "Q"),
        _Field("exposure_ticks", "Q"),
        _Field("reference_phase", "d"),
        _Field("flags", "I"),
        _Field("saturated_pixels", "I"),
        _Field("dropped_before", "I"),
        _Field("image_crc", "I"),
    ],
)


class CounterRecord(NamedTuple):
    """One counter."""

    id: int = 0
    value: int = 0


_counter_record = _Record(
    CounterRecord,
    [
        _Field("id", "I"),
        _Field("", "4x"),
        _Field("value", "Q"),
    ],
)


class SequenceStep(NamedTuple):
    """One step of a stored sequence that is played."""

    index_: int = 0


_sequence_step = _Record(
    SequenceStep,
    [
        _Field("index", "I"),
    ],
)


@dataclass
class Hello(Message):
    """Opens a connection. The first message of every connection. Sent by the host."""

    TYPE: ClassVar[int] = 0x0001
    NAME: ClassVar[str] = "HELLO"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("version_major", "B"),
            _Field("version_minor", "B"),
            _Field("", "2x"),
            _Field("maximum_payload", "I"),
            _Field("host_id", "Q"),
            _Field("schema_hash", "16s"),
            _Field("host_name", "string", bound=128, for_people=True),
            _Field("host_nonce", "I", later=True, default=0),
        ]
    )

    version_major: int = 0
    """Major version that the host speaks."""

    version_minor: int = 0
    """Highest minor version that the host knows."""

    maximum_payload: int = 0
    """Longest payload that the host takes, bytes."""

    host_id: int = 0
    """A number that the host keeps over reconnections; stored replies belong to it. 0 keeps nothing."""

    schema_hash: Bytes = bytes(16)
    """Hash of the host's schema; tells skew, decides nothing."""

    host_name: str = ""
    """Program and machine, for logs."""

    host_nonce: int = 0
    """Drawn anew for each connection: the half of the session id that the host chooses. 0 wants none."""


@dataclass
class HelloReply(Message):
    """Versions, limits and identity of the device. Sent by the device."""

    TYPE: ClassVar[int] = 0x0002
    NAME: ClassVar[str] = "HELLO_REPLY"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("version_major", "B"),
            _Field("version_minor", "B"),
            _Field("", "2x"),
            _Field("maximum_payload", "I"),
            _Field("boot_id", "Q"),
            _Field("schema_hash", "16s"),
            _Field("vendor", "string", bound=64),
            _Field("model", "string", bound=64),
            _Field("serial", "string", bound=64),
            _Field("firmware_version", "string", bound=64),
            _Field("profile", "string", bound=64),
            _Field("host_nonce", "I", later=True, default=0),
            _Field("device_nonce", "I", later=True, default=0),
        ]
    )

    version_major: int = 0
    """Major version that the device speaks."""

    version_minor: int = 0
    """Highest minor version that the device knows."""

    maximum_payload: int = 0
    """Longest payload that the device takes, bytes."""

    boot_id: int = 0
    """Changes with every power-on: frame numbers, stored patterns and replies from before are void."""

    schema_hash: Bytes = bytes(16)
    """Hash of the device's schema."""

    vendor: str = ""
    """Who made the device."""

    model: str = ""
    """What it is called."""

    serial: str = ""
    """Its serial number."""

    firmware_version: str = ""
    """Version of its firmware."""

    profile: str = ""
    """Name of the profile that it follows."""

    host_nonce: int = 0
    """That of the HELLO which this answers; 0 where the session has no id."""

    device_nonce: int = 0
    """Drawn anew for each session: the half of the session id that the device chooses."""


@dataclass
class Describe(Message):
    """Asks for everything that a host needs to know of the device. Sent by the host."""

    TYPE: ClassVar[int] = 0x0003
    NAME: ClassVar[str] = "DESCRIBE"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
        ]
    )


@dataclass
class DescribeReply(Message):
    """What the device is and can do. L, S, D, T, V, Nram and Nbuf are those of the timing rules. Sent by the
    device."""

    TYPE: ClassVar[int] = 0x0004
    NAME: ClassVar[str] = "DESCRIBE_REPLY"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("modulator_width", "I"),
            _Field("modulator_height", "I"),
            _Field("sensor_width", "I"),
            _Field("sensor_height", "I"),
            _Field("region_x_step", "I"),
            _Field("region_y_step", "I"),
            _Field("pattern_slots", "I"),
            _Field("frame_buffers", "I"),
            _Field("minimum_exposure_ticks", "Q"),
            _Field("maximum_exposure_ticks", "Q"),
            _Field("minimum_period_ticks", "Q"),
            _Field("maximum_period_ticks", "Q"),
            _Field("load_ticks", "Q"),
            _Field("settle_ticks", "Q"),
            _Field("trigger_delay_ticks", "Q"),
            _Field("transfer_ticks", "Q"),
            _Field("refresh_ticks", "Q"),
            _Field("load_row_ticks", "Q"),
            _Field("readout_row_ticks", "Q"),
            _Field("tick_picoseconds", "I"),
            _Field("pixel_formats", "I"),
            _Field("features", "I"),
            _Field("modulator_kind", "B"),
            _Field("", "1x"),
            _Field("stored_replies", "H"),
            _Field("maximum_phase_steps", "I"),
            _Field("sequence_slots", "I"),
            _Field("sequence_patterns", "I"),
            _Field("retained_readouts", "I"),
            _Field("minimum_heartbeat_microseconds", "I"),
            _Field("maximum_heartbeat_microseconds", "I"),
        ]
    )

    modulator_width: int = 0
    """Mirrors in a row."""

    modulator_height: int = 0
    """Rows of mirrors."""

    sensor_width: int = 0
    """Pixels in a row of the sensor."""

    sensor_height: int = 0
    """Rows of the sensor."""

    region_x_step: int = 0
    """Left edge and width of a region of interest are multiples of it, pixels."""

    region_y_step: int = 0
    """Top edge and height of a region of interest are multiples of it, pixels."""

    pattern_slots: int = 0
    """Nram: patterns that fit in pattern RAM."""

    frame_buffers: int = 0
    """Nbuf: camera frame buffers."""

    minimum_exposure_ticks: int = 0
    """Shortest exposure, ticks."""

    maximum_exposure_ticks: int = 0
    """Longest exposure, ticks."""

    minimum_period_ticks: int = 0
    """Shortest frame period of any configuration, ticks."""

    maximum_period_ticks: int = 0
    """Longest frame period, ticks."""

    load_ticks: int = 0
    """L: loading one whole pattern into the modulator, ticks."""

    settle_ticks: int = 0
    """S: reset pulse to settled, ticks."""

    trigger_delay_ticks: int = 0
    """D: camera trigger to start of exposure, ticks."""

    transfer_ticks: int = 0
    """T: end of exposure to start of readout, ticks."""

    refresh_ticks: int = 0
    """V: refresh period of the modulator, ticks; 1 for a DMD."""

    load_row_ticks: int = 0
    """Loading one row of mirrors, ticks."""

    readout_row_ticks: int = 0
    """Reading one row of the sensor, ticks."""

    tick_picoseconds: int = 0
    """Length of one tick, picoseconds; 10 000 unless the device differs."""

    pixel_formats: int = 0
    """Pixel formats that it offers."""

    features: int = 0
    """What else it can do."""

    modulator_kind: int = 0
    """What shows the patterns."""

    stored_replies: int = 0
    """Replies that it stores for repeated requests."""

    maximum_phase_steps: int = 0
    """Most phases that the reference beam can step through."""

    sequence_slots: int = 0
    """Sequences that it can store."""

    sequence_patterns: int = 0
    """Patterns that it can store in all sequences together."""

    retained_readouts: int = 0
    """Readouts that it keeps until they are acknowledged."""

    minimum_heartbeat_microseconds: int = 0
    """Shortest heartbeat interval that it grants."""

    maximum_heartbeat_microseconds: int = 0
    """Longest heartbeat interval that it grants."""


@dataclass
class AcquireControl(Message):
    """Asks for the control lease. DONE.value is the heartbeat interval that was granted, microseconds. Sent by the
    host."""

    TYPE: ClassVar[int] = 0x0005
    NAME: ClassVar[str] = "ACQUIRE_CONTROL"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("heartbeat_microseconds", "I"),
            _Field("", "4x"),
        ]
    )

    heartbeat_microseconds: int = 0
    """The host will let at most this pass between two messages; 0 asks for the longest that the device grants."""


@dataclass
class ReleaseControl(Message):
    """Gives the control lease back. Sent by the host."""

    TYPE: ClassVar[int] = 0x0006
    NAME: ClassVar[str] = "RELEASE_CONTROL"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
        ]
    )


@dataclass
class Heartbeat(Message):
    """Renews the control lease, as every message of its holder does. Answered when it carries a request id. Sent by
    the host."""

    TYPE: ClassVar[int] = 0x0007
    NAME: ClassVar[str] = "HEARTBEAT"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
        ]
    )


@dataclass
class ClockSync(Message):
    """Asks for the time of the device. Sent by the host."""

    TYPE: ClassVar[int] = 0x0008
    NAME: ClassVar[str] = "CLOCK_SYNC"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("host_time", "Q"),
        ]
    )

    host_time: int = 0
    """The host's own time of sending, in a unit of its own."""


@dataclass
class ClockSyncReply(Message):
    """When the question came and when this answer left. Sent by the device."""

    TYPE: ClassVar[int] = 0x0009
    NAME: ClassVar[str] = "CLOCK_SYNC_REPLY"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("host_time", "Q"),
            _Field("arrival_tick", "Q"),
            _Field("departure_tick", "Q"),
        ]
    )

    host_time: int = 0
    """As it was in CLOCK_SYNC."""

    arrival_tick: int = 0
    """Tick on which the last byte of CLOCK_SYNC came."""

    departure_tick: int = 0
    """Tick on which the first byte of this message leaves."""


@dataclass
class Done(Message):
    """The request was carried out. Sent by the device."""

    TYPE: ClassVar[int] = 0x0101
    NAME: ClassVar[str] = "DONE"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("tick", "Q"),
            _Field("value", "Q"),
        ]
    )

    tick: int = 0
    """Tick on which it took effect."""

    value: int = 0
    """What the request says about it; 0 otherwise."""


@dataclass
class Pending(Message):
    """The request is being carried out; the final reply follows under the same request id. Sent by the device."""

    TYPE: ClassVar[int] = 0x0102
    NAME: ClassVar[str] = "PENDING"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("expected_ticks", "Q"),
        ]
    )

    expected_ticks: int = 0
    """How long it is expected to take from now, ticks."""


@dataclass
class Refused(Message):
    """The request was not carried out, and nothing was changed. Sent by the device."""

    TYPE: ClassVar[int] = 0x0103
    NAME: ClassVar[str] = "REFUSED"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("result_code", "H"),
            _Field("limiting_term", "B"),
            _Field("", "1x"),
            _Field("request_type", "H"),
            _Field("", "2x"),
            _Field("value", "d"),
            _Field("bound", "d"),
            _Field("field", "string", bound=64),
            _Field("text", "string", bound=1024, for_people=True),
        ]
    )

    result_code: int = 0
    """Why."""

    limiting_term: int = 0
    """What sets the minimum period, if that is why."""

    request_type: int = 0
    """Type of the message that is refused."""

    value: float = 0.0
    """The value that was asked for, where a field is named."""

    bound: float = 0.0
    """The nearest value that is allowed, where a field is named."""

    field: str = ""
    """Name of the field that is to blame; empty for none."""

    text: str = ""
    """For people."""


@dataclass
class Configure(Message):
    """Sets how frames are made. Applied whole or refused whole. Sent by the host."""

    TYPE: ClassVar[int] = 0x0201
    NAME: ClassVar[str] = "CONFIGURE"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("period_ticks", "Q"),
            _Field("exposure_ticks", "Q"),
            _Field("extra_settle_ticks", "Q"),
            _Field("region_x", "I"),
            _Field("region_y", "I"),
            _Field("region_width", "I"),
            _Field("region_height", "I"),
            _Field("macro_columns", "I"),
            _Field("macro_rows", "I"),
            _Field("pixel_format", "B"),
            _Field("overrun_mode", "B"),
            _Field("trigger_mode", "B"),
            _Field("reference_on", "B"),
            _Field("reference_phase_steps", "I"),
            _Field("reference_amplitude", "d"),
            _Field("reference_tilt_x", "d"),
            _Field("reference_tilt_y", "d"),
            _Field("fields", "I"),
            _Field("", "4x"),
        ]
    )

    period_ticks: int = 0
    """P: frame period, ticks."""

    exposure_ticks: int = 0
    """E: exposure, ticks."""

    extra_settle_ticks: int = 0
    """W: extra wait before the exposure, ticks."""

    region_x: int = 0
    """Left edge of the region of interest, pixels."""

    region_y: int = 0
    """Top edge of the region of interest, pixels."""

    region_width: int = 0
    """Width of the region of interest, pixels."""

    region_height: int = 0
    """Height of the region of interest, pixels."""

    macro_columns: int = 0
    """Values in a row of a pattern; 0 with macroRows 0 is raw: one bit a mirror."""

    macro_rows: int = 0
    """Rows of values of a pattern; 0 with macroColumns 0 is raw."""

    pixel_format: int = 0
    """Pixels of readouts."""

    overrun_mode: int = 0
    """What happens when no camera buffer is free."""

    trigger_mode: int = 0
    """What fires a frame."""

    reference_on: int = 0
    """1 when the reference beam is on, 0 when it is off."""

    reference_phase_steps: int = 0
    """Phases that the reference beam steps through frame by frame; at least 1."""

    reference_amplitude: float = 0.0
    """Amplitude of the reference beam in units of the mean field that every mirror on gives."""

    reference_tilt_x: float = 0.0
    """Tilt of the reference beam along x, radians a pixel."""

    reference_tilt_y: float = 0.0
    """Tilt of the reference beam along y, radians a pixel."""

    fields: int = 0
    """Which of the values above count."""


@dataclass
class ConfigureReply(Message):
    """The configuration as it is applied. Sent by the device."""

    TYPE: ClassVar[int] = 0x0202
    NAME: ClassVar[str] = "CONFIGURE_REPLY"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("period_ticks", "Q"),
            _Field("exposure_ticks", "Q"),
            _Field("extra_settle_ticks", "Q"),
            _Field("region_x", "I"),
            _Field("region_y", "I"),
            _Field("region_width", "I"),
            _Field("region_height", "I"),
            _Field("macro_columns", "I"),
            _Field("macro_rows", "I"),
            _Field("pixel_format", "B"),
            _Field("overrun_mode", "B"),
            _Field("trigger_mode", "B"),
            _Field("reference_on", "B"),
            _Field("reference_phase_steps", "I"),
            _Field("reference_amplitude", "d"),
            _Field("reference_tilt_x", "d"),
            _Field("reference_tilt_y", "d"),
            _Field("configuration_hash", "I"),
            _Field("pattern_bytes", "I"),
            _Field("minimum_period_ticks", "Q"),
            _Field("limiting_term", "B"),
            _Field("", "1x"),
            _Field("", "2x"),
            _Field("", "4x"),
        ]
    )

    period_ticks: int = 0
    """P: frame period, ticks."""

    exposure_ticks: int = 0
    """E: exposure, ticks."""

    extra_settle_ticks: int = 0
    """W: extra wait before the exposure, ticks."""

    region_x: int = 0
    """Left edge of the region of interest, pixels."""

    region_y: int = 0
    """Top edge of the region of interest, pixels."""

    region_width: int = 0
    """Width of the region of interest, pixels."""

    region_height: int = 0
    """Height of the region of interest, pixels."""

    macro_columns: int = 0
    """Values in a row of a pattern; 0 with macroRows 0 is raw: one bit a mirror."""

    macro_rows: int = 0
    """Rows of values of a pattern; 0 with macroColumns 0 is raw."""

    pixel_format: int = 0
    """Pixels of readouts."""

    overrun_mode: int = 0
    """What happens when no camera buffer is free."""

    trigger_mode: int = 0
    """What fires a frame."""

    reference_on: int = 0
    """1 when the reference beam is on, 0 when it is off."""

    reference_phase_steps: int = 0
    """Phases that the reference beam steps through frame by frame; at least 1."""

    reference_amplitude: float = 0.0
    """Amplitude of the reference beam in units of the mean field that every mirror on gives."""

    reference_tilt_x: float = 0.0
    """Tilt of the reference beam along x, radians a pixel."""

    reference_tilt_y: float = 0.0
    """Tilt of the reference beam along y, radians a pixel."""

    configuration_hash: int = 0
    """CRC-32C of the bytes of this payload before this field."""

    pattern_bytes: int = 0
    """Bytes of one pattern: ceil(values / 8)."""

    minimum_period_ticks: int = 0
    """Pmin: shortest frame period that this configuration allows, ticks."""

    limiting_term: int = 0
    """What sets the minimum period."""


@dataclass
class GetConfiguration(Message):
    """Asks for the configuration as it is. Sent by the host."""

    TYPE: ClassVar[int] = 0x0203
    NAME: ClassVar[str] = "GET_CONFIGURATION"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
        ]
    )


@dataclass
class QueryPeriod(Message):
    """Asks for the minimum period of a configuration without applying it. periodTicks is not looked at. Sent by the
    host."""

    TYPE: ClassVar[int] = 0x0204
    NAME: ClassVar[str] = "QUERY_PERIOD"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("period_ticks", "Q"),
            _Field("exposure_ticks", "Q"),
            _Field("extra_settle_ticks", "Q"),
            _Field("region_x", "I"),
            _Field("region_y", "I"),
            _Field("region_width", "I"),
            _Field("region_height", "I"),
            _Field("macro_columns", "I"),
            _Field("macro_rows", "I"),
            _Field("pixel_format", "B"),
            _Field("overrun_mode", "B"),
            _Field("trigger_mode", "B"),
            _Field("reference_on", "B"),
            _Field("reference_phase_steps", "I"),
            _Field("reference_amplitude", "d"),
            _Field("reference_tilt_x", "d"),
            _Field("reference_tilt_y", "d"),
            _Field("fields", "I"),
            _Field("", "4x"),
        ]
    )

    period_ticks: int = 0
    """P: frame period, ticks."""

    exposure_ticks: int = 0
    """E: exposure, ticks."""

    extra_settle_ticks: int = 0
    """W: extra wait before the exposure, ticks."""

    region_x: int = 0
    """Left edge of the region of interest, pixels."""

    region_y: int = 0
    """Top edge of the region of interest, pixels."""

    region_width: int = 0
    """Width of the region of interest, pixels."""

    region_height: int = 0
    """Height of the region of interest, pixels."""

    macro_columns: int = 0
    """Values in a row of a pattern; 0 with macroRows 0 is raw: one bit a mirror."""

    macro_rows: int = 0
    """Rows of values of a pattern; 0 with macroColumns 0 is raw."""

    pixel_format: int = 0
    """Pixels of readouts."""

    overrun_mode: int = 0
    """What happens when no camera buffer is free."""

    trigger_mode: int = 0
    """What fires a frame."""

    reference_on: int = 0
    """1 when the reference beam is on, 0 when it is off."""

    reference_phase_steps: int = 0
    """Phases that the reference beam steps through frame by frame; at least 1."""

    reference_amplitude: float = 0.0
    """Amplitude of the reference beam in units of the mean field that every mirror on gives."""

    reference_tilt_x: float = 0.0
    """Tilt of the reference beam along x, radians a pixel."""

    reference_tilt_y: float = 0.0
    """Tilt of the reference beam along y, radians a pixel."""

    fields: int = 0
    """Which of the values above count."""


@dataclass
class QueryPeriodReply(Message):
    """The minimum period of a candidate. Sent by the device."""

    TYPE: ClassVar[int] = 0x0205
    NAME: ClassVar[str] = "QUERY_PERIOD_REPLY"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("minimum_period_ticks", "Q"),
            _Field("limiting_term", "B"),
            _Field("", "1x"),
            _Field("", "2x"),
            _Field("", "4x"),
        ]
    )

    minimum_period_ticks: int = 0
    """Pmin of the candidate, ticks."""

    limiting_term: int = 0
    """What sets it."""


@dataclass
class Patterns(Message):
    """Patterns for the pattern RAM, in the order of their ids. Answered by PATTERN_CREDIT, not by a reply. Sent by
    the host."""

    TYPE: ClassVar[int] = 0x0301
    NAME: ClassVar[str] = "PATTERNS"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("first_pattern_id", "Q"),
            _Field("count", "I"),
            _Field("encoding", "B"),
            _Field("flags", "B"),
            _Field("", "2x"),
            _Field("pattern_bytes", "I"),
            _Field("first_row", "I"),
            _Field("row_count", "I"),
            _Field("data", "bytes"),
        ]
    )

    first_pattern_id: int = 0
    """Id of the first pattern; the others follow by one."""

    count: int = 0
    """Patterns in this message."""

    encoding: int = 0
    """How the patterns are written."""

    flags: int = 0
    """Flags."""

    pattern_bytes: int = 0
    """Bytes of one whole pattern in the present layout."""

    first_row: int = 0
    """First row that is sent (encoding ROWS); 0 otherwise."""

    row_count: int = 0
    """Rows that are sent (encoding ROWS); 0 otherwise."""

    data: Bytes = b""
    """The patterns one after the other, each starting on a byte."""


@dataclass
class PatternCredit(Message):
    """What has come and what there is room for. Sent by the device."""

    TYPE: ClassVar[int] = 0x0302
    NAME: ClassVar[str] = "PATTERN_CREDIT"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("next_pattern_id", "Q"),
            _Field("credit_limit", "Q"),
        ]
    )

    next_pattern_id: int = 0
    """The id that is expected next: all below have come."""

    credit_limit: int = 0
    """There is room for all patterns whose id is below this."""


@dataclass
class PatternResend(Message):
    """Patterns are missing and have to be sent again. Sent by the device."""

    TYPE: ClassVar[int] = 0x0303
    NAME: ClassVar[str] = "PATTERN_RESEND"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("from_", "Q"),
            _Field("count", "I"),
            _Field("", "4x"),
        ]
    )

    from_: int = 0
    """Id of the first missing pattern."""

    count: int = 0
    """How many are missing from there on."""


@dataclass
class StoreSequence(Message):
    """Stores patterns of a sequence. A sequence may come in several messages, from its first pattern on. Sent by
    the host."""

    TYPE: ClassVar[int] = 0x0311
    NAME: ClassVar[str] = "STORE_SEQUENCE"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("sequence_id", "I"),
            _Field("first_index", "I"),
            _Field("count", "I"),
            _Field("encoding", "B"),
            _Field("flags", "B"),
            _Field("", "2x"),
            _Field("pattern_bytes", "I"),
            _Field("first_row", "I"),
            _Field("row_count", "I"),
            _Field("data", "bytes"),
        ]
    )

    sequence_id: int = 0
    """Number of the sequence, chosen by the host."""

    first_index: int = 0
    """Place of the first pattern of this message; 0 starts the sequence anew."""

    count: int = 0
    """Patterns in this message."""

    encoding: int = 0
    """How the patterns are written."""

    flags: int = 0
    """Flags."""

    pattern_bytes: int = 0
    """Bytes of one whole pattern in the present layout."""

    first_row: int = 0
    """First row that is sent (encoding ROWS); 0 otherwise."""

    row_count: int = 0
    """Rows that are sent (encoding ROWS); 0 otherwise."""

    data: Bytes = b""
    """The patterns one after the other, each starting on a byte."""


@dataclass
class PlaySequence(Message):
    """Starts a run that takes its patterns from a stored sequence. DONE.tick is the start. Sent by the host."""

    TYPE: ClassVar[int] = 0x0312
    NAME: ClassVar[str] = "PLAY_SEQUENCE"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("first_pattern_id", "Q"),
            _Field("sequence_id", "I"),
            _Field("repetitions", "I"),
            _Field("steps", "records", record=_sequence_step),
        ]
    )

    first_pattern_id: int = 0
    """Id that the first pattern shown gets; the others follow by one."""

    sequence_id: int = 0
    """Number of the sequence."""

    repetitions: int = 0
    """How often the steps are played; 0 means until STOP or ABORT."""

    steps: Sequence[SequenceStep] = ()
    """Patterns in the order of playing; none means all in order."""


@dataclass
class EraseSequence(Message):
    """Forgets a stored sequence. Sent by the host."""

    TYPE: ClassVar[int] = 0x0313
    NAME: ClassVar[str] = "ERASE_SEQUENCE"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("sequence_id", "I"),
            _Field("", "4x"),
        ]
    )

    sequence_id: int = 0
    """Number of the sequence; 0xffffffff for all."""


@dataclass
class Start(Message):
    """Starts a run. DONE.tick is the tick on which it takes effect, DONE.value the number of the first frame. Sent
    by the host."""

    TYPE: ClassVar[int] = 0x0401
    NAME: ClassVar[str] = "START"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("flags", "I"),
            _Field("", "4x"),
        ]
    )

    flags: int = 0
    """None defined; 0."""


@dataclass
class Stop(Message):
    """Ends the run: patterns not yet shown stay, a frame under way is finished. Sent by the host."""

    TYPE: ClassVar[int] = 0x0402
    NAME: ClassVar[str] = "STOP"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
        ]
    )


@dataclass
class Abort(Message):
    """Like STOP, but patterns not yet shown are thrown away. Sent by the host."""

    TYPE: ClassVar[int] = 0x0403
    NAME: ClassVar[str] = "ABORT"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
        ]
    )


@dataclass
class RunReport(Message):
    """Answers STOP and ABORT once the last frame is finished. Sent by the device."""

    TYPE: ClassVar[int] = 0x0404
    NAME: ClassVar[str] = "RUN_REPORT"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("tick", "Q"),
            _Field("frames_done", "Q"),
            _Field("next_pattern_id", "Q"),
        ]
    )

    tick: int = 0
    """Tick on which the sequencer came to rest."""

    frames_done: int = 0
    """Frames made since the start."""

    next_pattern_id: int = 0
    """The id that is expected next from the host."""


@dataclass
class SoftwareTrigger(Message):
    """A trigger edge. DONE.tick is its tick. Sent by the host."""

    TYPE: ClassVar[int] = 0x0405
    NAME: ClassVar[str] = "SOFTWARE_TRIGGER"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
        ]
    )


@dataclass
class RunEnded(Message):
    """The last pattern's readout was sent and the sequencer idles. Not a reply. Sent by the device."""

    TYPE: ClassVar[int] = 0x0406
    NAME: ClassVar[str] = "RUN_ENDED"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("tick", "Q"),
            _Field("frames_done", "Q"),
            _Field("next_frame", "Q"),
        ]
    )

    tick: int = 0
    """Tick on which the last readout had been sent."""

    frames_done: int = 0
    """Frames made since the start."""

    next_frame: int = 0
    """Number that the next frame will get: all readouts of the run are below."""


@dataclass
class Readouts(Message):
    """One or more readouts of equal shape, in the order of their frames. Sent by the device."""

    TYPE: ClassVar[int] = 0x0501
    NAME: ClassVar[str] = "READOUTS"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("region_x", "I"),
            _Field("region_y", "I"),
            _Field("region_width", "I"),
            _Field("region_height", "I"),
            _Field("pixel_format", "B"),
            _Field("", "1x"),
            _Field("", "2x"),
            _Field("image_bytes", "I"),
            _Field("frames", "records", record=_readout_record),
            _Field("", "4x"),
            _Field("data", "bytes"),
        ]
    )

    region_x: int = 0
    """Left edge of the region of interest, pixels."""

    region_y: int = 0
    """Top edge of the region of interest, pixels."""

    region_width: int = 0
    """Width of the region of interest, pixels."""

    region_height: int = 0
    """Height of the region of interest, pixels."""

    pixel_format: int = 0
    """How the pixels are stored."""

    image_bytes: int = 0
    """Bytes of one image."""

    frames: Sequence[ReadoutRecord] = ()
    """What is known of each frame."""

    data: Bytes = b""
    """The images one after the other, imageBytes each."""


@dataclass
class ReadoutAck(Message):
    """The host has all readouts up to here; the device need not keep them. Sent by the host."""

    TYPE: ClassVar[int] = 0x0502
    NAME: ClassVar[str] = "READOUT_ACK"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("next_frame", "Q"),
        ]
    )

    next_frame: int = 0
    """All readouts whose frame is below this are safe."""


@dataclass
class ReadoutCredit(Message):
    """How many readouts the host has room for. Sent by the host."""

    TYPE: ClassVar[int] = 0x0503
    NAME: ClassVar[str] = "READOUT_CREDIT"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("credit_limit", "Q"),
        ]
    )

    credit_limit: int = 0
    """There is room for all readouts whose frame is below this."""


@dataclass
class ReadoutResend(Message):
    """Readouts are missing. Answered by READOUTS or READOUT_UNAVAILABLE for each of them. Sent by the host."""

    TYPE: ClassVar[int] = 0x0504
    NAME: ClassVar[str] = "READOUT_RESEND"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("from_", "Q"),
            _Field("count", "I"),
            _Field("", "4x"),
        ]
    )

    from_: int = 0
    """Frame of the first missing readout."""

    count: int = 0
    """How many are missing from there on."""


@dataclass
class ReadoutUnavailable(Message):
    """These readouts are not sent (again), and why. Sent by the device."""

    TYPE: ClassVar[int] = 0x0505
    NAME: ClassVar[str] = "READOUT_UNAVAILABLE"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("from_", "Q"),
            _Field("count", "I"),
            _Field("reason", "B"),
            _Field("", "1x"),
            _Field("", "2x"),
        ]
    )

    from_: int = 0
    """Frame of the first of them."""

    count: int = 0
    """How many, from there on."""

    reason: int = 0
    """Why."""


@dataclass
class Event(Message):
    """Something happened. Not a reply. Sent by the device."""

    TYPE: ClassVar[int] = 0x0601
    NAME: ClassVar[str] = "EVENT"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("tick", "Q"),
            _Field("value", "d"),
            _Field("kind", "H"),
            _Field("text", "string", bound=1024, for_people=True),
        ]
    )

    tick: int = 0
    """When."""

    value: float = 0.0
    """As the kind says."""

    kind: int = 0
    """What."""

    text: str = ""
    """For people."""


@dataclass
class GetCounters(Message):
    """Asks for all counters. Sent by the host."""

    TYPE: ClassVar[int] = 0x0602
    NAME: ClassVar[str] = "GET_COUNTERS"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
        ]
    )


@dataclass
class CountersReply(Message):
    """All counters, read on one tick. Sent by the device."""

    TYPE: ClassVar[int] = 0x0603
    NAME: ClassVar[str] = "COUNTERS_REPLY"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("tick", "Q"),
            _Field("counters", "records", record=_counter_record),
        ]
    )

    tick: int = 0
    """When they were read."""

    counters: Sequence[CounterRecord] = ()
    """The counters."""


@dataclass
class ResetCounters(Message):
    """Sets all counters to 0. Sent by the host."""

    TYPE: ClassVar[int] = 0x0604
    NAME: ClassVar[str] = "RESET_COUNTERS"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
        ]
    )


@dataclass
class SetPacing(Message):
    """Sets how virtual time passes. Only for devices with the feature VIRTUAL_CLOCK. Sent by the host."""

    TYPE: ClassVar[int] = 0x0701
    NAME: ClassVar[str] = "SET_PACING"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("mode", "B"),
            _Field("", "1x"),
            _Field("", "2x"),
            _Field("", "4x"),
        ]
    )

    mode: int = 0
    """How."""


@dataclass
class HostWaiting(Message):
    """The host has worked off all that it received and sends nothing until it hears from the device. Sent by the
    host."""

    TYPE: ClassVar[int] = 0x0702
    NAME: ClassVar[str] = "HOST_WAITING"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("device_sequence", "Q"),
        ]
    )

    device_sequence: int = 0
    """Messages of the device that it has worked off: one more than the sequence of the last of them."""


@dataclass
class Spend(Message):
    """Books host work: virtual time passes by this much. DONE.tick is the time after it. Sent by the host."""

    TYPE: ClassVar[int] = 0x0703
    NAME: ClassVar[str] = "SPEND"
    _parts: ClassVar[Sequence[_Part]] = _parts_of(
        [
            _Field("ticks", "Q"),
        ]
    )

    ticks: int = 0
    """How much, ticks."""


MESSAGES: Dict[int, Type[Message]] = {
    0x0001: Hello,
    0x0002: HelloReply,
    0x0003: Describe,
    0x0004: DescribeReply,
    0x0005: AcquireControl,
    0x0006: ReleaseControl,
    0x0007: Heartbeat,
    0x0008: ClockSync,
    0x0009: ClockSyncReply,
    0x0101: Done,
    0x0102: Pending,
    0x0103: Refused,
    0x0201: Configure,
    0x0202: ConfigureReply,
    0x0203: GetConfiguration,
    0x0204: QueryPeriod,
    0x0205: QueryPeriodReply,
    0x0301: Patterns,
    0x0302: PatternCredit,
    0x0303: PatternResend,
    0x0311: StoreSequence,
    0x0312: PlaySequence,
    0x0313: EraseSequence,
    0x0401: Start,
    0x0402: Stop,
    0x0403: Abort,
    0x0404: RunReport,
    0x0405: SoftwareTrigger,
    0x0406: RunEnded,
    0x0501: Readouts,
    0x0502: ReadoutAck,
    0x0503: ReadoutCredit,
    0x0504: ReadoutResend,
    0x0505: ReadoutUnavailable,
    0x0601: Event,
    0x0602: GetCounters,
    0x0603: CountersReply,
    0x0604: ResetCounters,
    0x0701: SetPacing,
    0x0702: HostWaiting,
    0x0703: Spend,
}


HEADER_BYTES = 32
TRAILER_BYTES = 4
INITIAL_MAXIMUM_PAYLOAD = 4096
_header = struct.Struct("<IBBBBHHIQI")
_u32 = struct.Struct("<I")


def _crc_table() -> List[int]:
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


_table = _crc_table()


def crc32c(data: Bytes, previous: int = 0) -> int:
    """CRC-32C of bytes, going on from that of the bytes before them."""
    crc, table = previous ^ 0xFFFFFFFF, _table
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


Checksum = Callable[[Bytes, int], int]


class Header(NamedTuple):
    """What a message says of itself."""

    type: int
    request_id: int
    sequence: int
    compatible_flags: int
    version_minor: int
    payload_length: int
    crc: int
    session: int = 0


def encode_message(
    message: Message,
    sequence: int,
    request_id: int = 0,
    compatible_flags: int = 0,
    checksum: Checksum = crc32c,
    session: int = 0,
) -> bytes:
    """A whole message: header, payload and both CRCs. It goes over TCP as it is, and over serial lines in `cobs_frame`."""
    payload = message.encode()
    numbers = (message.TYPE, session, request_id, sequence, len(payload))
    header = _header.pack(MAGIC, VERSION_MAJOR, VERSION_MINOR, 0, compatible_flags, *numbers)
    crc = crc32c(header)
    return b"".join((header, _u32.pack(crc), payload, _u32.pack(checksum(payload, crc))))


def session_id(host_nonce: int, device_nonce: int) -> int:
    """The id of a session, of the nonces of HELLO_REPLY: 1 to 65535."""
    total = crc32c(struct.pack("<II", host_nonce, device_nonce))
    return (total >> 16) ^ (total & 0xFFFF) or 1


def decode_header(data: Bytes) -> Tuple[Header, Optional[ProtocolError]]:
    """
    Reads a header. Raises when its bytes are damaged or nothing is known of how long the message is; returns the error of an
    intact one that must not be acted on, so that it can be skipped.
    """
    magic, major, minor, incompatible, compatible, kind, session, request, sequence, length = _header.unpack_from(data)
    (crc,) = _u32.unpack_from(data, 28)
    if magic != MAGIC:
        raise ProtocolError(LinkErrorKind.BAD_MAGIC, f"a message starts with {MAGIC:#x}; here is {magic:#x}")
    if crc32c(data[:28]) != crc:
        raise ProtocolError(LinkErrorKind.HEADER_CRC, "the header is damaged")
    error = None
    if major != VERSION_MAJOR:
        text = f"the other side speaks version {major}.{minor}, this one {VERSION_MAJOR}.{VERSION_MINOR}"
        error = ProtocolError(LinkErrorKind.VERSION, text)
    elif incompatible != 0:
        error = ProtocolError(LinkErrorKind.INCOMPATIBLE_FLAG, f"the incompatible flags {incompatible:#x} are not known")
    elif sequence > MAXIMUM_U64:
        error = _malformed("the sequence is above 2^53 - 1")
    return Header(kind, request, sequence, compatible, minor, length, crc, session), error


def too_long(header: Header, maximum: int) -> ProtocolError:
    return ProtocolError(LinkErrorKind.TOO_LONG, f"a payload of {header.payload_length} bytes; agreed were {maximum}")


def decode_payload(header: Header, payload: Bytes, trailer: Bytes, checksum: Checksum = crc32c) -> Message:
    """Reads the payload behind an intact header."""
    if checksum(payload, header.crc) != _u32.unpack(trailer)[0]:
        raise ProtocolError(LinkErrorKind.PAYLOAD_CRC, "the payload is damaged")
    kind = MESSAGES.get(header.type)
    if kind is None:
        raise ProtocolError(LinkErrorKind.UNKNOWN_TYPE, f"messages of type {header.type:#06x} are not known")
    return kind.decode(payload)


def decode_transfer(
    data: Bytes, maximum_payload: int = INITIAL_MAXIMUM_PAYLOAD, checksum: Checksum = crc32c
) -> Tuple[Header, Message]:
    """Reads bytes that are exactly one message: a USB transfer, or a decoded frame of a serial line."""
    view = memoryview(data)
    if len(view) < HEADER_BYTES:
        raise ProtocolError(LinkErrorKind.WRONG_LENGTH, f"a message has at least 36 bytes; these are {len(view)}")
    header, error = decode_header(view)
    if error is not None:
        raise error
    if header.payload_length > maximum_payload:
        raise too_long(header, maximum_payload)
    end = HEADER_BYTES + header.payload_length
    if len(view) != end + TRAILER_BYTES:
        text = f"{len(view)} bytes came; the header says {end + TRAILER_BYTES}"
        raise ProtocolError(LinkErrorKind.WRONG_LENGTH, text)
    return header, decode_payload(header, view[HEADER_BYTES:end], view[end:], checksum)


def cobs_frame(message: Bytes) -> bytes:
    """A message as it goes over a serial line: a zero, the message in COBS, a zero."""
    out = [b"\0"]
    for piece in bytes(message).split(b"\0"):
        start = 0
        while len(piece) - start >= 254:
            out.append(b"\xff" + piece[start : start + 254])
            start += 254
        out.append(bytes((len(piece) - start + 1,)) + piece[start:])
    out.append(b"\0")
    return b"".join(out)


def cobs_decode(frame: Bytes) -> bytes:
    """The message between two zeros."""
    out, at, end = [], 0, len(frame)
    while at < end:
        code = frame[at]
        if code == 0 or at + code > end:
            raise ProtocolError(LinkErrorKind.BAD_FRAME, "the frame ends in the middle of a piece")
        out.append(bytes(frame[at + 1 : at + code]))
        at += code
        if code != 255 and at < end:
            out.append(b"\0")
    return b"".join(out)


Found = Tuple[Optional[Header], Union[Message, ProtocolError]]


class StreamReader:
    """Finds messages on a serial line, behind garbage too."""

    def __init__(self, checksum: Checksum = crc32c) -> None:
        self.maximum_payload = INITIAL_MAXIMUM_PAYLOAD
        self._checksum = checksum
        self._pieces: List[bytes] = []
        self._held = 0

    def receive(self, data: Bytes) -> Iterator[Found]:
        *frames, rest = bytes(data).split(b"\0")
        for frame in frames:
            if self._pieces:
                frame = b"".join(self._pieces) + frame
                self._pieces = []
                self._held = 0
            if frame:
                yield self._read(frame)
        # COBS adds a byte in 254. What is longer than any message can be is garbage, and is not kept.
        if rest and self._held <= (self.maximum_payload + 36) * 255 // 254 + 2:
            self._pieces.append(rest)
            self._held += len(rest)

    def _read(self, frame: bytes) -> Found:
        try:
            return decode_transfer(cobs_decode(frame), self.maximum_payload, self._checksum)
        except ProtocolError as error:
            return None, error


class LengthReader:
    """Finds messages in a TCP stream. A message's payload is memory of its own. Raises when the border is lost for good."""

    def __init__(self, checksum: Checksum = crc32c) -> None:
        self.maximum_payload = INITIAL_MAXIMUM_PAYLOAD
        self._checksum = checksum
        self._start = bytearray()
        self._header: Optional[Header] = None
        self._error: Optional[ProtocolError] = None
        self._body = bytearray()
        self._filled = 0
        self._skip = 0

    def receive(self, data: Bytes) -> Iterator[Found]:
        view = memoryview(data)
        while len(view) > 0:
            if self._skip > 0:
                skipped = min(self._skip, len(view))
                self._skip -= skipped
                view = view[skipped:]
            elif self._header is None:
                need = HEADER_BYTES - len(self._start)
                self._start += view[:need]
                view = view[need:]
                if len(self._start) == HEADER_BYTES:
                    yield from self._begin()
            else:
                count = min(len(self._body) - self._filled, len(view))
                self._body[self._filled : self._filled + count] = view[:count]
                self._filled += count
                view = view[count:]
                if self._filled == len(self._body):
                    yield self._finish()

    def _begin(self) -> Iterator[Found]:
        header, self._error = decode_header(self._start)
        self._start = bytearray()
        if header.payload_length > self.maximum_payload:
            self._skip = header.payload_length + TRAILER_BYTES
            yield header, self._error or too_long(header, self.maximum_payload)
            return
        self._header = header
        self._body = bytearray(header.payload_length + TRAILER_BYTES)
        self._filled = 0

    def _finish(self) -> Found:
        header, error, view = self._header, self._error, memoryview(self._body)
        assert header is not None
        self._header = None
        self._body = bytearray()
        if error is not None:
            return header, error
        try:
            end = header.payload_length
            return header, decode_payload(header, view[:end], view[end:], self._checksum)
        except ProtocolError as damage:
            return header, damage
