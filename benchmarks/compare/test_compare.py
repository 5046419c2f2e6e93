"""Tests of the comparison itself. Usage: python3 -m unittest discover benchmarks/compare"""
import pathlib
import sys
import tempfile
import unittest

import numpy
import torch

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import data
import report
from recipe import Recipe
from references import REFERENCES


class Shared(unittest.TestCase):
    def test_random_bits_are_those_of_the_paper(self):
        zero = numpy.zeros(1, numpy.uint64)
        first, second = data.philox(zero, zero, zero, 0)
        self.assertEqual((0x6627E8D5, 0xE169C58D), (int(first[0]), int(second[0])))  # Random123's known answer

    def test_an_epoch_has_every_image_once_and_a_short_last_batch(self):
        batches = data.batches(300, 128, 7, 1)
        self.assertEqual([128, 128, 44], list(map(len, batches)))
        self.assertEqual(list(range(300)), sorted(numpy.concatenate(batches).tolist()))
        self.assertNotEqual(batches[0].tolist(), data.batches(300, 128, 7, 2)[0].tolist())

    def test_images_are_read_as_they_were_written(self):
        rows = numpy.arange(24, dtype=numpy.uint8).reshape(2, 12)
        with tempfile.TemporaryDirectory() as folder:
            data.write_images(f"{folder}/images", rows, 3)
            self.assertTrue(numpy.array_equal(rows, numpy.rint(data.read_images(f"{folder}/images") * 255)))


class References(unittest.TestCase):
    def train(self, name, recipe):
        random = numpy.random.default_rng(0)
        images = torch.from_numpy(random.random((40, recipe.inputs), numpy.float32))
        weights = [torch.from_numpy(random.standard_normal((recipe.features, recipe.inputs)).astype(numpy.float32) / 5) for _ in range(recipe.members)]
        reference = REFERENCES[name](weights, recipe)
        batches = [torch.from_numpy(batch) for epoch in range(3) for batch in data.batches(len(images), recipe.batch, 0, epoch)]
        losses = [reference.step(images, batch) for batch in batches]
        values, indices = (torch.cat(parts) for parts in zip(*reference.sparse_codes(images)))
        return losses, [weight.detach() for weight in reference.weights], torch.zeros(40, recipe.features).scatter(1, indices, values)

    def test_the_tuned_references_learn_what_the_plain_one_learns(self):
        for members in (1, 3):
            recipe = Recipe(inputs=20, features=32, k=5, members=members, consistency=0.5, batch=16)
            losses, weights, codes = self.train("plain", recipe)
            for name in ("tuned", "lists"):
                own_losses, own_weights, own_codes = self.train(name, recipe)
                numpy.testing.assert_allclose(own_losses, losses, rtol=1e-5)
                for own, weight in zip(own_weights, weights):
                    torch.testing.assert_close(own, weight, rtol=0, atol=1e-5)
                torch.testing.assert_close(own_codes, codes, rtol=0, atol=1e-4)

    def test_bfloat16_learns_nearly_the_same(self):
        recipe = Recipe(inputs=20, features=32, k=5, batch=16)
        numpy.testing.assert_allclose(self.train("bf16", recipe)[0], self.train("plain", recipe)[0], rtol=0.02)


class Report(unittest.TestCase):
    def test_a_ratio_is_of_medians_and_its_bounds_are_of_rounds(self):
        rounds = [{"tangram": {"ms": base}, "PyTorch plain": {"ms": other}} for base, other in ((1, 12), (2, 20), (4, 28))]
        ratio = report.summary(rounds, "ms")["PyTorch plain"]["ratios"]["tangram"]
        self.assertEqual({"median": 10, "least": 7, "most": 12}, ratio)

    def test_the_time_of_a_quality_lies_on_the_line_between_evaluations(self):
        history = [{"seconds": 2, "mse": 0.5}, {"seconds": 4, "mse": 0.3}]
        self.assertAlmostEqual(3, report.seconds_until(history, 0.4))
        self.assertEqual(2, report.seconds_until(history, 0.6))
        self.assertIsNone(report.seconds_until(history, 0.1))


if __name__ == "__main__":
    unittest.main()
