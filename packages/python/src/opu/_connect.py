"""Devices by address."""

from __future__ import annotations

import os
import sys
from typing import Callable, Optional, Tuple

from ._address import EXAMPLES, Address, parse_address
from ._process import DeviceProcess, emulator_arguments, replay_arguments
from ._session import Session, Timeouts
from ._transport import SerialTransport, TcpTransport, Transport
from .device import Device
from .errors import OpuError

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
