"""What is known of devices and frames, and how it stands on the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, FrozenSet, NamedTuple, Tuple

import numpy as np
import numpy.typing as npt

from . import _protocol as protocol
from ._pixels import DEPTH_OF_FORMAT, FORMAT_OF_DEPTH, Array
from .errors import OpuError

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


OVERRUN = {"hold": 0, "drop": 1}
TRIGGER = {"internal": 0, "software": 1, "external": 2}


def choice(what: str, value: str, names: Dict[str, int]) -> int:
    if value not in names:
        raise OpuError("INVALID_ARGUMENT", f'{what} is "{value}"; it must be {" or ".join(names)}.')
    return names[value]


def _name(names: Dict[str, int], value: int) -> str:
    return next((name for name, code in names.items() if code == value), str(value))


def ticks_of(what: str, microseconds: float, tick_us: float) -> int:
    ticks = round(float(microseconds) / tick_us) if np.isfinite(microseconds) else -1
    if not 0 <= ticks <= protocol.MAXIMUM_U64:
        raise OpuError("INVALID_ARGUMENT", f"{what} is {microseconds}; it must be a time of 0 or more.")
    return ticks


def identity_of(hello: protocol.HelloReply) -> Identity:
    return Identity(hello.vendor, hello.model, hello.serial, hello.firmware_version, hello.profile)


def limits_of(d: protocol.DescribeReply) -> Limits:
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


def configuration_of(c: protocol.ConfigureReply, tick: float) -> Configuration:
    return Configuration(
        period_us=c.period_ticks * tick,
        exposure_us=c.exposure_ticks * tick,
        extra_settle_us=c.extra_settle_ticks * tick,
        region=(c.region_x, c.region_y, c.region_width, c.region_height),
        bit_depth=DEPTH_OF_FORMAT.get(c.pixel_format, 8),
        overrun=_name(OVERRUN, c.overrun_mode),
        trigger=_name(TRIGGER, c.trigger_mode),
        macro_pixels=(c.macro_columns, c.macro_rows),
        reference_on=bool(c.reference_on),
        reference_amplitude=c.reference_amplitude,
        phase_steps=c.reference_phase_steps,
        reference_tilt=(c.reference_tilt_x, c.reference_tilt_y),
        minimum_period_us=c.minimum_period_ticks * tick,
        pattern_bytes=c.pattern_bytes,
        hash=f"{c.configuration_hash:08x}",
    )
