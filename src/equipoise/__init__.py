"""Run a randomised controlled trial in lupus from one protocol file.

The whole way in five lines::

    import equipoise as eq

    protocol = eq.load_protocol("cdisc_pilot")
    cohort = eq.read_cohort(protocol)
    results = eq.analyse_cohort(protocol, cohort)
    eq.write_report(protocol, results.frame(), results.provenance, "report")

Names are imported from their rooms when they are first used, so that one room can be used alone:
``import equipoise.stats`` loads numpy and scipy and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from equipoise.analyse import Results, analyse_cohort
    from equipoise.data import Cohort, cohort_of, read_folder, write_template
    from equipoise.design import operating_characteristics
    from equipoise.evidence import recompute
    from equipoise.instruments import find_instrument
    from equipoise.interop import read_cohort
    from equipoise.protocol import Protocol
    from equipoise.report import write_report
    from equipoise.simulate import simulate_cohort
    from equipoise.trials import library, load_protocol

__all__ = [
    "Cohort",
    "Protocol",
    "Results",
    "analyse_cohort",
    "cohort_of",
    "find_instrument",
    "library",
    "load_protocol",
    "operating_characteristics",
    "read_cohort",
    "read_folder",
    "recompute",
    "simulate_cohort",
    "write_report",
    "write_template",
]

_ROOMS = {
    "analyse": ("Results", "analyse_cohort"),
    "data": ("Cohort", "cohort_of", "read_folder", "write_template"),
    "design": ("operating_characteristics",),
    "evidence": ("recompute",),
    "instruments": ("find_instrument",),
    "interop": ("read_cohort",),
    "protocol": ("Protocol",),
    "report": ("write_report",),
    "simulate": ("simulate_cohort",),
    "trials": ("library", "load_protocol"),
}


def __getattr__(name: str) -> Any:
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"equipoise.{room}"), name)
    raise AttributeError(f"module 'equipoise' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
