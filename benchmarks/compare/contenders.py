"""Who is compared. Each trains and encodes in processes of its own, so that none warms or blocks another."""
import dataclasses
import glob
import json
import os
import pathlib
import subprocess
import sys

from tangram import Refused

# The classes of references/, which are loaded in the measuring process only.
REFERENCES = ("plain", "tuned", "lists", "bf16")

BENCH_STEPS = {784: 300, 12288: 20}

# Threads of OpenMP that wait by spinning keep OpenBLAS's from working, and the other way round; which is better depends on the machine and its load.
THREADS = {"as it is": {}, "OMP_WAIT_POLICY=PASSIVE": {"OMP_WAIT_POLICY": "PASSIVE"}}
THREADS |= {"libopenblas0-openmp": {"LD_LIBRARY_PATH": folder} for folder in glob.glob("/usr/lib/*/openblas-openmp")}
# Results of operations go to memory that the process keeps, instead of fresh pages each time.
KEPT = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(1 << 40), "MALLOC_TOP_PAD_": str(1 << 28)}
ENVIRONMENTS = THREADS | {f"{name}, memory kept": threads | KEPT for name, threads in THREADS.items()}


def everyone(tangram):
    """In the order of turns."""
    return [TangramContender(tangram, "fp32"), TangramContender(tangram, "mixed"), PyTorchContender("plain", as_it_is=True), *map(PyTorchContender, REFERENCES)]


class TangramContender:
    as_it_is = True

    def __init__(self, tangram, precision):
        self.tangram, self.precision = tangram, precision
        self.name = "tangram" if precision == "fp32" else f"tangram {precision}"

    def train(self, folder, recipe, weights, save=None):
        return self.tangram.train(folder, recipe, self.precision, save)

    def train_warm(self, folder, recipe, weights):
        return self.tangram.train_warm(folder, recipe, self.precision)

    def encode(self, folder, recipe, weights):
        return self.tangram.bench(folder, "test", recipe, self.precision, 1)

    def steps(self, folder, recipe):
        return self.tangram.bench(folder, "train", recipe, self.precision, BENCH_STEPS[recipe.inputs])


class PyTorchContender:
    """as_it_is: its process gets no settings, as a user's who doesn't know of them."""

    def __init__(self, reference, as_it_is=False):
        self.reference, self.as_it_is, self.environment = reference, as_it_is, {}
        self.name = f"PyTorch {reference}" + (", settings" if reference == "plain" and not as_it_is else "")

    def train(self, folder, recipe, weights, save=None):
        return self.measure(folder, recipe, weights, False, save and str(save))

    def train_warm(self, folder, recipe, weights):
        return self.train(folder, recipe, weights)

    def encode(self, folder, recipe, weights):
        return self.measure(folder, recipe, weights, True, None)

    def measure(self, folder, recipe, weights, encode, save):
        task = {"reference": self.reference, "recipe": dataclasses.asdict(recipe), "weights": str(weights), "folder": str(folder), "encode": encode, "save": save}
        return run_python("measure_pytorch.py", task, self.environment)


def run_python(script, task, environment=None):
    # OpenBLAS is told nothing: a core type forced for another purpose would slow it.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("OPENBLAS_")} | (environment or {})
    child = subprocess.run([sys.executable, str(pathlib.Path(__file__).with_name(script))], input=json.dumps(task), capture_output=True, text=True, env=variables)
    if child.returncode != 0:
        raise Refused(child.stderr.strip().splitlines()[-1] if child.stderr.strip() else f"{script} ended with {child.returncode}")
    return json.loads(child.stdout)
