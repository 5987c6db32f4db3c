from __future__ import annotations

import random
import unittest

from opu import _checksum, _protocol


class Checksum(unittest.TestCase):
    def test_numpy_gives_what_the_table_gives_for_every_length(self) -> None:
        chance = random.Random(1)
        data = chance.randbytes(70_000)
        for length in [0, 1, 9, *range(1490, 1530), 4095, 4096, 4097, 65_535, 65_536, 69_999]:
            for previous in (0, 0xDEADBEEF):
                expected = _protocol.crc32c(data[:length], previous)
                self.assertEqual(_checksum.crc32c_numpy(data[:length], previous), expected, length)
                self.assertEqual(_checksum.crc32c(data[:length], previous), expected, length)

    def test_the_known_answer(self) -> None:
        self.assertEqual(_checksum.crc32c(b"123456789"), 0xE3069283)
        self.assertEqual(_checksum.crc32c_numpy(bytes(8192)), _protocol.crc32c(bytes(8192)))


if __name__ == "__main__":
    unittest.main()
