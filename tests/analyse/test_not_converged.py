"""A search that does not arrive is a sentence on the page, whatever the method."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.report.caveats import caveat_blocks
from equipoise.report.display import Paragraph, Table, blocks_of, text_of
from equipoise.report.document import view_of
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows
from equipoise.stats import State
from equipoise.stats.binary import fisher_rxc, logistic_kernel
from equipoise.stats.mmrm import optimise
from equipoise.stats.survival import newton_kernel
from support.lupus import invented_cohort
from support.planned import planned

SET = "title: T, analysis_set: itt"
ANALYSES = f"""\
  logistic: {{{SET}, method: logistic, endpoint: remission_24, covariates: [age], interactions: ["arm:age"]}}
  hazard: {{{SET}, method: cox, endpoint: time_to_remission, covariates: [age], ties: exact}}
  subdistribution: {{{SET}, method: fine_gray, endpoint: time_to_remission}}
  mmrm: {{{SET}, method: mmrm, endpoint: albumin_change, covariates: [baseline]}}
  described: {{{SET}, method: describe, variables: [sex], tests: {{category: fisher}}}}
"""
SETTLE = "the search for the most likely ratios did not settle"


@pytest.fixture(scope="module")
def protocol(tmp_path_factory):
    return planned(tmp_path_factory.mktemp("lost"), "deng2017", ANALYSES)


@pytest.fixture(scope="module")
def derived(protocol):
    return derive(protocol, invented_cohort(protocol, sizes={"cells": 12, "placebo": 6}, seed=5))


def stop_logistic(monkeypatch):
    plain = logistic_kernel.maximise.py_func  # compiled, its number of steps is fixed
    monkeypatch.setattr(logistic_kernel, "maximise", plain)
    monkeypatch.setattr(logistic_kernel, "_STEPS", 1)


def stop_newton(monkeypatch):
    monkeypatch.setattr(newton_kernel, "ITERATIONS", 1)


def stop_mixed_model(monkeypatch):
    def no_second_opinion(problem, structure, **_):
        return structure.start(np.eye(problem.seen.shape[1])[np.newaxis])

    monkeypatch.setattr(optimise, "_ITERATIONS", 1)
    monkeypatch.setattr(optimise, "_trust_region", no_second_opinion)


def stop_enumeration(monkeypatch):
    monkeypatch.setattr(fisher_rxc, "_LARGEST", 0)


@pytest.mark.parametrize(
    ("name", "stop", "variables", "sentence"),
    [
        ("logistic", stop_logistic, {"log_odds_ratio", "odds_ratio", "risk_difference"}, SETTLE),
        ("hazard", stop_newton, {"log_hazard_ratio", "hazard_ratio"}, SETTLE),
        ("subdistribution", stop_newton,
         {"log_subdistribution_hazard_ratio", "subdistribution_hazard_ratio"}, SETTLE),
        ("mmrm", stop_mixed_model, {"lsmean", "contrast", "term", "fit"},
         "the search stopped at a gradient of"),
        ("described", stop_enumeration, {"sex"},
         "too many tables have these margins to go through them all"),
    ],
)  # fmt: skip
def test_a_search_that_does_not_arrive_is_a_sentence_on_the_page(
    monkeypatch, protocol, derived, name, stop, variables, sentence
):
    before = analyse(protocol, derived, only=[name])
    assert not [row.key for row in before.rows if row.state[0] == State.NOT_CONVERGED]
    stop(monkeypatch)
    results = analyse(protocol, derived, only=[name])
    lost = [row for row in results.rows if row.state[0] == State.NOT_CONVERGED]
    assert {row.key.variable for row in lost} >= variables
    for row in lost:
        assert sentence in row.message, row.key
    rows, words = ResultRows.from_frame(results.frame()), words_of(protocol)
    (listed,) = (
        block for block in caveat_blocks(protocol, rows, words)
        if isinstance(block, Table) and block.title == "Results that could not be estimated"
    )  # fmt: skip
    printed = " ".join(text_of(row.cells[-1].runs) for row in listed.rows if row.cells)
    assert f"not converged: {sentence}" in printed
    blocks = blocks_of(view_of(protocol, rows, words, name))
    said = [text_of(block.runs) for block in blocks if isinstance(block, Paragraph)]
    notes = [
        text_of(note) for block in blocks if isinstance(block, Table) for note in block.footnotes
    ]
    assert any(sentence in text for text in (*said, *notes))
