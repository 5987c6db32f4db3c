"""Long proofs: 50 cuts in 10 000 frames, and flat memory over 100 000."""

from __future__ import annotations

import gc
import resource
import unittest
from typing import Any, Iterator

import numpy as np
import opu

from .support import CutLink, Emulator
from .test_device import QUICK


def resident_kilobytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() // 1024


class Long(unittest.TestCase):
    def test_every_frame_of_10_000_once_in_order_with_the_right_bytes_over_50_cuts(self) -> None:
        patterns = np.random.default_rng(9).integers(0, 2, (10_000, 1024), dtype=np.uint8)
        cuts = np.random.default_rng(10).integers(100_000, 240_000, 50).tolist()
        options = ("tiny", "--seed", "3", "--ideal", "1", "--clock", "virtual", "--tcp", "0")
        with Emulator(*options) as emulator, opu.connect(emulator.addresses[0]) as device:
            reference = device.project(patterns)
        with Emulator(*options) as emulator, CutLink(emulator.addresses[0], cuts) as link:
            with opu.connect(link.address, timeouts=QUICK) as device:
                count = 0
                for readout in device.stream(iter(patterns)):
                    np.testing.assert_array_equal(readout.image, reference[count])
                    count += 1
                self.assertEqual(count, 10_000)
            self.assertEqual(link.cut, 50)

    def test_memory_over_100_000_frames_grows_by_less_than_8_megabytes(self) -> None:
        rows = np.random.default_rng(9).integers(0, 2, (64, 1024), dtype=np.uint8)

        def source(count: int) -> Iterator[Any]:
            for i in range(count):
                yield rows[i % 64]

        with opu.connect("emulator:tiny?seed=3") as device:
            for _ in device.stream(source(5000)):
                pass
            gc.collect()
            before = resident_kilobytes()
            self.assertEqual(sum(1 for _ in device.stream(source(100_000))), 100_000)
            gc.collect()
            self.assertLess(resident_kilobytes() - before, 8192)


if __name__ == "__main__":
    unittest.main()
