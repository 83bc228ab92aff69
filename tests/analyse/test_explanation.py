"""Every method that a protocol can name is explained, and every analysis cites what it computes."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from equipoise.analyse import methods_of
from equipoise.protocol.model.analysis import Analysis
from equipoise.protocol.model.curve import PublishedCurve
from equipoise.protocol.model.look import StoppingRule
from equipoise.protocol.model.multiplicity import Family
from equipoise.protocol.model.sample_size import SampleSize, SampleSizeBase
from equipoise.protocol.model.synthesis import Synthesis
from equipoise.stats.explanation import explanations
from equipoise.trials import library, load_protocol

MODELS: tuple[type[BaseModel], ...] = (
    *typing.get_args(typing.get_args(Analysis)[0]),
    Family,
    StoppingRule,
    *typing.get_args(typing.get_args(SampleSize)[0]),
    *typing.get_args(typing.get_args(Synthesis)[0]),
    PublishedCurve,
)

METHOD = ("method.", "sample_size.")

NO_METHOD = {
    "role": "what the analysis is for",
    "contrasts": "which pairs",
    "alternative": "which side of the test that is named elsewhere",
    "weights": "explained with least-squares means",
    "measures": "which quantity; explained with its interval where it is a ratio",
    "denominator": "what a percentage is of",
    "sort": "order of rows",
    "beyond": "explained with the curve",
    "margin_kind": "which claim; its test is named elsewhere",
    "departure": "from which visit on a strategy holds",
    "count": "which events are counted",
    "conclusion": "what a stop would say",
    "stop_when": "on which side of the threshold",
    "benefit": "which direction is good",
    "criterion": "explained with the two-stage design",
    "least_confidence": "which rows of a table are used",
    "means": "which numbers of a table are used",
    "unit": "of the times of a curve",
}
"""Fields whose words choose no formula, and why."""

BY_ITSELF = {
    "none": "nothing is computed",
    "model": "the errors of the model itself",
    "p_value": "that of the analysis looked at",
    "z": "that of the analysis looked at",
    "values": "the numbers of the category as they are",
}
"""Words that ask for nothing beside the method."""

HOW = """
Add to the entry of the method in src/equipoise/stats/explanation/FAMILY.toml:

    protocol = ["{setting}"]

(`within = [...]` where the analysis computes the method beside what it is named for;
"{setting} + method.NAME" where the word means something else in other analyses,
"field.word|other" for several words, "field.true", "field.given" for what is switched on).
If the field chooses no method, add it to NO_METHOD in this test, with the reason."""


def settings(model: type[BaseModel]) -> Iterator[str]:
    """Every word that a field of a planned analysis can take, as ``field.word``."""
    for name, field in model.model_fields.items():
        is_size = name == "method" and issubclass(model, SampleSizeBase)
        yield from (
            f"{'sample_size' if is_size else name}.{word}" for word in words(field.annotation)
        )
        for nested in nouns(field.annotation):
            yield from settings(nested)


def words(annotation: object) -> list[str]:
    origin = typing.get_origin(annotation)
    if origin is typing.Literal:
        return [one for one in typing.get_args(annotation) if isinstance(one, str)]
    if origin in (typing.Union, types.UnionType, tuple, typing.Annotated):
        return [word for one in typing.get_args(annotation) for word in words(one)]
    return []


def nouns(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [noun for one in typing.get_args(annotation) for noun in nouns(one)]


def is_explained(setting: str, methods: set[str]) -> bool:
    """Some entry answers to the setting in an analysis of one of these methods."""
    for one in explanations().values():
        for wanted in (*one.asked, *one.within):
            others = {word for word in wanted if word.startswith(METHOD)} - {setting}
            if setting in wanted and others <= methods:
                return True
    return False


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_method_that_a_protocol_can_name_is_explained(model):
    found = list(settings(model))
    methods = {one for one in found if one.startswith(METHOD)}
    for setting in found:
        field, word = setting.split(".", 1)
        if field in NO_METHOD or word in BY_ITSELF:
            continue
        assert is_explained(setting, methods), (
            f"{model.__name__}: {setting} without explanation" + HOW.format(setting=setting)
        )


def test_every_setting_of_the_table_is_one_that_a_protocol_can_write():
    known = {setting for model in MODELS for setting in settings(model)}
    for model in MODELS:
        for name, field in model.model_fields.items():
            known |= {f"{name}.given", f"{name}.empty"}
            if field.annotation is bool:
                known |= {f"{name}.true", f"{name}.false"}
    for one in explanations().values():
        for wanted in (*one.asked, *one.within):
            assert set(wanted) <= known, one.name


def test_fields_without_a_method_are_fields():
    assert set(NO_METHOD) <= {setting.split(".")[0] for model in MODELS for setting in settings(model)}  # fmt: skip


@pytest.mark.parametrize("name", library())
def test_every_analysis_of_the_library_cites_its_methods(name):
    for key, analysis in load_protocol(name).analyses.items():
        assert methods_of(analysis), key


def test_an_analysis_cites_what_its_options_ask_for_and_nothing_else():
    analyses = load_protocol("deng2017").analyses
    kinds = {analysis.method: analysis for analysis in analyses.values()}
    proportion = kinds["proportion"].model_copy(
        update={"measures": ("risk_difference", "relative_risk"), "interval": "newcombe", "test": "none"}
    )  # fmt: skip
    assert {one.name for one in methods_of(proportion)} == {
        "proportion",
        "proportion_wilson",
        "risk_difference_newcombe",
        "risk_ratio_katz",
    }
