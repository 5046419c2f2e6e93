#!/usr/bin/env python3
"""Colour dictionaries beside PCA with as many components as a code has activations: the table of docs/images.md.

Usage: studies/images.py [--on test|validation] [--seeds 0 1 2] [--photos FOLDER] [SET…]     (build first: dotnet build -c Release; sets: emoji photos; needs NumPy)

Trains the preset paper-images on each set and scores it on images that were held back, whole emoji and whole photos; fits PCA on the very same training images. Photos come
from tools/get-photos.sh. About 5 minutes a set and seed on two cores.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
TANGRAM = ROOT / "artifacts/bin/Tangram.Cli/release/tangram"
COMPONENTS, OVERSAMPLING, ROUNDS = 128, 32, 6


def tangram(*arguments):
    return subprocess.run([TANGRAM, *map(str, arguments)], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def images(data, reading, split, folder):
    """Float32 [N, D], on disk."""
    path = folder / f"{split}.npy"
    tangram("data", "export", data, *reading, "--split", split, "--out", path)
    array = np.load(path, mmap_mode="r")
    return array.reshape(len(array), -1)


def components(train):
    """The mean, and the leading principal components [k, D] by subspace iteration (Halko, Martinsson, Tropp 2011)."""
    mean = train.mean(axis=0, dtype=np.float64).astype(np.float32)
    basis = np.random.default_rng(0).standard_normal((train.shape[1], COMPONENTS + OVERSAMPLING)).astype(np.float32)
    blocks = range(0, len(train), 2048)
    for _ in range(ROUNDS):
        product = np.zeros_like(basis)
        for start in blocks:
            centred = train[start:start + 2048] - mean
            product += centred.T @ (centred @ basis)
        basis, _ = np.linalg.qr(product)
    covariance = sum((lambda part: part.T @ part)(((train[start:start + 2048] - mean) @ basis).astype(np.float64)) for start in blocks)
    _, vectors = np.linalg.eigh(covariance)
    return mean, (basis @ vectors[:, ::-1][:, :COMPONENTS].astype(np.float32)).T


def scores(x, rebuilt):
    """Mean Pearson and the share above .9 over images that vary, and MSE."""
    error = float(np.mean((x - rebuilt) ** 2, dtype=np.float64))
    x, rebuilt = (array.astype(np.float64) - array.mean(axis=1, keepdims=True, dtype=np.float64) for array in (x, rebuilt))
    squares = (x ** 2).sum(axis=1) * (rebuilt ** 2).sum(axis=1)
    pearson = (x * rebuilt).sum(axis=1)[squares > 0] / np.sqrt(squares[squares > 0])
    return pearson.mean(), (pearson > 0.9).mean(), error


def line(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def spread(values, digits):
    deviation = np.std(values, ddof=1) if len(values) > 1 else 0
    return f"{np.mean(values):.{digits}f} ± {deviation:.{digits}f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", default=["emoji", "photos"])
    parser.add_argument("--on", choices=["test", "validation"], default="validation")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--photos", default="photos")
    arguments = parser.parse_args()
    sets = {"emoji": ("emoji", [], []), "photos": (arguments.photos, ["--crops", "1000", "--shorter-side", "720"], ["--epochs", "4"])}
    line("set", "model", "Pearson", "share above .9", "MSE", "dead over the training set", "seconds of steps", "images/s")
    line(*["---"] * 8)
    for name in arguments.sets:
        data, reading, options = sets[name]
        learned = "train" if arguments.on == "test" else "fit"
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            train, held_out = (images(data, reading, split, folder) for split in (learned, arguments.on))
            mean, directions = components(train)
            pearson, share, error = scores(held_out, (held_out - mean) @ directions.T @ directions + mean)
            line(f"{name} ({len(train):,} + {len(held_out):,})", f"PCA, {COMPONENTS} components", f"{pearson:.4f}", f"{100 * share:.1f} %", f"{error:.5f}", "", "", "")
            runs = []
            for seed in arguments.seeds:
                run = folder / f"run{seed}"
                document = json.loads(tangram("train", data, *reading, "--preset", "paper-images", *options, "--seed", seed, "--evaluate-on", arguments.on, "--out", run, "--no-report", "--json"))
                dead = json.loads(tangram("evaluate", run, data, *reading, "--split", learned, "--json"))["deadFraction"]
                runs.append((document, dead))
                print(f"{name}, seed {seed}: Pearson {document['evaluation']['pearson']:.4f}, above .9 {document['evaluation']['pearsonAbove90']:.3f}, dead {dead:.3f}, "
                      f"{document['trainSeconds']:.0f} s of steps, {document['wallSeconds']:.0f} s", file=sys.stderr, flush=True)
            column = lambda key, scale=1: [scale * document["evaluation"][key] for document, _ in runs]
            line("", "paper-images", spread(column("pearson"), 4), spread(column("pearsonAbove90", 100), 1) + " %", spread(column("mse"), 5),
                 spread([100 * dead for _, dead in runs], 1) + " %", spread([document["trainSeconds"] for document, _ in runs], 0), spread([document["imagesPerSecond"] for document, _ in runs], 0))


if __name__ == "__main__":
    main()
