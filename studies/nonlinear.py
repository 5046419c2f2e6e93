#!/usr/bin/env python3
"""What a linear decoder costs: the sparse autoencoder beside PCA, ordinary non-linear autoencoders, and other decoders of its own codes, on MNIST.

Usage: studies/nonlinear.py [--on test|validation] [--seeds 0 1 2] [--presets paper-mnist modern] [--rows REGEX]     (build first: dotnet build -c Release)
       studies/nonlinear.py --choose          how the networks were chosen: the candidates on the validation split, seed 0
Prints a Markdown table of means and spreads over seeds; docs/dictionary-quality.md holds the recorded one. On test, everything is trained on the 60,000
training images and scored on the 10,000 of the test split; on validation, on Tangram's splits fit (54,000) and validation (6,000).
Needs: MNIST in the cache (tangram data get mnist); Debian's python3-torch, python3-numpy and libopenblas0-pthread.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import torch
from torch import nn

root = pathlib.Path(__file__).resolve().parents[1]
tangram = root / "artifacts/bin/Tangram.Cli/release/tangram"
PIXELS, FEATURES, K, BATCH = 784, 1024, 50, 128
WARM_UP, DECAY = 0.02, 0.6  # the rate rises over the first 2 % of the steps and falls to 0 over the last 60 %


def cache():
    own = os.environ.get("TANGRAM_CACHE")
    return pathlib.Path(own) if own else pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "tangram"


def images(name):
    pixels = np.fromfile(cache() / "mnist" / name, dtype=np.uint8)[16:].reshape(-1, PIXELS)
    return torch.from_numpy(pixels.astype(np.float32) / 255)


def held_back(count, share=0.1):
    """Tangram's validation split: the first 10 % of a Fisher-Yates permutation drawn by Philox 4x32-10 of (seed 0, purpose 1)."""
    c0, low = np.arange(count, dtype=np.uint64), np.uint64(0xFFFFFFFF)
    c1, c2, c3, key0, key1 = np.zeros_like(c0), np.zeros_like(c0), np.full_like(c0, 1 << 24), 0, 0
    for _ in range(10):
        product0, product1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (product1 >> np.uint64(32)) ^ c1 ^ np.uint64(key0), product1 & low, (product0 >> np.uint64(32)) ^ c3 ^ np.uint64(key1), product0 & low
        key0, key1 = (key0 + 0x9E3779B9) & 0xFFFFFFFF, (key1 + 0xBB67AE85) & 0xFFFFFFFF
    order = list(range(count))
    for index, bits in enumerate(((c1 << np.uint64(32)) | c0).tolist()):
        other = (bits * (index + 1)) >> 64
        order[index], order[other] = order[other], index
    held = np.zeros(count, bool)
    held[order[:round(count * share)]] = True
    return torch.from_numpy(held)


def load(on):
    train = images("train-images-idx3-ubyte")
    if on == "test":
        return train, images("t10k-images-idx3-ubyte")
    held = held_back(len(train))
    return train[~held], train[held]


def scores(x, y):
    """As `tangram evaluate`: the mean squared error over images and pixels, the mean over images of the correlation; float64, unclamped."""
    x, y = x.double(), y.double()
    a, b = x - x.mean(1, keepdim=True), y - y.mean(1, keepdim=True)
    varied = (a != 0).any(1) & (b != 0).any(1)
    return ((x - y) ** 2).mean().item(), ((a * b).sum(1)[varied] / (a.norm(dim=1) * b.norm(dim=1))[varied]).mean().item()


class TopK(nn.Module):
    def forward(self, x):
        values, indices = torch.topk(x, K, dim=1)
        return torch.zeros_like(x).scatter(1, indices, torch.relu(values))


def network(*parts):
    """Numbers are the widths of linear layers; what stands between them is an activation."""
    layers, width = [], parts[0]
    for part in parts[1:]:
        if isinstance(part, int):
            layer = nn.Linear(width, part)
            nn.init.kaiming_normal_(layer.weight)
            nn.init.zeros_(layer.bias)
            layers.append(layer)
            width = part
        else:
            layers.append(part())
    nn.init.xavier_normal_(layers[-2 if isinstance(layers[-1], nn.Sigmoid) else -1].weight)
    return nn.Sequential(*layers)


