"""What each method computes and where it comes from: one table for pages, plans and reports."""

from equipoise.stats.explanation.explanation import Explanation
from equipoise.stats.explanation.table import FAMILIES, explain, explanations

__all__ = ["FAMILIES", "Explanation", "explain", "explanations"]
