#!/usr/bin/env python3
"""Recomputes tangram's scores with NumPy from nothing but the weights and the images, in float64, and asserts that they agree to 1e-5.

    tangram evaluate RUN mnist:test --json > scores.json
    tangram encode RUN mnist:test --out codes.safetensors
    check-with-numpy.py RUN/model.safetensors t10k-images-idx3-ubyte scores.json [codes.safetensors]
"""
import json
import sys

import numpy as np
import scipy.sparse

TOLERANCE = 1e-5


def safetensors(path):
    data = open(path, "rb").read()
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    types = {"F32": "<f4", "F64": "<f8", "I32": "<i4", "I64": "<i8"}
    metadata = header.pop("__metadata__", {})
    return metadata, {name: np.frombuffer(data[start + t["data_offsets"][0]:start + t["data_offsets"][1]], types[t["dtype"]]).reshape(t["shape"])
                      for name, t in header.items()}


def idx_images(path):
    data = open(path, "rb").read()
    return np.frombuffer(data, np.uint8, offset=16).reshape(np.frombuffer(data, ">i4", 3, 4)) / 255


def top_k(pre, k):
    kept = np.argsort(-pre, axis=1, kind="stable")[:, :k]  # stable: among equals the lowest index wins
    codes = np.zeros_like(pre)
    np.put_along_axis(codes, kept, np.take_along_axis(pre, kept, axis=1), axis=1)
    return codes


def ssim(x, y):
    weights = np.exp(-np.arange(-5, 6) ** 2 / (2 * 1.5 ** 2))
    weights /= weights.sum()
    def band(n):  # all windows at once: a matrix whose column i holds the weights from row i on
        return np.stack([np.pad(weights, (i, n - 11 - i)) for i in range(n - 10)], axis=1)
    down, across = band(x.shape[1]).T, band(x.shape[2])
    def blur(p):
        return down @ p @ across
    mx, my, c1, c2 = blur(x), blur(y), 0.01 ** 2, 0.03 ** 2
    vx, vy, cov = blur(x * x) - mx * mx, blur(y * y) - my * my, blur(x * y) - mx * my
    return np.mean((2 * mx * my + c1) * (2 * cov + c2) / ((mx ** 2 + my ** 2 + c1) * (vx + vy + c2)))


def scores(images, member, rule):
    """member: its tensors by name, float64; a tensor that isn't there is a matrix that is tied, or a bias of 0."""
    x = images.reshape(len(images), -1)
    encoder, pre_bias = member["encoder.weight"], member.get("pre_bias", 0)
    pre = (x - pre_bias) @ encoder.T + member.get("encoder.bias", 0)
    codes = top_k(pre, rule["k"])
    if rule["rectified"]:
        codes = np.maximum(codes, 0)
    y = codes @ member.get("decoder.weight", encoder) + pre_bias
    xc, yc = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    error, varied = ((x - y) ** 2).sum(), (xc.any(axis=1) & yc.any(axis=1))
    pearson = (xc * yc).sum(axis=1)[varied] / np.sqrt((xc ** 2).sum(axis=1) * (yc ** 2).sum(axis=1))[varied]
    fvu = error / ((x ** 2).sum() - (x.sum(axis=0) ** 2).sum() / len(x))
    return pre, codes, {"mse": error / x.size, "pearson": pearson.mean(), "fvu": fvu, "ssim": ssim(images, y.reshape(images.shape))}


def compare(name, ours, theirs):
    for key, value in ours.items():
        print(f"{name:>8} {key:>7}: NumPy {value:.8f}, tangram {theirs[key]:.8f}, difference {value - theirs[key]:+.1e}")
        assert abs(value - theirs[key]) <= TOLERANCE, f"{name}: {key} differs"


def check_codes(path, pre, codes, rule):
    metadata, csr = safetensors(path)
    sparse = scipy.sparse.csr_matrix((csr["values"], csr["indices"], csr["indptr"]), shape=(len(pre), int(metadata["features"])))
    k, entries = rule["k"], np.diff(sparse.indptr)
    assert sparse.has_sorted_indices and (entries <= k if rule["rectified"] else entries == k).all(), "every code has k ascending entries, or, of positive ones, at most k"
    different = np.abs(sparse.toarray() - codes).max(axis=1) > TOLERANCE
    ranked = -np.sort(-pre[different], axis=1)  # float32 may choose otherwise only where the k-th and the next are this close
    assert (ranked[:, k - 1] - ranked[:, k] <= TOLERANCE).all(), "codes differ where no tie explains it"
    print(f"   codes: {sparse.nnz:,} entries of {len(pre):,} images agree; {different.sum()} images chose otherwise at a near-tie")


def main(model_path, images_path, scores_path, codes_path=None):
    (metadata, tensors), images, document = safetensors(model_path), idx_images(images_path), json.load(open(scores_path))
    options, members = json.loads(metadata["model"]), []
    assert document["images"] == len(images), "the scores are of another set"
    rule = options["rule"]
    for member in range(options["members"]):
        prefix = f"members.{member}."
        own = {name.removeprefix(prefix): tensor.astype(np.float64) for name, tensor in tensors.items() if name.startswith(prefix)}
        pre, codes, ours = scores(images, own, rule)
        members.append(ours)
        compare(f"member {member}", ours, document["members"][member])
        if member == 0 and codes_path:
            check_codes(codes_path, pre, codes, rule)
    compare("mean", {key: np.mean([one[key] for one in members]) for key in members[0]}, document)


if __name__ == "__main__":
    main(*sys.argv[1:])
