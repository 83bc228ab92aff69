"""Rules between fields of a protocol: what is well formed alone may still not hold together."""

from __future__ import annotations

from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.analysis import analysis_faults
from equipoise.protocol.rules.curve import curve_faults
from equipoise.protocol.rules.design import design_faults
from equipoise.protocol.rules.endpoint import endpoint_faults
from equipoise.protocol.rules.fault import FieldFault
from equipoise.protocol.rules.multiplicity import multiplicity_faults
from equipoise.protocol.rules.sample_size import sample_size_faults
from equipoise.protocol.rules.schedule import schedule_faults
from equipoise.protocol.rules.synthesis import synthesis_faults
from equipoise.protocol.rules.variable import variable_faults
from equipoise.protocol.rules.visit import visit_faults

__all__ = ["FieldFault", "faults_between_fields"]


def faults_between_fields(protocol: Protocol) -> list[FieldFault]:
    """Find every rule between fields that does not hold, in the order of the file."""
    return [
        *design_faults(protocol),
        *schedule_faults(protocol),
        *variable_faults(protocol),
        *endpoint_faults(protocol),
        *analysis_faults(protocol),
        *multiplicity_faults(protocol),
        *sample_size_faults(protocol),
        *synthesis_faults(protocol),
        *curve_faults(protocol),
        *visit_faults(protocol),
    ]
