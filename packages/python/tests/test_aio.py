from __future__ import annotations

import asyncio
import threading
import unittest

import numpy as np
import opu
import opu.aio

PATTERNS = np.random.default_rng(5).integers(0, 2, (200, 1024), dtype=np.uint8)


class Asyncio(unittest.IsolatedAsyncioTestCase):
    async def test_batches_streams_and_what_is_known(self) -> None:
        threads = threading.active_count()
        async with await opu.aio.connect("emulator:tiny?seed=3") as device:
            self.assertEqual(device.identity.profile, "tiny")
            await device.configure(exposure_us=30)
            images = await device.project(PATTERNS[:20])
            self.assertEqual(images.shape, (20, 32, 32))
            read = [readout.image async for readout in device.stream(PATTERNS)]
            self.assertEqual(len(read), 200)
            self.assertGreaterEqual((await device.counters())["frames"], 220)
        # A thread ends some time after its last call.
        for _ in range(500):
            if threading.active_count() <= threads:
                break
            await asyncio.sleep(0.01)
        self.assertLessEqual(threading.active_count(), threads)

    async def test_cancelling_a_task_ends_what_it_waits_for_and_the_device_goes_on(self) -> None:
        async with await opu.aio.connect("emulator:tiny?seed=3") as device:
            many = np.repeat(PATTERNS, 100, axis=0)
            task = asyncio.create_task(device.project(many))
            await asyncio.sleep(0.3)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            self.assertEqual((await device.project(PATTERNS[:3])).shape, (3, 32, 32))


if __name__ == "__main__":
    unittest.main()
