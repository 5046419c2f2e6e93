#!/usr/bin/env python3
"""Makes the embedded set `sample` from MNIST's IDX files: 200 training and 50 test digits of each class, spread evenly over the files.

Usage: tools/make-sample.py FOLDER_WITH_MNIST   (for example the cache's folder mnist)
"""
import gzip
import pathlib
import struct
import sys

source = pathlib.Path(sys.argv[1])
target = pathlib.Path(__file__).resolve().parent.parent / "src/Tangram/Data/Sample"
target.mkdir(exist_ok=True)

for part, prefix, per_class in (("train", "train", 200), ("test", "t10k", 50)):
    images = (source / f"{prefix}-images-idx3-ubyte").read_bytes()[16:]
    labels = (source / f"{prefix}-labels-idx1-ubyte").read_bytes()[8:]
    chosen = []
    for digit in range(10):
        indices = [i for i, label in enumerate(labels) if label == digit]
        chosen += [indices[n * len(indices) // per_class] for n in range(per_class)]
    chosen.sort()
    for name, header, values in (
        ("images", struct.pack(">4i", 0x803, len(chosen), 28, 28), b"".join(images[i * 784:(i + 1) * 784] for i in chosen)),
        ("labels", struct.pack(">2i", 0x801, len(chosen)), bytes(labels[i] for i in chosen)),
    ):
        # mtime=0: the same input gives the same bytes
        (target / f"{part}-{name}.gz").write_bytes(gzip.compress(header + values, 9, mtime=0))
