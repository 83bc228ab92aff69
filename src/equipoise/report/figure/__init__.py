"""Figures of a report, each drawn from a small typed record of its numbers."""
