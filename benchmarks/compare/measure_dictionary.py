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
from sklearn.decomposition import MiniBatchDictionaryLearning

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
        dict_init=first / numpy.linalg.norm(first, axis=1, keepdims=True), transform_algorithm="omp", transform_n_nonzero_coefs=recipe.k)
    seconds, images = 0.0, 0
    for batch in data.batches(len(train), recipe.batch, recipe.seed, 0):
        start = time.perf_counter()
        learner.partial_fit(train[batch])
        seconds, images = seconds + time.perf_counter() - start, images + len(batch)
        if seconds > task["seconds"]:
            break
    start = time.perf_counter()
    codes = learner.transform(test)
    encoding = time.perf_counter() - start
    rebuilt = codes @ learner.components_
    centred, other = test - test.mean(1, keepdims=True), rebuilt - rebuilt.mean(1, keepdims=True)
    pearson = (centred * other).sum(1) / (numpy.linalg.norm(centred, axis=1) * numpy.linalg.norm(other, axis=1))
    json.dump({"version": sklearn.__version__, "seconds": seconds, "images": images, "millisecondsPerImage": 1000 * seconds / images,
               "mse": float(((test - rebuilt) ** 2).mean()), "pearson": float(pearson.mean()), "nonZeros": float((codes != 0).sum(1).mean()),
               "testImages": len(test), "imagesPerSecond": len(test) / encoding}, sys.stdout)


if __name__ == "__main__":
    main()
