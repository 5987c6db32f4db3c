"""Direct feedback: held to the TypeScript trainer, to autograd, and to what it is for."""

from __future__ import annotations

import copy
import json
import os
import shlex
import subprocess
import unittest
from pathlib import Path
from typing import Any, List

import numpy as np
import opu
import torch
import torch.nn as nn
from opu.torch import DirectFeedback, OPUMap

from .support import Folder

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = "emulator:tiny?seed=4"
WIDTHS = [24, 24]


def network(seed: int = 0, inputs: int = 20, classes: int = 10) -> nn.Sequential:
    torch.manual_seed(seed)
    first = nn.Sequential(nn.Linear(inputs, WIDTHS[0]), nn.Tanh())
    second = nn.Sequential(nn.Linear(WIDTHS[0], WIDTHS[1]), nn.Tanh())
    return nn.Sequential(first, second, nn.Linear(WIDTHS[1], classes))


def gradients(model: nn.Module) -> List[Any]:
    return [None if p.grad is None else p.grad.clone() for p in model.parameters()]


class AgainstTypeScript(unittest.TestCase):
    def test_signals_and_gradients_are_those_of_the_typescript_trainer_within_1e_5(self) -> None:
        torch.manual_seed(3)
        x, labels = torch.randn(32, 20), torch.randint(0, 10, (32,))
        model = network(1)
        error = torch.softmax(model(x), 1) - nn.functional.one_hot(labels, 10)
        task = {"seed": 7, "rows": 32, "classes": 10, "widths": WIDTHS, "address": ADDRESS, "step": 0}
        with Folder() as folder:
            (folder / "task.json").write_text(json.dumps({**task, "error": error.flatten().tolist()}))
            node = shlex.split(os.environ["OPU_COMMAND"])[0]
            script = str(Path(__file__).with_name("torch_reference.mjs"))
            said = subprocess.run([node, script, str(ROOT), str(folder / "task.json")], capture_output=True, text=True)
            self.assertEqual(said.returncode, 0, said.stderr)
        reference = json.loads(said.stdout)
        cases = {
            "dfa": {"mode": "dfa"},
            "dfa-ternary": {"mode": "dfa-ternary"},
            "dithered": {"mode": "dfa-ternary", "threshold": "dithered"},
            "shared": {"mode": "dfa-ternary", "threshold": "adaptive", "sharing": "shared"},
            "optical": {"mode": "optical", "device": ADDRESS},
        }
        for name, options in cases.items():
            with self.subTest(name), DirectFeedback(model, [model[0], model[1]], seed=7, **options) as feedback:
                model.zero_grad()
                out = model(x)
                feedback.backward(nn.functional.cross_entropy(out, labels), out)
                self.assertGreater(float(feedback.signals[0].abs().max()), 1e-3)
                h = x
                for i, signal in enumerate(feedback.signals):
                    wanted = torch.tensor(reference[name][i]).reshape(32, WIDTHS[i])
                    self.assertLess(float((signal - wanted).abs().max()), 1e-5)
                    after = model[i](h).detach()
                    pre = wanted * (1 - after**2)
                    self.assertLess(float((model[i][0].weight.grad - pre.T @ h).abs().max()), 1e-5)
                    self.assertLess(float((model[i][0].bias.grad - pre.sum(0)).abs().max()), 1e-5)
                    h = after


