"""The comparison itself: prepares what all contenders share, lets them take turns, prints and keeps what was measured."""
import dataclasses
import importlib.util
import json
import pathlib
import time

import numpy

import configurations
import data
import machine
import report
from contenders import ENVIRONMENTS, PyTorchContender, TangramContender, everyone, run_python
from tangram import Refused, Tangram

# Ten steps: enough for Adam's moments to matter, too few for a tie between two activations to lead contenders apart.
FEW_IMAGES, FEW_TESTS = 1_280, 100


class Comparison:
    def __init__(self, options, work):
        self.options, self.work = options, pathlib.Path(work)
        self.tangram = Tangram(options.tangram, work)
        self.contenders = everyone(self.tangram)
        self.sets, self.weights, self.environments = {}, {}, {}
        self.document = {"date": options.date, "quick": options.quick, "threads": options.threads, "rounds": options.rounds, "configurations": {}}

    def run(self):
        self.describe_machine()
        self.agree()
        trainings = configurations.trainings(self.options.quick)
        for configuration in trainings:
            if configuration.name in self.options.parts:
                self.train(configuration)
        if "encode" in self.options.parts:
            for configuration in trainings:
                if configuration.recipe.members == 1:
                    self.encode(configuration)
        mnist = trainings[0]
        if "until" in self.options.parts:
            self.train_until(mnist)
        if "dictionary" in self.options.parts:
            self.learn_dictionary(mnist)
        print(f"\nload average at the end {machine.load():.2f}, PyTorch's threads included")

    def describe_machine(self):
        about = self.document["machine"] = machine.describe(self.options.tangram)
        print(f"{about['processor']}, {about['processors']} processors, {self.options.threads} threads used; {about['system']}")
        print(f"tangram {about['tangram']} of commit {about['commit']}, .NET SDK {about['dotnet']}; Python {about['python']}; {self.options.date}; load average {about['load']:.2f}")
        if machine.is_busy(about["load"]):
            print("WARNING: this machine is busy with something else. Times will be too long, and ratios can be far off.")
        if self.options.quick:
            print("--quick: few images and rounds. Ratios are rough, the runtime's compiling counts for much, and what is learned is poor.")

    def agree(self):
        """Everyone trains the same ten steps: who ends at other weights has another model."""
        recipe = self.recipe(configurations.MNIST, 0)
        folder, weights = self.few("mnist"), self.first_weights(recipe, "mnist")
        trained, here, refusals = {}, [], []
        for contender in self.contenders:
            save = self.work / contender.name
            try:
                result = contender.train(folder, recipe, weights, save)
            except Refused as refused:
                if contender.name != "tangram mixed":
                    raise
                refusals.append(f"{contender.name} is left out: {refused}")
                continue
            here.append(contender)
            self.print_build(result)
            trained[contender.name] = (data.read_weights(save)[0] if isinstance(contender, TangramContender) else numpy.load(f"{save}.0.npy")), result["loss"]
        self.contenders = here
        plain, loss = trained.pop("PyTorch plain")
        moved = abs(plain - data.read_weights(weights)[0]).max()
        self.document["agreement"] = {name: {"weight": float(abs(own - plain).max()), "loss": abs(one / loss - 1)} for name, (own, one) in trained.items()}
        print("\n" + report.agreement_table(f"Ten steps of {recipe.describe()}: how far everyone is from PyTorch plain, whose weights moved by up to {moved:.2f}", self.document["agreement"]))
        for refusal in refusals:
            print(f"  {refusal}")

    def environment_for(self, configuration):
        """The settings of PyTorch's processes: those in which a short training of this size by the tuned reference is the fastest."""
        inputs = configuration.recipe.inputs
        if inputs in self.environments:
            return self.environments[inputs]
        recipe = dataclasses.replace(self.recipe(configuration.recipe, 0), members=1, epochs=3 if inputs < 2000 else 1)
        folder, weights = self.few(configuration.set), self.first_weights(recipe, configuration.set)

        def milliseconds(reference, environment):
            contender = PyTorchContender(reference)
            contender.environment = environment
            return contender.train(folder, recipe, weights)["milliseconds"]

        times = {name: milliseconds("tuned", environment) for name, environment in ENVIRONMENTS.items()}
        best = min(times, key=times.get)
        plain = {name: milliseconds("plain", ENVIRONMENTS[name]) for name in {"as it is", best}}
        self.document.setdefault("environments", {})[inputs] = {"chosen": best, "tuned": times, "plain": plain}
        print(f"\nSettings of PyTorch's process, {inputs} → {recipe.features}, ms a step in a short training: " + "; ".join(f"{name} {time:.1f}" for name, time in times.items()) +
              f"\n  PyTorch tuned, lists, bf16 and 'plain, settings' take '{best}', plain is left as it is: " + "; ".join(f"{name} {time:.1f}" for name, time in plain.items()))
        self.environments[inputs] = ENVIRONMENTS[best]
        return ENVIRONMENTS[best]

    def train(self, configuration):
        count = configuration.images or len(self.images(configuration.set)[0])
        rounds = []
        for seed in range(self.options.rounds):
            recipe = self.recipe(configuration.recipe, seed)
            rounds.append(self.turns(self.contenders, configuration, recipe, lambda contender, *arguments: contender.train_warm(*arguments)))
        steps = next(iter(rounds[0].values()))["steps"]
        title = f"Training, {recipe.describe()}: {configuration.set}, {count:,} images, an epoch of {steps} steps, {self.options.rounds} rounds"
        print("\n" + report.training_table(title, rounds))
        self.print_choices(rounds[0])
        for contender in self.contenders:
            if isinstance(contender, TangramContender):
                bench = rounds[0][contender.name]["bench"] = contender.steps(self.folder(configuration), recipe)
                print(f"  {contender.name}'s step by 'tangram bench': {bench['milliseconds']:.2f} ms, {bench['milliseconds'] / bench['floorMilliseconds']:.2f} times the "
                      f"{bench['floorMilliseconds']:.2f} ms that the peaks of the machine, measured at that moment, allow")
        self.keep(configuration.name, title, recipe, rounds, report.summary(rounds, "milliseconds"))

    def encode(self, configuration):
        contenders = [each for each in self.contenders if each.name != "PyTorch lists"]  # encodes as tuned does
        recipe = self.recipe(configuration.recipe, 0)
        rounds = [self.turns(contenders, configuration, recipe, lambda contender, *arguments: contender.encode(*arguments)) for _ in range(self.options.rounds)]
        title = f"Encoding, {recipe.inputs} → {recipe.features}, k = {recipe.k}: images in memory to sparse codes, {self.options.rounds} rounds"
        text, totals = report.rate_table(title, rounds)
        print("\n" + text)
        self.print_choices(rounds[0])
        self.keep(f"encode-{configuration.name}", title, recipe, rounds, totals)

    def train_until(self, configuration):
        epochs = configurations.QUICK_EPOCHS_UNTIL if self.options.quick else configurations.EPOCHS_UNTIL
        recipe = dataclasses.replace(self.recipe(configuration.recipe, 0), epochs=epochs)

        def train(contender, folder, recipe, weights):
            more = 0 if contender.name.startswith("PyTorch plain") else 1
            return contender.train(folder, dataclasses.replace(recipe, epochs=recipe.epochs + more), weights)

        rounds = [self.turns(self.contenders, configuration, recipe, train)]
        target = rounds[0]["PyTorch plain"]["history"][-1]["mse"]
        title = (f"Seconds of steps until test MSE {target:.5f}, which PyTorch plain has after {epochs} epochs: where the line through the MSE after each epoch "
                 f"crosses it; {recipe.describe()}")
        text, reached = report.until_table(title, rounds, target)
        print("\n" + text)
        self.keep("until", title, recipe, rounds, {"target": target, "reached": reached})

    def learn_dictionary(self, configuration):
        if importlib.util.find_spec("sklearn") is None:
            print("\nscikit-learn isn't installed, so its dictionary learning is left out (Debian's package python3-sklearn).")
            return
        recipe, folder = self.recipe(configuration.recipe, 0), self.folder(configuration)
        weights = self.first_weights(recipe, configuration.set)
        limit = configurations.QUICK_DICTIONARY_SECONDS if self.options.quick else configurations.DICTIONARY_SECONDS
        own = self.contenders[0].train(folder, recipe, weights, self.work / "dictionary")
        peer = run_python("measure_dictionary.py", {"recipe": dataclasses.asdict(recipe), "folder": str(folder), "weights": str(weights), "seconds": limit,
                                                    "other": str(self.work / "dictionary")})
        milliseconds = own["milliseconds"] * own["steps"] / (configuration.images or len(self.images(configuration.set)[0]))
        title = (f"Another algorithm: scikit-learn {peer['version']}'s MiniBatchDictionaryLearning, {recipe.features} atoms, the same batches and first weights, "
                 f"stopped after {limit} s")
        print(f"\n{title}\n  scikit-learn: {peer['images']:,} images learned, {peer['millisecondsPerImage']:.1f} ms an image; test MSE {peer['mse']:.5f}, Pearson {peer['pearson']:.4f} "
              f"with {peer['nonZeros']:.0f} atoms an image, found by orthogonal matching pursuit at {peer['imagesPerSecond']:,.0f} images/s ({peer['testImages']} test images)\n"
              f"  tangram: an epoch at {milliseconds:.3f} ms an image, {peer['millisecondsPerImage'] / milliseconds:,.0f} times as fast; test MSE {own['mse']:.5f}, Pearson {own['pearson']:.4f} "
              f"with {recipe.k} features an image, found by one product; its features with the same pursuit: {peer['other']['mse']:.5f}, {peer['other']['pearson']:.4f}")
        self.keep("dictionary", title, recipe, [{"scikit-learn": peer, "tangram": own}], {})

    def turns(self, contenders, configuration, recipe, measure):
        folder = self.folder(configuration)
        weights, environment = self.first_weights(recipe, configuration.set), self.environment_for(configuration)
        result = {}
        for contender in contenders:
            if contender.name == "PyTorch plain, settings" and not environment:
                continue  # these are PyTorch plain's
            contender.environment = {} if contender.as_it_is else environment
            start = time.perf_counter()
            result[contender.name] = measure(contender, folder, recipe, weights) | {"seed": recipe.seed, "wallSeconds": time.perf_counter() - start}
            self.print_build(result[contender.name])
        return result

    def print_build(self, measured):
        build = measured.pop("build", None)
        if build is None or "pytorch" in self.document:
            return
        self.document["pytorch"] = build
        openblas = f", its kernels {build['openblas']['kernels']} ({build['openblas']['config']})" if "openblas" in build else ""
        print(f"\nPyTorch {build['version']}, {build['threads']} threads, {'; '.join(build['settings'])}; torch.compile: {'yes' if build['compile'] else 'not in this version'}\n"
              f"products by {', '.join(pathlib.Path(path).name for path in build['libraries']) or build['blas']}{openblas}")

    def print_choices(self, measured):
        for name, one in measured.items():
            if one.get("choices"):
                print(f"  {name} took: " + "; ".join(f"{operation}: {way}" for operation, way in one["choices"].items()))

    def keep(self, name, title, recipe, rounds, totals):
        self.document["configurations"][name] = {"title": title, "recipe": dataclasses.asdict(recipe), "rounds": rounds, "summary": totals}
        if self.options.json:
            self.options.json.write_text(json.dumps(self.document, indent=1, ensure_ascii=False) + "\n")

    def recipe(self, recipe, seed):
        return dataclasses.replace(recipe, seed=seed, threads=self.options.threads)

    def images(self, name):
        if name not in self.sets:
            self.sets[name] = self.tangram.images(name)
        return self.sets[name]

    def folder(self, configuration):
        """The images that a configuration trains and tests with."""
        return self.written(f"{configuration.set}-{configuration.images}", configuration.set, configuration.images, 0)

    def few(self, name):
        return self.written(f"{name}-few", name, FEW_IMAGES, FEW_TESTS)

    def written(self, folder, name, images, tests):
        path = self.work / folder
        if not path.exists():
            train, test, height = self.images(name)
            data.folder_of(self.work, folder, train[:images or len(train)], test[:tests or len(test)], height)
        return path

    def first_weights(self, recipe, name):
        """Made once for each model and seed; images have no say in them."""
        key = (recipe.inputs, recipe.features, recipe.members, recipe.seed)
        if key not in self.weights:
            self.weights[key] = self.tangram.first_weights(self.few(name), recipe)
        return self.weights[key]
