"""Foreign formats in and out; the only room that knows their names."""

from equipoise.interop.cohort import read_cohort, read_records

__all__ = ["read_cohort", "read_records"]