def fit(build, source, target, epochs, rate, seed):
    torch.manual_seed(seed)
    model = build()
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    steps, step = epochs * -(-len(source) // BATCH), 0
    for _ in range(epochs):
        for batch in torch.randperm(len(source)).split(BATCH):
            step += 1
            optimiser.param_groups[0]["lr"] = rate * min(1, step / (WARM_UP * steps), (steps - step + 1) / (DECAY * steps))
            optimiser.zero_grad()
            loss = ((model(source[batch]) - target[batch]) ** 2).mean()
            loss.backward()
            optimiser.step()
    return model


def apply(model, source):
    with torch.no_grad():
        return torch.cat([model(part) for part in source.split(1000)])


def learned(build, source, target, epochs, rate, seed):
    """A network trained to turn source into target: its outputs for the scored images, and its number of parameters."""
    model = fit(build, source[0], target[0], epochs, rate, seed)
    return apply(model, source[1]), sum(part.numel() for part in model.parameters())


def pca(train, scored, components):
    mean = train.double().mean(0)
    centred = train.double() - mean
    basis = torch.linalg.eigh(centred.T @ centred)[1][:, -components:]
    return (scored - mean) @ basis @ basis.T + mean, components * PIXELS + PIXELS


def least_squares(codes, target):
    """The linear decoder with a bias that is best for the training images: normal equations in float64, a ridge of 1e-6 of the mean diagonal."""
    mean_code, mean = codes[0].double().mean(0), target[0].double().mean(0)
    centred = codes[0].double() - mean_code
    gram = centred.T @ centred
    gram += 1e-6 * gram.diagonal().mean() * torch.eye(len(gram), dtype=gram.dtype)
    weight = torch.linalg.solve(gram, centred.T @ (target[0].double() - mean))
    return (codes[1].double() - mean_code) @ weight + mean, weight.numel() + PIXELS


def safetensors(path):
    data = open(path, "rb").read()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    types = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8"}
    return {name: np.frombuffer(data[start + t["data_offsets"][0]:start + t["data_offsets"][1]], types[t["dtype"]]).reshape(t["shape"])
            for name, t in header.items()}


def sparse_autoencoder(preset, seed, on, target):
    """Trains one member with Tangram; its codes of both splits as dense matrices, its reconstructions of the scored images, its number of parameters."""
    with tempfile.TemporaryDirectory() as folder:
        def run(*command):
            return subprocess.run([str(part) for part in (tangram, *command)], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        document = json.loads(run("train", "mnist", "--preset", preset, "--members", 1, "--consistency", 0, "--epochs", 5, "--seed", seed, "--evaluate-on", on,
                                  "--no-report", "--json", "--out", f"{folder}/run"))
        codes = []
        for split, rows in zip(("train", "test") if on == "test" else ("fit", "validation"), target):
            run("encode", f"{folder}/run", f"mnist:{split}", "--out", f"{folder}/codes.safetensors")
            csr = safetensors(f"{folder}/codes.safetensors")
            dense = np.zeros((len(rows), FEATURES), np.float32)
            dense[np.repeat(np.arange(len(rows)), np.diff(csr["indptr"])), csr["indices"]] = csr["values"]
            codes.append(torch.from_numpy(dense))
        tensors = {name.removeprefix("members.0."): torch.from_numpy(value.copy()) for name, value in safetensors(f"{folder}/run/model.safetensors").items()}
    rebuilt = codes[1].double() @ tensors.get("decoder.weight", tensors["encoder.weight"]).double() + tensors.get("pre_bias", torch.zeros(PIXELS))
    ours, theirs = scores(target[1], rebuilt), document["evaluation"]["members"][0]
    assert abs(ours[0] - theirs["mse"]) < 1e-5 and abs(ours[1] - theirs["pearson"]) < 1e-5, "Tangram scores these codes otherwise"
    return codes, (rebuilt, sum(part.numel() for part in tensors.values()))


def bottleneck(output=()):
    return lambda: network(PIXELS, 512, nn.ReLU, 256, nn.ReLU, K, 256, nn.ReLU, 512, nn.ReLU, PIXELS, *output)


def one_layer(activation=nn.ReLU, output=()):
    return lambda: network(PIXELS, FEATURES, activation, PIXELS, *output)


def decoder(output=()):
    return lambda: network(FEATURES, 1024, nn.ReLU, PIXELS, *output)


def end_to_end(output=()):
    return lambda: network(PIXELS, FEATURES, TopK, 1024, nn.ReLU, PIXELS, *output)


SIGMOID = (nn.Sigmoid,)
CANDIDATES = {  # for --choose: name, network, what it reads (None: images), highest rate; what was chosen stands in Study.rows; (f) takes it over from (e)
    "(c) 50 numbers, output linear, 1e-3": (bottleneck(), None, 1e-3),
    "(c) 50 numbers, output sigmoid, 1e-3": (bottleneck(SIGMOID), None, 1e-3),
    "(c) 50 numbers, output sigmoid, 2e-3": (bottleneck(SIGMOID), None, 2e-3),
    "(c) 50 numbers, output sigmoid, 4e-3": (bottleneck(SIGMOID), None, 4e-3),
    "(d) 1024 numbers, ReLU, output linear, 1e-3": (one_layer(), None, 1e-3),
    "(d) 1024 numbers, ReLU, output sigmoid, 1e-3": (one_layer(nn.ReLU, SIGMOID), None, 1e-3),
    "(d) 1024 numbers, ReLU, output sigmoid, 2e-3": (one_layer(nn.ReLU, SIGMOID), None, 2e-3),
    "(d) 1024 numbers, sigmoid, output sigmoid, 2e-3": (one_layer(nn.Sigmoid, SIGMOID), None, 2e-3),
    "(e) codes of paper-mnist, output linear, 1e-3": (decoder(), "paper-mnist", 1e-3),
    "(e) codes of paper-mnist, output sigmoid, 1e-3": (decoder(SIGMOID), "paper-mnist", 1e-3),
    "(e) codes of paper-mnist, output sigmoid, 2e-3": (decoder(SIGMOID), "paper-mnist", 2e-3),
}


def choose(pattern):
    data = load("validation")
    print("| candidate, 5 epochs, seed 0 | MSE | Pearson |\n|---|---|---|")
    for name, (build, preset, rate) in CANDIDATES.items():
        if re.search(pattern, name):
            source = sparse_autoencoder(preset, 0, "validation", data)[0] if preset else data
            mse, pearson = scores(data[1], learned(build, source, data, 5, rate, 0)[0])
            print(f"| {name} | {mse:.5f} | {pearson:.4f} |", flush=True)


class Study:
    """What the rows of the table share: the images, and per preset and seed one trained sparse autoencoder."""

    def __init__(self, on):
        self.on, self.data, self.trained = on, load(on), {}

    def sparse(self, preset, seed):
        if (preset, seed) not in self.trained:
            self.trained = {(preset, seed): sparse_autoencoder(preset, seed, self.on, self.data)}  # the last one only: codes are large
        return self.trained[preset, seed]

    def rows(self, presets):
        """Name, and what gives reconstructions of the scored images and the number of parameters from a seed ; whether for all seeds or the first."""
        def trained(build, epochs, rate):
            return lambda seed: learned(build, self.data, self.data, epochs, rate, seed)

        def own_model(preset):
            return lambda seed: self.sparse(preset, seed)[1]

        def best_linear(preset):
            return lambda seed: least_squares(self.sparse(preset, seed)[0], self.data)

        def non_linear(preset, epochs):
            return lambda seed: learned(decoder(SIGMOID), self.sparse(preset, seed)[0], self.data, epochs, 1e-3, seed)

        for components in (50, 59, 86):
            yield f"(b) PCA, {components} components", lambda _, components=components: pca(*self.data, components), False
        for epochs in (5, 20):
            yield f"(c) dense, non-linear, 50 numbers, {epochs} epochs", trained(bottleneck(SIGMOID), epochs, 4e-3), epochs == 5
        yield "(d) dense, non-linear, 1,024 numbers", trained(one_layer(), 5, 1e-3), True
        for preset in presets:
            yield f"(a) sparse autoencoder `{preset}`, its own linear decoder", own_model(preset), True
            yield f"(e) its codes, best linear decoder (`{preset}`)", best_linear(preset), True
            yield f"(e) its codes, non-linear decoder (`{preset}`)", non_linear(preset, 5), True
        yield "(f) top 50 of 1,024 with a non-linear decoder, trained end to end", trained(end_to_end(SIGMOID), 5, 1e-3), False


def cell(values, digits):
    text = f"{sum(values) / len(values):.{digits}f}"
    return text if len(values) == 1 else f"{text} ({min(values):.{digits}f} … {max(values):.{digits}f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", choices=("test", "validation"), default="test")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--presets", nargs="+", default=["paper-mnist", "modern"])
    parser.add_argument("--rows", default="", metavar="REGEX", help="only rows (or candidates) whose names match")
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--threads", type=int, default=1, help="of PyTorch: the last digits depend on it")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    if options.choose:
        choose(options.rows)
        return

    study = Study(options.on)
    results = {name: [] for name, _, _ in study.rows(options.presets) if re.search(options.rows, name)}
    for seed in options.seeds:
        for name, make, all_seeds in study.rows(options.presets):
            if name in results and (all_seeds or seed == options.seeds[0]):
                rebuilt, parameters = make(seed)
                results[name].append((*scores(study.data[1], rebuilt), *scores(study.data[1], rebuilt.clamp(0, 1)), parameters))
                print(f"seed {seed}: {name}: {results[name][-1]}", file=sys.stderr, flush=True)
    print(f"| on {options.on}, seeds {', '.join(map(str, options.seeds))} | MSE | Pearson | MSE, clamped | Pearson, clamped | parameters |\n|---|---|---|---|---|---|")
    for name, runs in results.items():
        mse, pearson, clamped_mse, clamped_pearson, parameters = zip(*runs)
        print(f"| {name} | {cell(mse, 5)} | {cell(pearson, 4)} | {cell(clamped_mse, 5)} | {cell(clamped_pearson, 4)} | {parameters[0]:,} |")


if __name__ == "__main__":
    main()
