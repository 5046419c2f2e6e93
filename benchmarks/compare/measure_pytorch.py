"""Trains or encodes with one of the references, in a process of its own: reads a task in JSON from standard input, writes what was measured to standard output.

Images are floats in memory and the order of all batches is known before the clock starts; it runs during steps alone. A few steps of a copy that is thrown
away come before: PyTorch starts its threads there, and the tuned references choose.
"""
import json
import pathlib
import sys
import time

import numpy
import torch

import data
import machine
from recipe import Recipe
from references import REFERENCES

WARM_UP, ENCODINGS = 3, 5


def main():
    task = json.load(sys.stdin)
    recipe = Recipe(**task["recipe"])
    torch.set_num_threads(recipe.threads)
    weights = [torch.from_numpy(weight) for weight in data.read_weights(task["weights"])]
    folder, make = pathlib.Path(task["folder"]), REFERENCES[task["reference"]]
    test = torch.from_numpy(data.read_images(folder / data.TEST))
    result = encode(make(weights, recipe), test) if task["encode"] else train(make, weights, recipe, torch.from_numpy(data.read_images(folder / data.TRAIN)), test, task["save"])
    json.dump(result | {"build": machine.pytorch_build()}, sys.stdout)


def train(make, weights, recipe, images, test, save):
    epochs = [[torch.from_numpy(batch) for batch in data.batches(len(images), recipe.batch, recipe.seed, epoch)] for epoch in range(recipe.epochs)]
    warm = make([weight.clone() for weight in weights], recipe)
    for batch in epochs[0][:WARM_UP]:
        warm.step(images, batch)
    chooser = warm.chooser
    del warm
    reference = make(weights, recipe, chooser=chooser)
    seconds, history = 0.0, []
    for batches in epochs:
        loss, start = 0.0, time.perf_counter()
        for batch in batches:
            loss += reference.step(images, batch)
        seconds += time.perf_counter() - start
        mse, pearson = scores(reference, test)
        history.append({"seconds": seconds, "loss": loss / len(batches), "mse": mse, "pearson": pearson})
    if save:
        for member, weight in enumerate(reference.weights):
            numpy.save(f"{save}.{member}.npy", weight.detach().numpy())
    steps = sum(map(len, epochs))
    return {"seconds": seconds, "steps": steps, "milliseconds": 1000 * seconds / steps, **{name: history[-1][name] for name in ("loss", "mse", "pearson")},
            "history": history, "choices": chooser.chosen, "choiceSeconds": chooser.seconds}


@torch.inference_mode()
def scores(reference, test):
    """Means over the members, as Tangram defines them: MSE over images and pixels; the mean of the images' correlations, those of no variance left out."""
    errors, correlations = [], []
    for weight in reference.weights:
        squares, own = 0.0, []
        for x in test.split(1000):
            values, indices = torch.topk(x @ weight.T, reference.recipe.k, dim=1)
            rebuilt = torch.zeros(len(x), len(weight)).scatter(1, indices, values) @ weight
            a, b = x.double(), rebuilt.double()
            squares += ((a - b) ** 2).sum().item()
            a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
            correlation = (a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1))
            own += correlation[~correlation.isnan()].tolist()
        errors.append(squares / test.numel())
        correlations.append(sum(own) / len(own))
    return sum(errors) / len(errors), sum(correlations) / len(correlations)


def encode(reference, images):
    reference.sparse_codes(images)
    rates = []
    for _ in range(ENCODINGS):
        start = time.perf_counter()
        reference.sparse_codes(images)
        rates.append(len(images) / (time.perf_counter() - start))
    return {"imagesPerSecond": sorted(rates)[len(rates) // 2], "choices": reference.chooser.chosen}


if __name__ == "__main__":
    main()
