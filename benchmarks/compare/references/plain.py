"""The model as a user of PyTorch writes it: torch.topk, a dense code, autograd, torch.optim.Adam."""
import torch

from .choosing import Chooser


class Plain:
    def __init__(self, weights, recipe, chooser=None):
        self.recipe, self.chooser = recipe, chooser or Chooser()  # there is nothing to choose
        self.weights = [torch.nn.Parameter(weight) for weight in weights]
        self.optimiser = torch.optim.Adam(self.weights, lr=recipe.rate)

    def step(self, images, batch):
        """One step on the images numbered by batch; returns the members' summed MSE of reconstruction."""
        x, recipe = images[batch], self.recipe
        codes = [self.encode(x, weight) for weight in self.weights]
        reconstruction = sum(((x - code @ weight) ** 2).mean() for code, weight in zip(codes, self.weights))
        loss = reconstruction
        for a in range(recipe.members):
            for b in range(recipe.members):
                if a != b:
                    loss = loss + recipe.consistency * 0.5 / (recipe.members - 1) * ((codes[a] - codes[b]) ** 2).mean()
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        return reconstruction.item()

    def encode(self, x, weight):
        pre = x @ weight.T
        values, indices = torch.topk(pre, self.recipe.k, dim=1)
        return torch.zeros_like(pre).scatter(1, indices, values)

    def sparse_codes(self, images, batch=1024):
        """Member 0's codes of all images, as values and indices."""
        with torch.no_grad():
            return [torch.topk(x @ self.weights[0].T, self.recipe.k, dim=1) for x in images.split(batch)]
