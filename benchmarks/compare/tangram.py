"""Tangram's side: its command line, told the same things."""
import json
import pathlib
import shutil
import subprocess

import data

# A rate that changes no weight.
STANDSTILL = "1e-30"


class Refused(Exception):
    """Tangram said that it can't, and why."""


class Tangram:
    def __init__(self, executable, work):
        self.executable, self.work, self.runs = str(executable), pathlib.Path(work), 0

    def call(self, *arguments):
        result = subprocess.run([self.executable, *map(str, arguments)], capture_output=True, text=True)
        if result.returncode != 0:
            raise Refused(result.stderr.strip().splitlines()[-1] if result.stderr.strip() else f"exit code {result.returncode}")
        return result.stdout

    def images(self, name):
        """Training and test images of a set, as bytes [N, D], and their height."""
        rows = []
        for split in ("train", "test"):
            file = self.work / f"{name}-{split}.npy"
            self.call("data", "export", name, "--split", split, "--out", file)
            rows.append(data.read_array(file))
            file.unlink()
        return rows[0][0], rows[1][0], rows[0][1]

    def first_weights(self, folder, recipe):
        """The file of the weights that a training with this recipe starts from: those after a step too small to change any. They depend on sizes, members and
        seed alone, so the folder may hold few images."""
        return self.run(folder, recipe, "fp32", rate=STANDSTILL, epochs=1)[0] / "model.safetensors"

    def train(self, folder, recipe, precision="fp32", save=None):
        """What the training measured. Its clock runs during steps alone, the first ones included, in which the runtime compiles."""
        run, document = self.run(folder, recipe, precision)
        return self.read(run, document, save)

    def train_warm(self, folder, recipe, precision):
        """One epoch, timed over a second one after it: PyTorch, too, has taken steps before its clock runs. What is learned is the first's."""
        result = self.read(*self.run(folder, recipe, precision, epochs=2))
        first, second = result["history"]
        steps, seconds = result["steps"] // 2, second["seconds"] - first["seconds"]
        return result | {name: first[name] for name in ("loss", "mse", "pearson")} | {
            "seconds": seconds, "steps": steps, "milliseconds": 1000 * seconds / steps, "coldSeconds": first["seconds"], "history": [first]}

    def read(self, run, document, save=None):
        if save:
            (run / "model.safetensors").rename(save)
        shutil.rmtree(run)
        scores = document["evaluation"]
        history = [{"seconds": row["trainSeconds"], "loss": row["reconstruction"], "mse": row["testMse"], "pearson": row["testPearson"]} for row in document["history"]]
        return {"seconds": document["trainSeconds"], "steps": document["steps"], "milliseconds": 1000 * document["trainSeconds"] / document["steps"],
                "loss": history[-1]["loss"], "mse": scores["mse"], "pearson": scores["pearson"], "history": history, "precision": document["precision"]}

    def run(self, folder, recipe, precision, rate=None, epochs=None):
        self.runs += 1
        run = self.work / f"run-{self.runs}"
        document = self.call("train", folder, "--preset", "paper-mnist", "--features", recipe.features, "--k", recipe.k, "--members", recipe.members,
                             "--consistency", recipe.consistency, "--learning-rate", rate or recipe.rate, "--batch", recipe.batch, "--epochs", epochs or recipe.epochs,
                             "--seed", recipe.seed, "--threads", recipe.threads, "--reinitialise-after", 0, "--device", "cpu", "--precision", precision,
                             "--checkpoint-seconds", 86400, "--no-report", "--json", "--out", run)
        return run, json.loads(document)

    def bench(self, folder, split, recipe, precision, steps):
        """The step beside its floor, and the encoding of a set: medians, after what it takes to compile."""
        result = json.loads(self.call("bench", "--data", folder, "--split", split, "--features", recipe.features, "--k", recipe.k, "--members", recipe.members, "--batch", recipe.batch,
                                      "--threads", recipe.threads, "--steps", steps, "--precision", precision, "--json"))
        return {"imagesPerSecond": result["encodeImagesPerSecond"], "milliseconds": result["milliseconds"], "floorMilliseconds": result["floorMilliseconds"]}
