"""Foreign formats in and out; the only room that knows their names."""

from equipoise.interop.cdisc import package_fault
from equipoise.interop.cohort import read_cohort, read_records

__all__ = ["package_fault", "read_cohort", "read_records"]
