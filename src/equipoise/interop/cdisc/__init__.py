"""CDISC: names, data sets, standards."""

from equipoise.interop.cdisc.adam import read_adam
from equipoise.interop.cdisc.package import package_fault

__all__ = ["package_fault", "read_adam"]
