"""CDISC: names, data sets, standards."""

from equipoise.interop.cdisc.adam import read_adam

__all__ = ["read_adam"]
