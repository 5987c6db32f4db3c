"""Encoders: what they give, bit for bit; what `fit` learned stays."""

from __future__ import annotations

import copy
import unittest

import numpy as np
import opu
import torch
from opu import encoding
from opu.encoding.models import BinaryAutoEncoder

R = np.random.default_rng(0).normal(size=(50, 6))


class Encoders(unittest.TestCase):
    def test_thresholds(self) -> None:
        encoder = encoding.BinaryThresholdEncoder().fit(R)
        np.testing.assert_array_equal(encoder.transform(R), R > np.median(R, axis=0))
        np.testing.assert_array_equal(encoding.BinaryThresholdEncoder(0.5, greater_is_one=False).transform(R), R <= 0.5)
        several = encoding.MultiThresholdEncoder([0, 1]).fit(R).transform(R)
        np.testing.assert_array_equal(several[:, ::2], R > 0)
        np.testing.assert_array_equal(several[:, 1::2], R > 1)
        quantiles = encoding.MultiThresholdEncoder("quantiles", n_bins=4, columnwise=True).fit(R)
        self.assertEqual(quantiles.transform(R).shape, (50, 18))
        np.testing.assert_allclose(quantiles.transform(R).mean(axis=0).reshape(6, 3), [[0.75, 0.5, 0.25]] * 6, atol=0.03)
        self.assertEqual(encoding.MultiThresholdEncoder(n_bins=5).fit_transform(R).shape, (50, 24))

    def test_planes_hold_every_bit(self) -> None:
        X = np.random.default_rng(1).integers(0, 256, (20, 5))
        planes = encoding.ConcatenatedBitPlanEncoder(8).transform(X).reshape(20, 8, 5)
        np.testing.assert_array_equal(np.einsum("npd,p->nd", planes.astype(int), 2 ** np.arange(8)), X)
        decoded = encoding.ConcatenatedBitPlanDecoder(8).transform(planes.reshape(20, 40))
        np.testing.assert_allclose(decoded * 128, X)
        separated = encoding.SeparatedBitPlanEncoder(8).fit(X)
        np.testing.assert_array_equal(separated.transform(X).reshape(20, 8, 5), planes)
        np.testing.assert_allclose(encoding.SeparatedBitPlanDecoder(encoder=separated).transform(separated.transform(X)), X)
        np.testing.assert_allclose(encoding.MixingBitPlanDecoder(8).transform(separated.transform(X)) * 128, X)

    def test_real_numbers_come_back_within_half_a_step(self) -> None:
        for bits in (2, 8, 12):
            encoder = encoding.SeparatedBitPlanEncoder(n_bits=bits).fit(R)
            self.assertEqual(encoder.transform(R).shape, (50 * 2 * bits, 6))
            back = encoding.SeparatedBitPlanDecoder(encoder=encoder).transform(encoder.transform(R))
            self.assertLessEqual(float(np.abs(back - R).max()), 0.501 * np.abs(R).max() / (2**bits - 1))

    def test_float32_keeps_every_bit_and_base_two_every_level(self) -> None:
        planes = encoding.ConcatenatedFloat32Encoder().transform(R).reshape(50, 32, 6)
        words = np.einsum("npd,p->nd", planes.astype(np.uint64), 2 ** np.arange(31, -1, -1, dtype=np.uint64))
        np.testing.assert_array_equal(words.astype(np.uint32).view(np.float32), R.astype(np.float32))
        self.assertEqual(encoding.Float32Encoder(exp_bits=3, mantissa_bits=4).transform(R).shape, (50 * 8, 6))
        levels = np.arange(16.0).reshape(16, 1)
        base = encoding.SequentialBaseTwoEncoder(16).fit(levels).transform(levels)
        np.testing.assert_array_equal(base @ [1, 2, 4, 8], np.minimum(np.floor(levels[:, 0] / 15 * 16), 15))

    def test_transform_changes_nothing_and_repeats_itself(self) -> None:
        for encoder in (
            encoding.BinaryThresholdEncoder(),
            encoding.MultiThresholdEncoder(),
            encoding.SequentialBaseTwoEncoder(),
            encoding.SeparatedBitPlanEncoder(),
        ):
            encoder.fit(R)
            before = copy.deepcopy(vars(encoder))
            whole = encoder.transform(R)
            encoder.transform(R[:5] * 100)
            np.testing.assert_equal(vars(encoder), before)
            np.testing.assert_array_equal(encoder.transform(R), whole)
            tensor = encoder.transform(torch.from_numpy(R))
            np.testing.assert_array_equal(tensor.numpy(), whole)

    def test_parameters_and_refusals(self) -> None:
        encoder = encoding.MultiThresholdEncoder(n_bins=3)
        self.assertEqual(encoder.set_params(n_bins=4).get_params()["n_bins"], 4)
        for call in (
            lambda: encoding.BinaryThresholdEncoder().transform(R),
            lambda: encoding.ConcatenatedBitPlanEncoder().transform(R),
            lambda: encoding.SeparatedBitPlanEncoder().transform(R),
            lambda: encoding.SeparatedBitPlanDecoder(8).transform(R[:7]),
            lambda: encoding.MultiThresholdEncoder("even").fit(R),
            lambda: encoder.set_params(bins=3),
            lambda: BinaryAutoEncoder(3).transform(R),
        ):
            with self.assertRaises(opu.OpuError):
                call()

    def test_the_auto_encoder_learns_codes(self) -> None:
        centres = np.random.default_rng(2).normal(size=(8, 12)) * 2
        data = centres[np.arange(400) % 8] + 0.1 * np.random.default_rng(3).normal(size=(400, 12))
        encoder = BinaryAutoEncoder(16, epochs=40, learning_rate=1e-2).fit(data)
        codes = encoder.transform(data)
        self.assertEqual((codes.shape, codes.dtype), ((400, 16), np.uint8))
        self.assertGreaterEqual(len(np.unique(codes, axis=0)), 6)
        error = float(((encoder.inverse_transform(codes).numpy() - data) ** 2).mean())
        self.assertLess(error, 0.3 * float(data.var()))
        np.testing.assert_array_equal(BinaryAutoEncoder(16, epochs=40, learning_rate=1e-2).fit_transform(data), codes)


if __name__ == "__main__":
    unittest.main()
