"""`OPU`: shapes, kinds and statistics of what it gives; what it refuses; what it keeps when it is pickled."""

from __future__ import annotations

import pickle
import unittest
import warnings

import numpy as np
import opu
from opu import OPU, ContextArray
from opu.encoding import BinaryThresholdEncoder, SeparatedBitPlanDecoder, SeparatedBitPlanEncoder

X = np.random.default_rng(1).integers(0, 2, (60, 200), dtype=np.uint8)


class Opu(unittest.TestCase):
    light: OPU

    @classmethod
    def setUpClass(cls) -> None:
        cls.light = OPU(n_components=500, address="emulator:opu-1m-300k?seed=2")

    @classmethod
    def tearDownClass(cls) -> None:
        cls.light.close()

    def setUp(self) -> None:
        self.light.n_components = 500
        self.light.linear_mode = "anchor"
        self.light.rescale = "variance"

    def test_shapes_kinds_and_context(self) -> None:
        y = self.light.fit_transform1d(X)
        assert isinstance(y, ContextArray) and y.context is not None
        self.assertEqual((y.shape, y.dtype), ((60, 500), np.uint8))
        self.assertGreater(float(y.mean()), 11)
        self.assertLess(float((y == 255).mean()), 0.01)
        context = y.context.as_dict()
        self.assertEqual(context["fmt_type"], "lined")
        self.assertEqual(context["output_roi"][0], (0, 0))
        self.assertAlmostEqual(context["n_ones"] / (912 * 1140), 0.5, delta=0.05)
        self.assertLess(context["start"], context["end"])
        self.assertIn("EMU-opu-1m-300k-2", context["device"])
        self.assertEqual(type(np.array(y)), np.ndarray)
        self.assertEqual(self.light.transform(X[0]).shape, (500,))
        self.assertEqual(self.light.transform(X.reshape(3, 20, 200)).shape, (3, 20, 500))
        again = pickle.loads(pickle.dumps(y))
        self.assertEqual(again.context, y.context)

    def test_the_same_input_gives_the_same_output_but_for_the_noise_of_the_camera(self) -> None:
        y = self.light.fit_transform1d(X).astype(float)
        again = self.light.transform(X).astype(float)
        self.assertGreater(np.corrcoef(y.ravel(), again.ravel())[0, 1], 0.99)
        self.assertLess(abs(np.corrcoef(y[0], y[1])[0, 1]), 0.75)

    def test_packed_matrices_and_a_new_number_of_components(self) -> None:
        y = self.light.fit_transform1d(X).astype(float)
        self.light.fit1d(np.packbits(X, axis=1), n_features=200, packed=True)
        self.light._exposure = None
        packed = self.light.transform(np.packbits(X, axis=1)).astype(float)
        self.assertGreater(np.corrcoef(y.ravel(), packed.ravel())[0, 1], 0.99)
        square = self.light.fit_transform2d(X.reshape(60, 10, 20))
        self.assertEqual((square.shape, square.context.fmt_type), ((60, 500), "macro_2d"))
        self.light.n_components = 3000
        self.assertEqual(self.light.transform1d(X).shape, (60, 3000))

    def test_linear_projections_keep_inner_products(self) -> None:
        self.light.n_components = 1000
        R = np.random.default_rng(3).normal(size=(40, 200))
        for mode, kind in (("anchor", np.float32), ("phase-shifting", np.complex64)):
            with self.subTest(mode):
                self.light.linear_mode = mode
                self.light.fit1d(X)
                z = self.light.linear_transform(R)
                self.assertEqual((z.shape, z.dtype), ((40, 1000), kind))
                scale = 1 if mode == "anchor" else 2
                gram = np.real(z @ z.conj().T) / 1000 / scale
                true = R @ R.T
                self.assertGreater(np.corrcoef(gram.ravel(), true.ravel())[0, 1], 0.9)
                self.assertAlmostEqual(np.trace(gram) / np.trace(true), 1, delta=0.15)

    def test_the_linear_transform_is_linear_and_rescales(self) -> None:
        self.light.fit1d(X)
        a, b = np.zeros((2, 1, 200), np.int8)
        a[0, :60], b[0, 60:130] = 1, 1
        whole = np.asarray(self.light.linear_transform(a - b), float)
        parts = np.asarray(self.light.linear_transform(a), float) - np.asarray(self.light.linear_transform(b), float)
        self.assertGreater(np.corrcoef(whole[0], parts[0])[0, 1], 0.95)
        self.light.rescale = "norm"
        normed = np.asarray(self.light.linear_transform(a - b), float)
        self.assertAlmostEqual(float(np.linalg.norm(normed)) / np.sqrt(130), 1, delta=0.2)
        encoder = SeparatedBitPlanEncoder(n_bits=4).fit(a - b)
        given = self.light.linear_transform(a - b, encoder, SeparatedBitPlanDecoder(encoder=encoder))
        self.assertGreater(np.corrcoef(np.asarray(given)[0], normed[0])[0, 1], 0.95)

    def test_encoders_are_taken_as_classes_and_as_objects(self) -> None:
        R = np.random.default_rng(3).normal(size=(20, 200))
        self.light.fit1d(X)
        y = self.light.transform(R, BinaryThresholdEncoder(threshold_enc=0))
        np.testing.assert_equal(y.shape, (20, 500))
        planes = self.light.transform((R > 0).astype(np.uint8) * 5, SeparatedBitPlanEncoder(n_bits=3), SeparatedBitPlanDecoder(n_bits=3))
        self.assertEqual(planes.shape, (20, 500))

    def test_what_cannot_be_says_why(self) -> None:
        fresh = OPU(n_components=10, address=self.light.device)
        with self.assertRaises(AssertionError):
            fresh.transform(X)
        self.light.fit1d(X)
        for wrong in (X.astype(float), X * 3, X[:, :100]):
            with self.assertRaises(opu.OpuError) as caught:
                self.light.transform(wrong)
            self.assertEqual(caught.exception.code, "INVALID_ARGUMENT")
        with self.assertRaises(opu.OpuError):
            self.light.fit1d()
        for bad in ({"rescale": "sum"}, {"input_roi_strategy": "huge"}, {"n_components": 0}):
            with self.assertRaises(opu.OpuError):
                OPU(**bad)  # type: ignore[arg-type]
        with self.assertRaises(TypeError):
            OPU(n_componets=3)
        self.light.n_components = 10_000_000
        with self.assertRaisesRegex(opu.OpuError, "2048 x 1088"):
            self.light.fit1d(X)

    def test_it_can_be_pickled_and_goes_on(self) -> None:
        y = self.light.fit_transform1d(X).astype(float)
        with pickle.loads(pickle.dumps(self.light)) as copy:
            self.assertTrue(copy.fitted)
            other = copy.transform(X)
            self.assertEqual(other.context.exposure_us, self.light.device.configuration.exposure_us)
            self.assertGreater(np.corrcoef(y.ravel(), other.astype(float).ravel())[0, 1], 0.99)
            self.assertIn("opu-sdk", copy.version())

    def test_light_that_is_too_little_is_a_warning(self) -> None:
        few = np.zeros((20, 200), np.uint8)
        few[:, 0] = 1
        dark = OPU(n_components=100, address=self.light.device)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            dark.input_roi_strategy = "small"
            dark.device.configure(exposure_us=1)
            limits = dark.device.limits
            object.__setattr__(limits, "exposure_us", (1.0, 50.0))
            try:
                dark.fit1d(few)
            finally:
                object.__setattr__(limits, "exposure_us", (1.0, 1e6))
        self.assertIn("light more mirrors", " ".join(str(w.message) for w in caught))


if __name__ == "__main__":
    unittest.main()
