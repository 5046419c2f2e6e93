"""scikit-learn's MiniBatchDictionaryLearning on the same images, batches and first weights: another algorithm for the same purpose. It looks for each batch's codes
by lasso (coordinate descent, faster here than its default, least angles), then improves the dictionary column by column; test images get codes of k atoms by orthogonal matching pursuit, which is slow and better than one product.

A process of its own: reads a task in JSON from standard input, writes what was measured to standard output.
"""
import json
import pathlib
import sys
import time
import warnings

import numpy
import sklearn
from sklearn.decomposition import MiniBatchDictionaryLearning, sparse_encode

import data
from recipe import Recipe

ALPHA = 1  # the lasso's weight, as scikit-learn has it where none is given
TEST_IMAGES = 500


def main():
    warnings.filterwarnings("ignore")
    task = json.load(sys.stdin)
    recipe, folder = Recipe(**task["recipe"]), pathlib.Path(task["folder"])
    train, test = data.read_images(folder / data.TRAIN), data.read_images(folder / data.TEST)[:TEST_IMAGES]
    first = data.read_weights(task["weights"])[0]
    learner = MiniBatchDictionaryLearning(
        n_components=recipe.features, batch_size=recipe.batch, alpha=ALPHA, fit_algorithm="cd", n_jobs=recipe.threads, random_state=recipe.seed,
        dict_init=first / numpy.linalg.norm(first, axis=1, keepdims=True))
    seconds, images = 0.0, 0
    for batch in data.batches(len(train), recipe.batch, recipe.seed, 0):
        start = time.perf_counter()
        learner.partial_fit(train[batch])
        seconds, images = seconds + time.perf_counter() - start, images + len(batch)
        if seconds > task["seconds"]:
            break
    other = data.read_weights(task["other"])[0]
    json.dump({"version": sklearn.__version__, "seconds": seconds, "images": images, "millisecondsPerImage": 1000 * seconds / images, "testImages": len(test)}
              | pursue(test, learner.components_, recipe) | {"other": pursue(test, other / numpy.linalg.norm(other, axis=1, keepdims=True), recipe)}, sys.stdout)


def pursue(images, atoms, recipe):
    """Codes by orthogonal matching pursuit, and what they are worth."""
    start = time.perf_counter()
    codes = sparse_encode(images, atoms, algorithm="omp", n_nonzero_coefs=recipe.k, n_jobs=recipe.threads)
    seconds = time.perf_counter() - start
    rebuilt = codes @ atoms
    a, b = (rows - rows.mean(1, keepdims=True) for rows in (images, rebuilt))
    pearson = (a * b).sum(1) / (numpy.linalg.norm(a, axis=1) * numpy.linalg.norm(b, axis=1))
    return {"mse": float(((images - rebuilt) ** 2).mean()), "pearson": float(pearson.mean()), "nonZeros": float((codes != 0).sum(1).mean()), "imagesPerSecond": len(images) / seconds}


if __name__ == "__main__":
    main()
