"""A method that a protocol can name is known in every room that it passes through."""

from pathlib import Path
from typing import get_args

import pytest

from equipoise.analyse.analyse import METHODS
from equipoise.protocol.model.analysis import Analysis
from equipoise.report.display.build import BUILDERS
from equipoise.report.naming import _METHODS as NAMES
from equipoise.stats.explanation import explanations

ROOT = Path(__file__).parents[2]
NAMED = sorted(
    name
    for model in get_args(get_args(Analysis)[0])
    for name in get_args(model.model_fields["method"].annotation)
)


def test_every_method_of_the_model_is_computed_and_no_other():
    assert sorted(METHODS) == NAMED


@pytest.mark.parametrize("name", NAMED)
def test_a_method_is_explained_named_laid_out_and_documented(name):
    asked = {word for one in explanations().values() for group in one.asked for word in group}
    assert f"method.{name}" in asked
    assert name in NAMES
    assert name in BUILDERS
    assert f"`{name}`" in (ROOT / "docs" / "results.md").read_text("utf-8")
