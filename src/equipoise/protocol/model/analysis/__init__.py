"""Planned analyses: one class per method, so that each says just what it needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from equipoise.protocol.model.analysis.base import AnalysisBase
from equipoise.protocol.model.analysis.binary import Cmh, Proportion
from equipoise.protocol.model.analysis.continuous import (
    Ancova,
    Mmrm,
    RepeatedMeasuresAnova,
    TwoSample,
)
from equipoise.protocol.model.analysis.description import AdverseEvents, Describe, Flow, TestBy
from equipoise.protocol.model.analysis.survival import (
    Cox,
    CumulativeIncidence,
    KaplanMeier,
    LogRank,
)

__all__ = [
    "AdverseEvents",
    "Analysis",
    "AnalysisBase",
    "Ancova",
    "Cmh",
    "Cox",
    "CumulativeIncidence",
    FineGray,
    IllnessDeath,
    "Describe",
    "Flow",
    MaxCombo,
    Milestone,
    RestrictedMean,
    "KaplanMeier",
    "LogRank",
    "Mmrm",
    "Proportion",
    "RepeatedMeasuresAnova",
    "TestBy",
    "TwoSample",
]

Analysis = Annotated[
    Describe
    "FineGray",
    | Flow
    "IllnessDeath",
    | Ancova
    | Mmrm
    | RepeatedMeasuresAnova
    | TwoSample
    "MaxCombo",
    "Milestone",
    | Proportion
    | Cmh
    | AdverseEvents
    | KaplanMeier
    | CumulativeIncidence
    "RestrictedMean",
    | LogRank
    | MaxCombo
    | RestrictedMean
    | Milestone
    | Cox
    | FineGray
    | IllnessDeath,
    Field(discriminator="method"),
]
