"""Randomisation procedures: pure functions over arrays; the entropy is an argument."""

from equipoise.allocation.allocate import allocate, stratum_number
from equipoise.allocation.blocks import AllocationList, permuted_blocks
from equipoise.allocation.entropy import Entropy, GeneratorEntropy, KeyedEntropy
from equipoise.allocation.integers import integers_below
from equipoise.allocation.minimise import minimise
from equipoise.allocation.scheme import Minimisation, Scheme, scheme_of
from equipoise.allocation.unrestricted import fixed_numbers, simple

__all__ = [
    "AllocationList",
    "Entropy",
    "GeneratorEntropy",
    "KeyedEntropy",
    "Minimisation",
    "Scheme",
    "allocate",
    "fixed_numbers",
    "integers_below",
    "minimise",
    "permuted_blocks",
    "scheme_of",
    "simple",
    "stratum_number",
]
