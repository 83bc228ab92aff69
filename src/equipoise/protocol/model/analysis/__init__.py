"""Planned analyses: one class per method, so that each says just what it needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from equipoise.protocol.model.analysis.base import AnalysisBase
from equipoise.protocol.model.analysis.bayes import (
    BetaBinomial,
    BetaComponent,
    NormalComponent,
    NormalPosterior,
)
from equipoise.protocol.model.analysis.binary import (
    Cmh,
    Logistic,
    Mcnemar,
    Proportion,
    StratifiedProportion,
)
from equipoise.protocol.model.analysis.continuous import (
    Ancova,
    Friedman,
    Mmrm,
    PairedSamples,
    RepeatedMeasuresAnova,
    SeveralSamples,
    TwoSample,
)
from equipoise.protocol.model.analysis.description import (
    AdverseEvents,
    Describe,
    Flow,
    IndividualCourses,
    TestBy,
)
from equipoise.protocol.model.analysis.group_sequential import GroupSequentialComparison
from equipoise.protocol.model.analysis.missing import (
    Imputed,
    MultipleImputation,
    ReferenceBased,
    TippingPoint,
)
from equipoise.protocol.model.analysis.monitoring import (
    ExactMonitoring,
    Monitoring,
    PredictiveMonitoring,
    Sprt,
)
from equipoise.protocol.model.analysis.rate import EventRate
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
    "BetaBinomial",
    "BetaComponent",
    "Cmh",
    "Cox",
    "CumulativeIncidence",
    "Describe",
    "EventRate",
    "ExactMonitoring",
    "FineGray",
    "Flow",
    "Friedman",
    "GroupSequentialComparison",
    "IllnessDeath",
    "Imputed",
    "IndividualCourses",
    "KaplanMeier",
    "LogRank",
    "Logistic",
    "MaxCombo",
    "Mcnemar",
    "Milestone",
    "Mmrm",
    "Monitoring",
    "MultipleImputation",
    "NormalComponent",
    "NormalPosterior",
    "PairedSamples",
    "PredictiveMonitoring",
    "Proportion",
    "ReferenceBased",
    "RepeatedMeasuresAnova",
    "RestrictedMean",
    "SeveralSamples",
    "Sprt",
    "StratifiedProportion",
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
    | SeveralSamples
    | PairedSamples
    | Friedman
    | MultipleImputation
    | ReferenceBased
    | TippingPoint
    | Proportion
    | StratifiedProportion
    | Logistic
    | Mcnemar
    | Cmh
    | BetaBinomial
    | NormalPosterior
    | EventRate
    | ExactMonitoring
    | Sprt
    | PredictiveMonitoring
    | GroupSequentialComparison
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
