#!/usr/bin/env python3
"""Makes tests/Tangram.Tests/Golden/{paper,modern}.safetensors: the plain model, and one with every option, trained as a PyTorch user would write them (autograd,
torch.optim.Adam), in float64.

Usage: tools/make-golden.py [paper] [modern]   (needs PyTorch and NumPy; Debian's python3-torch is enough)
The last bits of the losses differ from machine to machine.
"""
import json
import pathlib
import struct
import sys

import numpy
import torch

FEATURES, INPUTS, K, MEMBERS, IMAGES, BATCH, STEPS = 32, 20, 5, 3, 20, 8, 50  # 20 images: the third batch of each epoch is short
CONSISTENCY, RATE, KEPT = 0.5, 1e-3, (1, 10, 50)

# Of the model with every option.
MODERN_MEMBERS, AUXILIARY, AUXILIARY_K, DEAD_AFTER, MAXIMUM_NORM, WARM_UP, DECAY = 2, 0.25, 3, 4, 0.055, 10, 15


def train_paper(seed):
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


def rate_at(step):
    """Rises over the first steps and falls over the last."""
    return 2 * RATE * min(1, step / WARM_UP, (STEPS + 1 - step) / DECAY)


class Member(torch.nn.Module):
    """An autoencoder with a decoder of its own, whose rows have length 1, and with both biases."""

    def __init__(self, random, images):
        super().__init__()
        rows = [random.standard_normal((FEATURES, INPUTS)) for _ in range(2)]
        encoder, decoder = (row / numpy.linalg.norm(row, axis=1, keepdims=True) for row in rows)
        numbers = {
            "encoder.weight": 0.5 * (encoder + decoder),
            "decoder.weight": decoder,
            "encoder.bias": 0.1 * random.standard_normal(FEATURES),
            "pre_bias": images.mean(axis=0) + 0.05 * random.standard_normal(INPUTS),
        }
        self.initial = {name: number.astype(numpy.float32) for name, number in numbers.items()}
        parameters = [torch.nn.Parameter(torch.tensor(number, dtype=torch.float64)) for number in self.initial.values()]
        self.encoder, self.decoder, self.encoder_bias, self.pre_bias = parameters
        self.last_active = torch.zeros(FEATURES, dtype=torch.int64)
        self.normalise()
        self.optimizer = torch.optim.Adam(self.parameters(), lr=RATE)

    @torch.no_grad()
    def normalise(self):
        self.decoder /= self.decoder.norm(dim=1, keepdim=True)

    @torch.no_grad()
    def project_gradient(self):
        gradient = self.decoder.grad
        gradient -= (gradient * self.decoder).sum(dim=1, keepdim=True) * self.decoder

    @torch.no_grad()
    def clip_gradient(self):
        """torch.nn.utils.clip_grad_norm_, but for the 1e-6 that it adds to the norm. Returns the norm."""
        gradients = [parameter.grad for parameter in self.parameters()]
        norm = torch.sqrt(sum((gradient ** 2).sum() for gradient in gradients))
        for gradient in gradients:
            gradient *= min(1, MAXIMUM_NORM / norm)
        return norm.item()

    def forward(self, x, step):
        """Returns codes, reconstruction loss, auxiliary loss, number of dead features, and the smallest gap at a selection."""
        pre = (x - self.pre_bias) @ self.encoder.T + self.encoder_bias
        z, gap = largest(pre, K)
        reconstruction = z @ self.decoder + self.pre_bias
        dead = self.last_active < step - DEAD_AFTER
        auxiliary = torch.zeros((), dtype=torch.float64)
        if dead.any():
            z_dead, gap_dead = largest(pre[:, dead], min(AUXILIARY_K, int(dead.sum())))
            auxiliary = (((x - reconstruction).detach() - z_dead @ self.decoder[dead]) ** 2).mean()
            gap = min(gap, gap_dead)
        self.last_active[(z != 0).any(dim=0)] = step
        return z, ((x - reconstruction) ** 2).mean(), auxiliary, int(dead.sum()), gap


