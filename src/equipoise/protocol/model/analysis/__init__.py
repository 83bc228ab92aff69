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
from equipoise.protocol.model.analysis.description import (
    AdverseEvents,
    Describe,
    Flow,
    IndividualCourses,
    TestBy,
)
from equipoise.protocol.model.analysis.missing import (
    Imputed,
    MultipleImputation,
    ReferenceBased,
    TippingPoint,
)
from equipoise.protocol.model.analysis.survival import (
    Cox,
    CumulativeIncidence,
    FineGray,
    IllnessDeath,
    KaplanMeier,
    LogRank,
    MaxCombo,
    Milestone,
    RestrictedMean,
)

__all__ = [
    "AdverseEvents",
    "Analysis",
    "AnalysisBase",
    "Ancova",
    "Cmh",
    "Cox",
    "CumulativeIncidence",
    "Describe",
    "FineGray",
    "Flow",
    "IllnessDeath",
    "Imputed",
    "IndividualCourses",
    "KaplanMeier",
    "LogRank",
    "MaxCombo",
    "Milestone",
    "Mmrm",
    "MultipleImputation",
    "Proportion",
    "ReferenceBased",
    "RepeatedMeasuresAnova",
    "RestrictedMean",
    "TestBy",
    "TippingPoint",
    "TwoSample",
]

Analysis = Annotated[
    Describe
    | IndividualCourses
    | Flow
    | Ancova
    | Mmrm
    | RepeatedMeasuresAnova
    | TwoSample
    | MultipleImputation
    | ReferenceBased
    | TippingPoint
    | Proportion
    | Cmh
    | AdverseEvents
    | KaplanMeier
    | CumulativeIncidence
    | LogRank
    | MaxCombo
    | RestrictedMean
    | Milestone
    | Cox
    | FineGray
    | IllnessDeath,
    Field(discriminator="method"),
]
