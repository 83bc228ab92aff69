"""`equipoise explain`: the table of methods for a person and for a program."""

import json

import pytest
from typer.testing import CliRunner

from equipoise.cli.app import app
from equipoise.errors import DataError
from equipoise.stats.explanation import explanations

RUNNER = CliRunner()


def explain(*words):
    return RUNNER.invoke(app, ["explain", *words], catch_exceptions=False)


def test_all_methods_are_listed():
    rows = json.loads(explain("--json").stdout)
    assert [row["name"] for row in rows] == list(explanations())
    assert "fisher_test" in explain().stdout


def test_one_method_is_explained_by_the_name_that_a_protocol_gives_it():
    text = explain("newcombe").stdout
    for words in (
        "Hybrid score",
        "Newcombe 1998, Stat Med 17:873; method 10",
        "DescTools::BinomDiffCI",
        "equipoise.stats.binary.risk_difference_newcombe",
        "interval.newcombe with method.proportion",
        "docs/methods/binary/risk_difference_newcombe.md",
    ):
        assert words in text


def test_the_arguments_of_a_method_that_shares_its_function_are_told():
    assert "Arguments covariance: toep or toeph" in explain("toeplitz").stdout


def test_a_program_reads_the_same():
    found = json.loads(explain("mmrm", "--json").stdout)
    assert found["name"] == "fit_mmrm"
    assert found["functions"] == ["mmrm.fit_mmrm"]
    assert found["page"] == "methods/mmrm/fit_mmrm.md"


def test_an_unknown_method_is_named_with_the_nearest():
    with pytest.raises(DataError, match="did you mean 'fisher_test'"):
        explain("fisher_tset")