def largest(pre, k):
    """Returns ReLU of the k largest pre-activations, and how far the selection is from another one."""
    top = pre.topk(min(k + 1, pre.shape[1]), dim=1).values
    gap = top[:, :k].abs().min()
    if k < pre.shape[1]:
        gap = min(gap, (top[:, k - 1] - top[:, k]).min())
    threshold = top[:, k - 1:k].detach()
    return torch.where(pre >= threshold, pre.relu(), torch.zeros_like(pre)), gap.item()


def train_modern(seed):
    """Returns the tensors, and the smallest distance of a selection from another one."""
    random = numpy.random.default_rng(seed)
    images = random.random((IMAGES, INPUTS), dtype=numpy.float32)
    x = torch.tensor(images, dtype=torch.float64)
    members = [Member(random, images) for _ in range(MODERN_MEMBERS)]
    tensors = {"images": images} | {f"initial.{m}.{name}": number for m, member in enumerate(members) for name, number in member.initial.items()}
    reconstruction, auxiliary, consistency, dead, norms, smallest_gap = [], [], [], [], [], float("inf")
    for step in range(1, STEPS + 1):
        starts = range(0, IMAGES, BATCH)
        start = starts[(step - 1) % len(starts)]
        codes, losses, auxiliary_losses, dead_counts, gaps = zip(*(member(x[start:start + BATCH], step) for member in members))
        smallest_gap = min(smallest_gap, *gaps)
        pull = ((codes[0] - codes[1]) ** 2).mean()  # of two members: half of what each pulls at the other, twice
        for member in members:
            member.optimizer.zero_grad()
        (sum(losses) + AUXILIARY * sum(auxiliary_losses) + CONSISTENCY * pull).backward()
        for member in members:
            member.project_gradient()
            norms.append(member.clip_gradient())
            member.optimizer.param_groups[0]["lr"] = rate_at(step)
            member.optimizer.step()
            member.normalise()
        reconstruction.append([loss.item() for loss in losses])
        auxiliary.append([loss.item() for loss in auxiliary_losses])
        dead.append(dead_counts)
        consistency.append(pull.item())
        if step in KEPT:
            tensors |= {
                f"step{step}.{m}.{name}": parameter.detach().numpy().astype(numpy.float32)
                for m, member in enumerate(members)
                for name, parameter in zip(member.initial, member.parameters())
            }
    tensors["rate"] = numpy.array([rate_at(step) for step in range(1, STEPS + 1)])
    for name, series in ("reconstruction", reconstruction), ("auxiliary", auxiliary):
        tensors |= {f"{name}.{member}": numpy.ascontiguousarray(column) for member, column in enumerate(numpy.array(series).T)}
    tensors["consistency"] = numpy.array(consistency)
    counts = [count for pair in dead for count in pair]
    print(f"  seed {seed}: gap {smallest_gap:.1e}, {min(counts)} … {max(counts)} dead, clipped {sum(norm > MAXIMUM_NORM for norm in norms)} of {len(norms)}")
    return tensors, smallest_gap


def write(path, tensors, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for name, tensor in tensors.items():
        kind = {"float32": "F32", "float64": "F64"}[tensor.dtype.name]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-(8 + len(text)) % 64)
    path.write_bytes(struct.pack("<q", len(text)) + text + b"".join(tensor.tobytes() for tensor in tensors.values()))


def make(name, train, metadata):
    """Among a few seeds, the one whose selections are clearest: float32 must not select otherwise."""
    if sys.argv[1:] and name not in sys.argv[1:]:
        return
    best = max(range(100 if name == "modern" else 50), key=lambda seed: train(seed)[1])
    golden, smallest_gap = train(best)
    target = pathlib.Path(__file__).resolve().parent.parent / f"tests/Tangram.Tests/Golden/{name}.safetensors"
    target.parent.mkdir(exist_ok=True)
    write(target, golden, metadata | {"seed": str(best)})
    print(f"{name}: seed {best}: the smallest gap at a selection is {smallest_gap:.1e}; {target.stat().st_size} bytes")


common = {"k": str(K), "batch": str(BATCH)}
make("paper", train_paper, common | {"rate": str(RATE), "consistencyWeight": str(CONSISTENCY)})
make("modern", train_modern, common | {
    "auxiliaryK": str(AUXILIARY_K), "auxiliaryWeight": str(AUXILIARY), "deadAfter": str(DEAD_AFTER), "maximumNorm": str(MAXIMUM_NORM),
    "consistencyWeight": str(CONSISTENCY),
})
