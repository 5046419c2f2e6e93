#!/usr/bin/env python3
"""Tangram beside PyTorch: the paper's recipe on MNIST, trained alternately by both, with times and quality.

The PyTorch side is what a user writes: nn.Linear-sized parameters, torch.topk, a dense code, autograd, torch.optim.Adam. It runs the same
batches' sizes, initialisation and epochs; shuffles and initial numbers differ. Only training steps are timed on both sides.

Usage: benchmarks/compare/pytorch.py [--members 1] [--epochs 1] [--rounds 3] [--threads 2]
Needs: dotnet build -c Release; MNIST in the cache (tangram data get mnist); Debian's python3-torch, python3-numpy and libopenblas0-pthread.
Without the last, Debian's PyTorch multiplies by the reference BLAS, ten times slower: the printed speed of a matrix product shows which one it is.
"""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

root = pathlib.Path(__file__).resolve().parents[2]
tangram = root / "artifacts/bin/Tangram.Cli/release/tangram"


def cache():
    own = os.environ.get("TANGRAM_CACHE")
    return pathlib.Path(own) if own else pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "tangram"


def train_pytorch(members, epochs, threads, seed, consistency):
    import numpy as np
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(seed)

    def images(name):
        pixels = np.fromfile(cache() / "mnist" / name, dtype=np.uint8)[16:].reshape(-1, 784)
        return torch.from_numpy(pixels.astype(np.float32) / 255)

    train, test = images("train-images-idx3-ubyte"), images("t10k-images-idx3-ubyte")
    weights = [torch.nn.Parameter(torch.nn.init.orthogonal_(torch.empty(1024, 784))) for _ in range(members)]
    optimiser = torch.optim.Adam(weights, lr=1e-3)

    def encode(x, weight):
        pre = x @ weight.T
        values, indices = torch.topk(pre, 50, dim=1)
        return torch.zeros_like(pre).scatter(1, indices, values)

    left, right = torch.rand(1024, 1024), torch.rand(1024, 1024)
    left @ right
    start = time.perf_counter()
    for _ in range(10):
        left @ right
    product = 10 * 2 * 1024**3 / (time.perf_counter() - start) / 1e9

    start = time.perf_counter()
    for _ in range(epochs):
        for batch in torch.randperm(len(train)).split(128):
            x = train[batch]
            codes = [encode(x, weight) for weight in weights]
            loss = sum(((x - code @ weight) ** 2).mean() for code, weight in zip(codes, weights))
            for a in range(members):
                for b in range(members):
                    if a != b:
                        loss = loss + consistency * 0.5 / (members - 1) * ((codes[a] - codes[b]) ** 2).mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    seconds = time.perf_counter() - start
    with torch.no_grad():
        rebuilt = encode(test, weights[0]) @ weights[0]
        mse = ((test - rebuilt) ** 2).mean().item()
        a, b = test - test.mean(1, keepdim=True), rebuilt - rebuilt.mean(1, keepdim=True)
        pearson = ((a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1))).mean().item()
    return {"seconds": seconds, "mse": mse, "pearson": pearson, "version": torch.__version__, "product": product}


def train_tangram(members, epochs, threads, seed, consistency):
    with tempfile.TemporaryDirectory() as folder:
        command = [tangram, "train", "mnist", "--members", members, "--epochs", epochs, "--threads", threads, "--seed", seed, "--consistency", consistency,
                   "--reinitialise-after", 0, "--no-report", "--json", "--out", f"{folder}/run"]
        run = json.loads(subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout)
    member = run["evaluation"]["members"][0]
    return {"seconds": run["trainSeconds"], "mse": member["mse"], "pearson": member["pearson"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("members", 1), ("epochs", 1), ("rounds", 3), ("threads", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--consistency", type=float, default=0.1)
    parser.add_argument("--pytorch-only", type=int, metavar="SEED", help=argparse.SUPPRESS)
    options = parser.parse_args()
    arguments = (options.members, options.epochs, options.threads)
    if options.pytorch_only is not None:
        json.dump(train_pytorch(*arguments, options.pytorch_only, options.consistency), sys.stdout)
        return

    # OpenBLAS is told nothing: a core type forced for another purpose would slow it.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")}
    results = {"tangram": [], "pytorch": []}
    for seed in range(options.rounds):
        results["tangram"].append(train_tangram(*arguments, seed, options.consistency))
        child = subprocess.run([sys.executable, __file__, *sys.argv[1:], "--pytorch-only", str(seed)], check=True, capture_output=True, text=True, env=environment)
        results["pytorch"].append(json.loads(child.stdout))
    print(f"{options.members} x 784 -> 1024, k = 50, batch 128, {options.epochs} epochs, {options.threads} threads, {options.rounds} rounds; "
          f"PyTorch {results['pytorch'][0]['version']}, whose matrix product reaches {max(run['product'] for run in results['pytorch']):.0f} GFLOP/s")
    for name, runs in results.items():
        seconds = [run["seconds"] for run in runs]
        print(f"{name:8}  training {statistics.median(seconds):7.2f} s (of {', '.join(f'{one:.2f}' for one in seconds)})   "
              f"MSE {statistics.median(run['mse'] for run in runs):.5f}   Pearson {statistics.median(run['pearson'] for run in runs):.4f}")
    ratios = [slow["seconds"] / fast["seconds"] for slow, fast in zip(results["pytorch"], results["tangram"])]
    print(f"PyTorch / tangram, round by round: median {statistics.median(ratios):.1f} (of {', '.join(f'{one:.1f}' for one in ratios)})")


if __name__ == "__main__":
    main()
