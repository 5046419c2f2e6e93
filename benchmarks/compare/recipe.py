"""What is trained: the same words for Tangram and for its peers."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Recipe:
    """Tied weights, TopK without ReLU, no biases, Adam at a constant rate, nothing re-initialised."""

    inputs: int
    features: int
    k: int
    members: int = 1
    consistency: float = 0.0
    rate: float = 1e-3
    batch: int = 128
    epochs: int = 1
    seed: int = 0
    threads: int = 2

    def describe(self):
        members = "one member" if self.members == 1 else f"{self.members} members, consistency {self.consistency}"
        return f"{self.inputs} → {self.features}, k = {self.k}, batch {self.batch}, {members}"