class Gradients(unittest.TestCase):
    def setUp(self) -> None:
        torch.manual_seed(5)
        self.x, self.labels = torch.randn(16, 20), torch.randint(0, 10, (16,))

    def backward(self, model: nn.Sequential, **options: Any) -> DirectFeedback:
        with DirectFeedback(model, [model[0], model[1]], **options) as feedback:
            out = model(self.x)
            feedback.backward(nn.functional.cross_entropy(out, self.labels), out)
        return feedback

    def test_bp_is_autograd_and_the_last_block_always_has_true_gradients(self) -> None:
        plain = network()
        nn.functional.cross_entropy(plain(self.x), self.labels).backward()
        wanted = gradients(plain)
        model = network()
        self.backward(model, mode="bp")
        for got, want in zip(gradients(model), wanted):
            torch.testing.assert_close(got, want)
        for mode in ("dfa", "dfa-ternary", "shallow"):
            model = network()
            self.backward(model, mode=mode)
            torch.testing.assert_close(gradients(model)[-2:], wanted[-2:])
            self.assertEqual(gradients(model)[0] is None, mode == "shallow")

    def test_feedback_equal_to_the_weights_behind_is_back_propagation(self) -> None:
        plain, model = network(), network()
        nn.functional.cross_entropy(plain(self.x), self.labels).backward()
        feedback = DirectFeedback(model, [model[1]], mode="dfa")
        feedback._matrices = [model[2].weight.detach().clone()]
        out = model(self.x)
        feedback.backward(nn.functional.cross_entropy(out, self.labels), out, alignment=True)
        feedback.close()
        for got, want in zip(gradients(model), gradients(plain)):
            torch.testing.assert_close(got, want)
        self.assertAlmostEqual(feedback.alignment["1"], 1, places=5)

    def test_alignment_is_the_cosine_with_back_propagation(self) -> None:
        model = network()
        with DirectFeedback(model, [model[0], model[1]], mode="dfa") as feedback:
            out = model(self.x)
            feedback.backward(nn.functional.cross_entropy(out, self.labels), out, alignment=True)
        first = model[0](self.x)
        first.retain_grad()
        nn.functional.cross_entropy(model[2](model[1](first)), self.labels).backward()
        cosine = nn.functional.cosine_similarity(first.grad, feedback.signals[0], dim=1).mean()
        self.assertAlmostEqual(feedback.alignment["0"], float(cosine), places=5)

    def test_through_a_norm_nothing_points_along_the_output(self) -> None:
        model = network()
        feedback = self.backward(model, mode="dfa", through_norm=True)
        out = model[0](self.x).detach()
        centred = out - out.mean(1, keepdim=True)
        along = (feedback.signals[0] * centred).sum(1).abs().max()
        self.assertLess(float(along), 1e-5)
        self.assertLess(float(feedback.signals[0].mean(1).abs().max()), 1e-7)

    def test_positions_and_pictures_get_signals_of_their_shape(self) -> None:
        class Tokens(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.a, self.b = nn.Linear(20, 8), nn.Linear(8, 10)

            def forward(self, x: torch.Tensor) -> torch.Tensor:
                out: torch.Tensor = self.b(self.a(x).mean(1))
                return out

        tokens = Tokens()
        with DirectFeedback(tokens, [tokens.a], mode="dfa") as feedback:
            out = tokens(torch.randn(16, 5, 20))
            feedback.backward(nn.functional.cross_entropy(out, self.labels), out)
        self.assertEqual(feedback.signals[0].shape, (16, 5, 8))
        torch.testing.assert_close(feedback.signals[0][:, 0], feedback.signals[0][:, 4])
        picture = nn.Sequential(nn.Conv2d(1, 3, 3), nn.Flatten(), nn.Linear(3 * 16, 10))
        with DirectFeedback(picture, [picture[0]], mode="dfa") as feedback:
            out = picture(torch.randn(16, 1, 6, 6))
            feedback.backward(nn.functional.cross_entropy(out, self.labels), out)
        self.assertEqual(feedback.signals[0].shape, (16, 3, 4, 4))

    def test_evaluation_and_a_closed_feedback_leave_the_network_alone(self) -> None:
        model = network()
        plain = copy.deepcopy(model)
        feedback = DirectFeedback(model, [model[0]], mode="dfa")
        model.eval()
        torch.testing.assert_close(model(self.x), plain(self.x))
        model.train()
        with torch.no_grad():
            model(self.x)
        with self.assertRaisesRegex(opu.OpuError, "did not take part"):
            feedback.backward(torch.tensor(0.0), torch.zeros(2, 10))
        feedback.close()
        nn.functional.cross_entropy(model(self.x), self.labels).backward()
        self.assertIsNotNone(model[0][0].weight.grad)

    def test_wrong_arguments_say_what_is_allowed(self) -> None:
        model = network()
        for wrong in ({"mode": "fda"}, {"threshold": -1.0}, {"threshold": "auto"}, {"sharing": "all"}):
            with self.assertRaises(opu.OpuError):
                DirectFeedback(model, [model[0]], **wrong)  # type: ignore[arg-type]
        with self.assertRaises(opu.OpuError):
            DirectFeedback(model, [nn.Linear(1, 1)])


class Training(unittest.TestCase):
    def test_light_trains_hidden_blocks_above_the_shallow_control(self) -> None:
        torch.manual_seed(11)
        centres = torch.randn(20, 20) * 1.5
        labels = torch.arange(600) % 20
        x = centres[labels] + 0.6 * torch.randn(600, 20)
        y = labels % 10
        accuracy = {}
        for mode in ("shallow", "optical"):
            model = network(2)
            optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
            with DirectFeedback(model, [model[0], model[1]], mode=mode, device=ADDRESS, threshold="dithered") as feedback:
                for step in range(120):
                    rows = torch.arange(step * 32, step * 32 + 32) % 500
                    out = model(x[rows])
                    loss = nn.functional.cross_entropy(out, y[rows])
                    optimiser.zero_grad()
                    feedback.backward(loss, out)
                    optimiser.step()
                if mode == "optical":
                    self.assertGreater(feedback.frames, 1000)
            model.eval()
            accuracy[mode] = float((model(x[500:]).argmax(1) == y[500:]).float().mean())
        self.assertGreater(accuracy["optical"], accuracy["shallow"] + 0.03, accuracy)


class Map(unittest.TestCase):
    def test_random_features_as_a_module(self) -> None:
        features = OPUMap(100, address="emulator:tiny")
        x = torch.randint(0, 2, (6, 50), dtype=torch.uint8)
        y = features(x)
        self.assertEqual((y.shape, y.dtype), ((6, 100), torch.uint8))
        self.assertFalse(y.requires_grad)
        self.assertTrue(features.fitted)
        linear = OPUMap(100, opu=features.opu, linear=True)
        self.assertEqual(linear(x).dtype, torch.float32)
        features.close()


if __name__ == "__main__":
    unittest.main()
