#!/usr/bin/env python3
"""Makes tests/Tangram.Tests/Golden/paper.safetensors: the plain model trained as a PyTorch user would write it (autograd, torch.optim.Adam), in float64.

Usage: tools/make-golden.py   (needs PyTorch and NumPy; Debian's python3-torch is enough)
"""
import json
import pathlib
import struct

import numpy
import torch

FEATURES, INPUTS, K, MEMBERS, IMAGES, BATCH, STEPS = 32, 20, 5, 3, 20, 8, 50  # 20 images: the third batch of each epoch is short
CONSISTENCY, RATE, KEPT = 0.5, 1e-3, (1, 10, 50)


def train(seed):
    """Returns the tensors, and the smallest distance of the k-th largest pre-activation from the next one."""
    random = numpy.random.default_rng(seed)
    images = random.random((IMAGES, INPUTS), dtype=numpy.float32)
    initial = [numpy.linalg.qr(random.standard_normal((FEATURES, INPUTS)))[0].astype(numpy.float32) for _ in range(MEMBERS)]
    x = torch.tensor(images, dtype=torch.float64)
    weights = [torch.tensor(w, dtype=torch.float64, requires_grad=True) for w in initial]
    optimizer = torch.optim.Adam(weights, lr=RATE)
    tensors = {"images": images} | {f"initial.{m}": w for m, w in enumerate(initial)}
    reconstruction, consistency, gap = [], [], float("inf")
    for step in range(1, STEPS + 1):
        starts = range(0, IMAGES, BATCH)
        start = starts[(step - 1) % len(starts)]
        batch = x[start:start + BATCH]
        codes, losses = [], []
        for w in weights:
            pre = batch @ w.T
            top = pre.topk(K + 1, dim=1)
            gap = min(gap, (top.values[:, K - 1] - top.values[:, K]).min().item())
            z = torch.zeros_like(pre).scatter(1, top.indices[:, :K], top.values[:, :K])
            codes.append(z)
            losses.append(((batch - z @ w) ** 2).mean())
        pull = 0.5 * sum(
            sum(((codes[a] - codes[b]) ** 2).mean() for b in range(MEMBERS) if b != a) / (MEMBERS - 1)
            for a in range(MEMBERS)
        )
        optimizer.zero_grad()
        (sum(losses) + CONSISTENCY * pull).backward()
        optimizer.step()
        reconstruction.append([loss.item() for loss in losses])
        consistency.append(pull.item())
        if step in KEPT:
            tensors |= {f"step{step}.{m}": w.detach().numpy().astype(numpy.float32) for m, w in enumerate(weights)}
    for member, column in enumerate(numpy.array(reconstruction).T):
        tensors[f"reconstruction.{member}"] = numpy.ascontiguousarray(column)
    tensors["consistency"] = numpy.array(consistency)
    return tensors, gap


def write(path, tensors, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for name, tensor in tensors.items():
        kind = {"float32": "F32", "float64": "F64"}[tensor.dtype.name]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % 64)
    path.write_bytes(struct.pack("<q", len(text)) + text + b"".join(tensor.tobytes() for tensor in tensors.values()))


# Among a few seeds, the one whose selections are clearest: float32 must not select otherwise.
best = max(range(50), key=lambda seed: train(seed)[1])
golden, smallest_gap = train(best)
target = pathlib.Path(__file__).resolve().parent.parent / "tests/Tangram.Tests/Golden/paper.safetensors"
target.parent.mkdir(exist_ok=True)
write(target, golden, {"k": str(K), "batch": str(BATCH), "rate": str(RATE), "consistencyWeight": str(CONSISTENCY), "seed": str(best)})
print(f"seed {best}: the smallest gap at the selection is {smallest_gap:.1e}; {target.stat().st_size} bytes")
