"""What is compared: models, images, and how much of them."""
import dataclasses

from recipe import Recipe

MNIST = Recipe(inputs=784, features=1024, k=50)
FIVE = dataclasses.replace(MNIST, members=5, consistency=0.2)
# The rate is the one of Tangram's preset for colour.
COLOUR = Recipe(inputs=12288, features=3072, k=128, rate=4e-4)


@dataclasses.dataclass(frozen=True)
class Configuration:
    """An epoch of images by each contender in each round; images: the first so many, 0 for all."""

    name: str
    set: str
    recipe: Recipe
    images: int = 0


TRAININGS = [Configuration("mnist", "mnist", MNIST), Configuration("five", "mnist", FIVE), Configuration("colour", "emoji", COLOUR, images=3_200)]
QUICK_IMAGES = {"mnist": 12_800, "five": 6_400, "colour": 1_024}

# Epochs of the plain reference, whose test MSE the others then have to reach; they get one more.
EPOCHS_UNTIL, QUICK_EPOCHS_UNTIL = 5, 2

# Seconds that scikit-learn's dictionary learning may take.
DICTIONARY_SECONDS, QUICK_DICTIONARY_SECONDS = 90, 15

PARTS = ["mnist", "five", "colour", "encode", "until", "dictionary"]


def trainings(quick):
    return [dataclasses.replace(each, images=QUICK_IMAGES[each.name]) for each in TRAININGS] if quick else TRAININGS
