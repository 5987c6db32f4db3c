"""The device: exactly once and in order, over whatever link; errors that say who has to act."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
import unittest
import warnings
from typing import Any, Iterator

import numpy as np
import opu
from opu._process import find_command

from .support import CutLink, Emulator, Folder

PATTERNS = np.random.default_rng(5).integers(0, 2, (300, 1024), dtype=np.uint8)
QUICK = opu.Timeouts(request=0.5, silence=0.3, reconnect=5.0)


class Device(unittest.TestCase):
    device: opu.Device
    reference: Any

    @classmethod
    def setUpClass(cls) -> None:
        cls.device = opu.connect("emulator:tiny?seed=3&ideal=1")
        cls.reference = cls.device.project(PATTERNS)

    @classmethod
    def tearDownClass(cls) -> None:
        cls.device.close()

    def test_says_who_it_is_and_what_it_can(self) -> None:
        self.assertEqual(self.device.identity.profile, "tiny")
        self.assertEqual(self.device.limits.modulator, (32, 32))
        self.assertIn("virtual-clock", self.device.limits.features)
        self.assertAlmostEqual(self.device.configuration.exposure_us, 20)

    def test_a_batch_gives_an_image_a_pattern_whatever_way_the_patterns_are_written(self) -> None:
        self.assertEqual(self.reference.shape, (300, 32, 32))
        self.assertEqual(self.reference.dtype, np.uint8)
        self.assertGreater(float(self.reference.std()), 5)
        for same in (PATTERNS[:20].astype(bool), PATTERNS[:20].reshape(20, 32, 32), PATTERNS[:20] * 7):
            np.testing.assert_array_equal(self.device.project(same), self.reference[:20])
        packed = np.packbits(PATTERNS[:20], axis=1)
        np.testing.assert_array_equal(self.device.project(packed, packed=True), self.reference[:20])
        np.testing.assert_array_equal(self.device.project(PATTERNS[:40:2]), self.reference[:40:2])
        self.assertEqual(self.device.project(PATTERNS[:0]).shape, (0, 32, 32))

    def test_frames_of_a_batch_are_known(self) -> None:
        self.device.project(PATTERNS[:50])
        frames = self.device.frames
        assert frames is not None
        np.testing.assert_array_equal(np.diff(frames.frame), np.ones(49))
        self.assertTrue((np.diff(frames.exposure_start_tick) >= 3750).all())

    def test_a_stream_is_in_order_and_pulls_no_further_than_in_flight(self) -> None:
        pulled = 0

        def source() -> Iterator[Any]:
            nonlocal pulled
            for pattern in PATTERNS:
                pulled += 1
                yield pattern

        for in_flight in (1, 8, 64):
            pulled, read = 0, 0
            for readout in self.device.stream(source(), in_flight=in_flight):
                np.testing.assert_array_equal(readout.image, self.reference[read])
                read += 1
                self.assertLessEqual(pulled, read + in_flight + 1)
            self.assertEqual(read, 300)

    def test_a_stream_may_be_left_and_the_device_goes_on(self) -> None:
        for count in (1, 5):
            stream = self.device.stream(iter(PATTERNS))
            for _ in range(count):
                next(stream)
            stream.close()
            np.testing.assert_array_equal(self.device.project(PATTERNS[:5]), self.reference[:5])
        self.assertEqual(list(self.device.stream([])), [])

    def test_an_error_of_the_source_is_the_error_of_the_stream(self) -> None:
        def source() -> Iterator[Any]:
            yield from PATTERNS[:10]
            raise KeyError("mine")

        with self.assertRaisesRegex(KeyError, "mine"):
            for _ in self.device.stream(source()):
                pass
        np.testing.assert_array_equal(self.device.project(PATTERNS[:5]), self.reference[:5])

    def test_a_stopped_stream_ends_and_what_was_left_is_shown_first(self) -> None:
        shown = []
        stream = self.device.stream(iter(PATTERNS[:40]), in_flight=8)
        for readout in stream:
            shown.append(readout.image)
            if len(shown) == 3:
                self.device.stop()
        before = len(shown)
        self.assertLess(before, 40)
        shown += [readout.image for readout in self.device.stream(PATTERNS[200:202])]
        left = len(shown) - before - 2
        np.testing.assert_array_equal(shown[: before + left], self.reference[: before + left])
        np.testing.assert_array_equal(shown[-2:], self.reference[200:202])

    def test_wrong_patterns_and_configurations_say_what_is_allowed(self) -> None:
        for wrong in (PATTERNS[:, :100], PATTERNS.astype(float), PATTERNS[0]):
            with self.assertRaises(opu.OpuError) as caught:
                self.device.project(wrong)
            self.assertEqual((caught.exception.code, caught.exception.blame), ("INVALID_ARGUMENT", "caller"))
        before = self.device.configuration
        with self.assertRaises(opu.OpuError) as caught:
            self.device.configure(exposure_us=1e9, bit_depth=12)
        self.assertEqual(caught.exception.code, "CONFIGURATION_REFUSED")
        self.assertEqual(caught.exception.details["field"], "exposureTicks")
        self.assertEqual(caught.exception.details["bound"], 1e8)
        self.assertEqual(self.device.configuration, before)
        for wrong in ({"overrun": "wait"}, {"region": (0, 0, 1)}, {"reference": {"phase": 1}}, {"exposure_us": float("nan")}):
            with self.assertRaises(opu.OpuError) as caught:
                self.device.configure(**wrong)  # type: ignore[arg-type]
            self.assertEqual(caught.exception.code, "INVALID_ARGUMENT")

    def test_depths_and_regions(self) -> None:
        try:
            for depth, largest in ((10, 1023), (12, 4095)):
                applied = self.device.configure(bit_depth=depth, region=(3, 5, 7, 9))
                self.assertEqual(applied.region, (3, 5, 7, 9))
                images = self.device.project(PATTERNS)
                self.assertEqual((images.dtype, images.shape), (np.uint16, (300, 9, 7)))
                self.assertGreater(int(images.max()), largest // 4)
                coarse = images.astype(float) * 255 / largest
                part = self.reference[:, 5:14, 3:10].astype(float)
                self.assertLess(float(np.abs(coarse - part)[part < 255].max()), 2)
        finally:
            self.device.configure(bit_depth=8, region=(0, 0, 32, 32))

    def test_cancelling_ends_what_is_under_way_and_leaves_the_device_usable(self) -> None:
        def endless() -> Iterator[Any]:
            while True:
                yield PATTERNS[0]

        timer = threading.Timer(0.3, self.device.cancel)
        timer.start()
        with self.assertRaises(opu.OpuError) as caught:
            for _ in self.device.stream(endless()):
                pass
        timer.join()
        self.assertEqual(caught.exception.code, "ABORTED")
        np.testing.assert_array_equal(self.device.project(PATTERNS[:5]), self.reference[:5])

    def test_the_command_line_gives_the_same_bytes(self) -> None:
        with Folder() as folder:
            np.save(folder / "x.npy", PATTERNS[:30])
            address = "emulator:tiny?seed=3&ideal=1"
            subprocess.run(
                [*find_command(), "project", address, "--in", "x.npy", "--out", "y.npy", "--layout", "raw"],
                cwd=folder,
                check=True,
                capture_output=True,
            )
            np.testing.assert_array_equal(np.load(folder / "y.npy").reshape(30, 32, 32), self.reference[:30])

    def test_every_frame_once_when_the_link_is_cut_9_times_in_300(self) -> None:
        with Emulator("tiny", "--seed", "3", "--ideal", "1", "--clock", "virtual", "--tcp", "0") as emulator:
            cuts = [1500, 9000, 33_000, 20_001, 47_777, 5_000, 64_000, 1_300, 70_000]
            with CutLink(emulator.addresses[0], cuts) as link:
                with opu.connect(link.address, timeouts=QUICK) as device:
                    images = device.project(PATTERNS)
                    counters = device.counters()
                np.testing.assert_array_equal(images, self.reference)
                self.assertGreaterEqual(link.cut, 6)
                self.assertGreaterEqual(counters["host_links_lost"], 5)
            with CutLink(emulator.addresses[0], [20_000, 60_000, 50_000, 70_000]) as link:
                with opu.connect(link.address, timeouts=QUICK) as device:
                    read = [readout.image for readout in device.stream(iter(PATTERNS))]
                np.testing.assert_array_equal(read, self.reference)
                self.assertEqual(link.cut, 4)

    def test_a_link_that_stays_away_is_an_error_of_the_link_within_the_time_asked_for(self) -> None:
        with Emulator("tiny", "--clock", "virtual", "--tcp", "0") as emulator:
            with CutLink(emulator.addresses[0], [20_000], refuse_after=True) as link:
                device = opu.connect(link.address, timeouts=opu.Timeouts(request=0.2, reconnect=0.5))
                start = time.monotonic()
                with self.assertRaises(opu.OpuError) as caught:
                    device.project(PATTERNS)
                self.assertLess(time.monotonic() - start, 10)
                self.assertEqual((caught.exception.code, caught.exception.blame), ("LINK_LOST", "link"))
                device.close()

    def test_real_time_keeps_its_lease_and_tells_who_comes_second(self) -> None:
        with Emulator("tiny", "--seed", "3", "--ideal", "1", "--tcp", "0") as emulator:
            with opu.connect(emulator.addresses[0]) as device:
                with self.assertRaises(opu.OpuAlreadyUsed) as caught:
                    opu.connect(emulator.addresses[0])
                self.assertEqual(caught.exception.code, "DEVICE_BUSY")
                np.testing.assert_array_equal(device.project(PATTERNS[:50]), self.reference[:50])

    def test_a_serial_line(self) -> None:
        with Folder() as folder:
            options = ("--seed", "3", "--ideal", "1", "--clock", "virtual", "--serial", str(folder / "line"))
            with Emulator("tiny", *options), opu.connect(f"serial:{folder / 'line'}", timeouts=QUICK) as device:
                np.testing.assert_array_equal(device.project(PATTERNS[:60]), self.reference[:60])

    def test_a_serial_line_that_damages_bytes(self) -> None:
        with Folder() as folder:
            faults = "corrupt=0.03,drop=0.02"
            options = ("--seed", "3", "--ideal", "1", "--clock", "virtual", "--serial", str(folder / "line"))
            with Emulator("tiny", *options, "--faults", faults), opu.connect(
                f"serial:{folder / 'line'}", timeouts=QUICK
            ) as device:
                np.testing.assert_array_equal(device.project(PATTERNS), self.reference)
                read = [readout.image for readout in device.stream(PATTERNS)]
                np.testing.assert_array_equal(read, self.reference)


class Ends(unittest.TestCase):
    def test_addresses_that_are_none_say_what_they_look_like(self) -> None:
        for address in ("nonsense", "ftp://x", "tcp://nohost", "emulator:tiny?sed=1", "emulator:none", "serial:"):
            with self.assertRaises(opu.OpuError) as caught:
                opu.connect(address)
            self.assertEqual(caught.exception.code, "INVALID_ADDRESS", address)
        for address in ("tcp://127.0.0.1:1", "serial:/dev/there-is-none"):
            with self.assertRaises(opu.OpuError) as caught:
                opu.connect(address)
            self.assertEqual(caught.exception.code, "LINK_UNAVAILABLE")

    def test_a_closed_device_refuses_and_leaves_no_thread_and_no_process(self) -> None:
        threads = threading.active_count()
        with Emulator("tiny", "--tcp", "0") as emulator:
            device = opu.connect(emulator.addresses[0])
            device.project(PATTERNS[:2])
            device.close()
            device.close()
            self.assertEqual(threading.active_count(), threads)
            with self.assertRaises(opu.OpuError) as caught:
                device.project(PATTERNS[:2])
            self.assertEqual(caught.exception.code, "INVALID_STATE")

    def test_a_device_that_is_forgotten_warns_and_closes(self) -> None:
        with Emulator("tiny", "--tcp", "0") as emulator:
            threads = threading.active_count()
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                device = opu.connect(emulator.addresses[0])
                del device
                gc.collect()
            self.assertIn(ResourceWarning, [w.category for w in caught])
            self.assertEqual(threading.active_count(), threads)

    def test_the_emulator_ends_with_a_program_that_is_killed(self) -> None:
        script = "import opu, time; d = opu.connect('emulator:tiny'); print(d._dispose.__self__._process.pid, flush=True); time.sleep(60)"
        program = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, env=dict(os.environ))
        assert program.stdout is not None
        watcher = int(program.stdout.readline())
        program.send_signal(signal.SIGKILL)
        program.wait()
        program.stdout.close()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            group = subprocess.run(["ps", "-o", "pid=", "-g", str(watcher)], capture_output=True, text=True).stdout.split()
            if not group:
                return
            time.sleep(0.1)
        self.fail(f"processes {group} are left")

    def test_without_the_command_it_says_what_to_install(self) -> None:
        code = "import opu\ntry: opu.connect('emulator:tiny')\nexcept opu.OpuError as e: print(e.code, e.remedy)"
        environment = {k: v for k, v in os.environ.items() if k != "OPU_COMMAND"}
        environment["PATH"] = "/nowhere"
        with Folder() as folder:
            said = subprocess.run(
                [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True
            ).stdout
        self.assertRegex(said, "^NOT_SUPPORTED .*npm install")


if __name__ == "__main__":
    unittest.main()
