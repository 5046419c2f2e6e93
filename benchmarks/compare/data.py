"""Images, first weights and the order of batches: the same for Tangram and for its peers.

Images lie in a folder of IDX files of bytes, which both read. An image is one row: colours are values like others to these models, so an image of
64×64 in colour is written as one of 64×192 in grey. Tangram orders an epoch by counter-based random numbers, which are recomputed here.
"""
import json
import pathlib
import struct

import numpy

TRAIN, TEST = "train-images-idx3-ubyte", "t10k-images-idx3-ubyte"
SHUFFLE = 3  # RandomPurpose.Shuffle


def write_images(path, rows, height):
    """rows: bytes [N, D]."""
    with open(path, "wb") as file:
        file.write(struct.pack(">4i", 0x803, len(rows), height, rows.shape[1] // height))
        file.write(numpy.ascontiguousarray(rows).tobytes())


def read_images(path):
    """float32 [N, D] in 0 … 1."""
    with open(path, "rb") as file:
        _, count, height, width = struct.unpack(">4i", file.read(16))
        return numpy.fromfile(file, numpy.uint8).reshape(count, height * width).astype(numpy.float32) / 255


def read_array(path):
    """An array that 'tangram data export' wrote, as bytes [N, D]."""
    values = numpy.load(path)
    scaled = values.reshape(len(values), -1) * 255
    rows = numpy.rint(scaled).astype(numpy.uint8)
    if numpy.abs(scaled - rows).max() > 1e-3:
        raise ValueError(f"{path} holds images that aren't bytes divided by 255")
    return rows, values.shape[-2]


def read_weights(path):
    """The members' matrices [F, D] of a model.safetensors: a length, a header in JSON, then the numbers."""
    with open(path, "rb") as file:
        length, = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
    start, weights = 8 + length, []
    while (tensor := header.get(f"members.{len(weights)}.encoder.weight")) is not None:
        first, end = tensor["data_offsets"]
        weights.append(numpy.fromfile(path, numpy.float32, (end - first) // 4, offset=start + first).reshape(tensor["shape"]))
    return weights


def batches(count, batch, seed, epoch):
    """The images of each step of an epoch: Fisher-Yates by Philox 4×32-10, as CounterRandom.Permutation does it."""
    index = numpy.arange(count, dtype=numpy.uint64)
    first, second = philox(index, numpy.full_like(index, epoch), numpy.full_like(index, SHUFFLE << 24), seed)
    bits = (second << numpy.uint64(32)) | first
    # The high 64 bits of bits · bound, of two halves; bounds are below 2³².
    bound, half, low = index + numpy.uint64(1), numpy.uint64(32), numpy.uint64(0xFFFFFFFF)
    others = ((bits >> half) * bound + (((bits & low) * bound) >> half)) >> half
    order = [0] * count
    for position, other in enumerate(others.tolist()):
        order[position] = order[other]
        order[other] = position
    order = numpy.array(order, dtype=numpy.int64)
    return [order[start:start + batch] for start in range(0, count, batch)]


def philox(index, epoch, purpose, seed):
    """The first two words of each block; all arrays of 64-bit numbers that hold 32."""
    low, half = numpy.uint64(0xFFFFFFFF), numpy.uint64(32)
    c0, c1, c2, c3 = index & low, index >> half, epoch, purpose
    key0, key1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        product0, product1 = c0 * numpy.uint64(0xD2511F53), c2 * numpy.uint64(0xCD9E8D57)
        c0, c1 = (product1 >> half) ^ c1 ^ numpy.uint64(key0), product1 & low
        c2, c3 = (product0 >> half) ^ c3 ^ numpy.uint64(key1), product0 & low
        key0, key1 = (key0 + 0x9E3779B9) & 0xFFFFFFFF, (key1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1


def folder_of(parent, name, train, test, height):
    """Writes a folder of images that Tangram and its peers read."""
    folder = pathlib.Path(parent) / name
    folder.mkdir()
    write_images(folder / TRAIN, train, height)
    write_images(folder / TEST, test, height)
    return folder
