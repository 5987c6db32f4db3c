"""
Devices for asyncio: the same names as `opu.Device`, to be awaited. What blocks runs in one thread a device, which ends with it;
cancelling a task cancels what it waits for on the device, too.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, AsyncIterator, Callable, Dict, Iterable, List, Optional

from . import _connect
from . import device as _device
from .device import Configuration, Frames, Identity, Limits, Readout
from .errors import OpuError

_DONE: Any = object()


class Device:
    """A device under this program's control. Get one from `connect`, and use it in `async with`."""

    def __init__(self, device: _device.Device, thread: ThreadPoolExecutor) -> None:
        self._device = device
        self._thread = thread

    @property
    def address(self) -> str:
        return self._device.address

    @property
    def identity(self) -> Identity:
        return self._device.identity

    @property
    def limits(self) -> Limits:
        return self._device.limits

    @property
    def configuration(self) -> Configuration:
        return self._device.configuration

    @property
    def frames(self) -> Optional[Frames]:
        return self._device.frames

    async def configure(self, **request: Any) -> Configuration:
        return await self._run(partial(self._device.configure, **request))  # type: ignore[no-any-return]

    async def project(self, patterns: Any, *, packed: bool = False) -> Any:
        return await self._run(partial(self._device.project, patterns, packed=packed))

    async def stream(self, source: Iterable[Any], *, in_flight: int = 64, packed: bool = False) -> AsyncIterator[Readout]:
        stream = self._device.stream(source, in_flight=in_flight, packed=packed)
        try:
            while True:
                readout = await self._run(partial(next, stream, _DONE))
                if readout is _DONE:
                    return
                yield readout
        finally:
            await asyncio.shield(self._run(getattr(stream, "close")))

    async def stop(self) -> int:
        return await _elsewhere(self._device.stop)  # type: ignore[no-any-return]

    async def abort(self) -> int:
        return await _elsewhere(self._device.abort)  # type: ignore[no-any-return]

    def cancel(self, why: str = "The operation was cancelled.") -> None:
        self._device.cancel(why)

    async def trigger(self) -> int:
        return await self._run(self._device.trigger)  # type: ignore[no-any-return]

    async def counters(self) -> Dict[str, int]:
        return await self._run(self._device.counters)  # type: ignore[no-any-return]

    async def now(self) -> int:
        return await self._run(self._device.now)  # type: ignore[no-any-return]

    async def close(self) -> None:
        await _elsewhere(self._device.close)
        await _elsewhere(partial(self._thread.shutdown, wait=True))

    async def _run(self, call: Callable[[], Any]) -> Any:
        future = asyncio.get_running_loop().run_in_executor(self._thread, call)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            self._device.cancel()
            try:
                await future
            except OpuError:
                pass
            self._device._session.clear_cancel()
            raise

    async def __aenter__(self) -> Device:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()


async def _elsewhere(call: Callable[[], Any]) -> Any:
    """In a thread of its own, which ends with the call."""
    thread = ThreadPoolExecutor(1)
    try:
        return await asyncio.get_running_loop().run_in_executor(thread, call)
    finally:
        thread.shutdown(wait=False)


async def connect(address: str, **options: Any) -> Device:
    """Opens a device; see `opu.connect`."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="opu")
    try:
        opened = await asyncio.get_running_loop().run_in_executor(thread, partial(_connect.connect, address, **options))
    except BaseException:
        thread.shutdown(wait=False)
        raise
    return Device(opened, thread)


__all__: List[str] = ["Device", "connect"]
