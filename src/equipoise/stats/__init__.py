"""Estimators on arrays: last axis subjects (then visits), leading axes trials."""

from equipoise.stats.arrays import Bools, Floats, Integers
from equipoise.stats.explanation import Explanation, explain
from equipoise.stats.state import State

__all__ = ["Bools", "Explanation", "Floats", "Integers", "State", "explain"]
