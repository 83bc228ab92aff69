"""Write docs/protocol.md from the model of the protocol: `python tools/protocol_page.py`."""

from __future__ import annotations

import sys
import types
import typing
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from equipoise.protocol.model import (
    analysis,
    arm,
    curve,
    endpoint,
    identity,
    look,
    multiplicity,
    sample_size,
    schedule,
    synthesis,
    variable,
)
from equipoise.protocol.model.protocol import Protocol

PAGE = Path(__file__).parents[1] / "docs" / "protocol.md"

INTRODUCTION = """\
# The protocol file

Every field of the file, section by section. Names of arms, visits, variables, endpoints, analysis
sets, estimands and analyses are keys that you choose (letters, digits, underscores). Days count
from randomisation, which is day 0. Conditions and values are written in the
[expression language](expressions.md). Every part may carry `source`: a place in a paper
(`table 2`), `registry`, `NOT FOUND`, or `stand-in: why`; stand-ins are listed in the report.

`equipoise check` says what is wrong with a file; `equipoise schema` gives the same as JSON Schema
for editors. A complete example: [cdisc_pilot](../src/equipoise/trials/cdisc_pilot/protocol.yaml).

This page is made from the model by `python tools/protocol_page.py`; a test compares the two.
"""

SECTIONS: tuple[tuple[str, str, tuple[type[BaseModel], ...]], ...] = (
    ("The file", "", (Protocol,)),
    ("Identity", "`trial`", (identity.TrialIdentity, identity.Registration)),
    (
        "Population",
        "`population`",
        (identity.Population, identity.Eligibility, identity.Criterion),
    ),
    ("Arms", "`arms`", (arm.Arm, arm.Intervention, arm.Dose, arm.Days)),
    ("Masking and randomisation", "`masking`, `randomisation`", (arm.Masking, arm.Randomisation)),
    (
        "Schedule",
        "`schedule`",
        (schedule.Schedule, schedule.Visit, schedule.Window, schedule.Assessment),
    ),
    ("Variables", "`variables`", (variable.Variable, variable.Capture, variable.FromInstrument)),
    (
        "Endpoints",
        "`endpoints`, told apart by `type`",
        (
            endpoint.MeasureEndpoint,
            endpoint.ResponseEndpoint,
            endpoint.TimeToEventEndpoint,
            endpoint.AdverseEventEndpoint,
            endpoint.MultistateEndpoint,
            endpoint.DiseaseState,
        ),
    ),
    (
        "Analysis sets and estimands",
        "`analysis_sets`, `estimands`",
        (endpoint.AnalysisSet, endpoint.Estimand, endpoint.IntercurrentEvent),
    ),
    (
        "Analyses",
        "`analyses`, told apart by `method`",
        (
            analysis.Describe,
            analysis.TestBy,
            analysis.IndividualCourses,
            analysis.Flow,
            analysis.Proportion,
            analysis.StratifiedProportion,
            analysis.Logistic,
            analysis.Mcnemar,
            analysis.Cmh,
            analysis.BetaBinomial,
            analysis.BetaComponent,
            analysis.NormalPosterior,
            analysis.NormalComponent,
            analysis.EventRate,
            analysis.ExactMonitoring,
            analysis.Sprt,
            analysis.PredictiveMonitoring,
            analysis.GroupSequentialComparison,
            analysis.TwoSample,
            analysis.SeveralSamples,
            analysis.PairedSamples,
            analysis.Friedman,
            analysis.Ancova,
            analysis.RepeatedMeasuresAnova,
            analysis.Mmrm,
            analysis.MultipleImputation,
            analysis.ReferenceBased,
            analysis.TippingPoint,
            analysis.AdverseEvents,
            analysis.KaplanMeier,
            analysis.CumulativeIncidence,
            analysis.LogRank,
            analysis.MaxCombo,
            analysis.RestrictedMean,
            analysis.Milestone,
            analysis.Cox,
            analysis.FineGray,
            analysis.IllnessDeath,
        ),
    ),
    (
        "Several hypotheses",
        "`multiplicity`",
        (multiplicity.Family, multiplicity.Hypothesis),
    ),
    (
        "Sample sizes",
        "`sample_size`, told apart by `method`",
        (
            sample_size.ProportionSize,
            sample_size.MeanSize,
            sample_size.LogrankSize,
            sample_size.ChangingHazardSize,
            sample_size.HazardPeriod,
            sample_size.SimonSize,
            sample_size.GroupSequential,
            sample_size.EfficacyBound,
            sample_size.FutilityBound,
        ),
    ),
    (
        "Studies of others",
        "`synthesis`, told apart by `method`",
        (
            synthesis.CommonEffect,
            synthesis.RandomEffects,
            synthesis.MantelHaenszel,
            synthesis.Peto,
            synthesis.SingleArms,
        ),
    ),
    ("Published survival curves", "`curves`", (curve.PublishedCurve, curve.CurveArm)),
    (
        "Looks and scenarios",
        "`looks`, `scenarios`",
        (look.Look, look.StoppingRule, look.Scenario),
    ),
    ("Data", "`data`", (look.DataSource,)),
)


def page() -> str:
    """Make the whole page."""
    parts = [INTRODUCTION]
    for title, where, models in SECTIONS:
        parts.append(f"## {title}\n" + (f"\n{where}\n" if where else ""))
        parts += [_model(model) for model in models]
    return "\n".join(parts)


def _model(model: type[BaseModel]) -> str:
    summary = " ".join((model.__doc__ or "").strip().split("\n\n")[0].split())
    rows = [
        f"| `{name}` | {_type(field.annotation)} | {_default(field)} | {field.description or ''} |"
        for name, field in model.model_fields.items()
        if name != "source"
    ]
    head = "| field | value | default | meaning |\n|---|---|---|---|\n"
    return f"### {model.__name__}\n\n{summary}\n\n{head}" + "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**needed**"
    if field.default is PydanticUndefined or field.default in ((), None):
        return ""
    if isinstance(field.default, BaseModel):
        return ""
    if isinstance(field.default, tuple):
        return "`[" + ", ".join(map(str, field.default)) + "]`"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false"}


def _type(annotation: object) -> str:
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type(arguments[0])
    if origin is typing.Literal:
        return ", ".join(f"`{one}`" for one in arguments)
    if origin in (typing.Union, types.UnionType):
        kinds = [_type(one) for one in arguments if one is not type(None)]
        return " or ".join(dict.fromkeys(kinds))
    if origin is tuple:
        inner = [one for one in arguments if one is not Ellipsis]
        return "list of " + " and ".join(dict.fromkeys(_type(one) for one in inner))
    if origin is dict:
        return "name: " + _type(arguments[1])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return _PLAIN.get(annotation, str(annotation))  # type: ignore[arg-type] # any key may be asked for


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stderr.write(f"wrote {PAGE.name}\n")
