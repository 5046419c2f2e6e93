"""Sparse autoencoders in PyTorch, to compare with."""
from .plain import Plain
from .tuned import Tuned

REFERENCES = {
    "plain": Plain,
    "tuned": Tuned,
    "lists": lambda *arguments, **named: Tuned(*arguments, gradient="lists", **named),
    "bf16": lambda *arguments, **named: Tuned(*arguments, gradient="lists", half=True, **named),
}
