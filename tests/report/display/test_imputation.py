"""What a reader sees of imputed values: counts, sentences, grids and lines, from real results."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.report.display import Figure, Paragraph, Table, blocks_of, text_of
from equipoise.report.document import view_of
from equipoise.report.naming import words_of
from equipoise.report.plan.method import method_text
from equipoise.report.rows import ResultRows
from support.counted import analysed, counted_cohort, counted_protocol, responders
from support.lupus import invented_cohort
from support.planned import planned
from support.svg_reader import placed_texts, results_in, size_of

ANALYSES = """\
  drawn: {title: Drawn, method: multiple_imputation, estimand: protein_alive, imputations: 10, seed: 7}
  reference: {title: Reference, method: reference_based, estimand: protein_alive}
  boot: {title: Boot, method: reference_based, estimand: protein_alive, error: bootstrap, samples: 39,
         seed: 7, strategies: [jump_to_reference]}
  line: {title: Line, method: tipping_point, estimand: protein_alive, deltas: [-6, 0, 6]}
  grid: {title: Grid, method: tipping_point, estimand: protein_alive, deltas: [-9, 0, 9],
         control_deltas: [-9, 0, 9]}
  split: {title: Split, method: tipping_point, estimand: remission_without_death}
"""


def case_of(folder, *, effect, missing=0.4):
    """One trial with log proteinuria moved in the arm with cells; None: with every value seen."""
    protocol = planned(folder, "deng2017", ANALYSES)
    cohort = invented_cohort(protocol, sizes={"cells": 20, "placebo": 20}, seed=5)
    rng = np.random.default_rng(1)
    protein = cohort.visit["protein_24h"].copy()
    is_cells = cohort.subject["arm"] == 0
    late = list(protocol.visits).index("W4")
    protein[..., late:] *= np.where(is_cells, np.exp(effect), 1.0)[..., np.newaxis]
    if missing is None:
        protein = np.where(np.isnan(protein), rng.uniform(1, 4, protein.shape), protein)
        alive = np.full(cohort.shape, np.nan)
        cohort = replace(cohort, subject={**cohort.subject, "death_day": alive})
    else:
        left = (rng.random(cohort.shape) < missing)[..., np.newaxis]
        protein[..., late + 2 :] = np.where(left, np.nan, protein[..., late + 2 :])
    cohort = replace(cohort, visit={**cohort.visit, "protein_24h": np.minimum(protein, 59)})
    results = analyse(protocol, derive(protocol, cohort))
    return protocol, results, ResultRows.from_frame(results.frame())


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return case_of(tmp_path_factory.mktemp("imputed"), effect=-1.0)


def blocks(case, name):
    protocol, _, rows = case
    return blocks_of(view_of(protocol, rows, words_of(protocol), name))


def said(found):
    return [text_of(one.runs) for one in found if isinstance(one, Paragraph)]


def test_a_bootstrap_names_its_samples_and_counts_those_drawn_again(case):
    found = blocks(case, "boot")
    (means,) = (one for one in found if isinstance(one, Table) and one.title == "Boot")
    notes = [text_of(one) for one in means.footnotes]
    assert any("39 bootstrap samples within arms from seed 7, percentile" in one for one in notes)
    (further,) = (one for one in found if isinstance(one, Table) and "further" in one.title)
    cells = [text_of(cell.runs) for cell in further.rows[0].cells]
    assert cells == ["39", f"{number(case, analysis='boot', statistic='failed'):g}"]


def test_the_plan_says_how_a_bootstrap_is_drawn(case):
    protocol = case[0]
    text = method_text(protocol, protocol.analyses["boot"])
    for part in ("39 bootstrap samples within arms from seed 7", "limits and p values from their "
                 "percentiles", "their number is given", "Jump to reference".lower()):  # fmt: skip
        assert part in text


def figures(found):
    return [one for one in found if isinstance(one, Figure)]


def number(case, **keys):
    return float(case[1].values(**keys)[0])


@pytest.mark.parametrize("name", ["drawn", "reference", "line"])
def test_says_how_many_values_were_filled(case, name):
    keys = {"analysis": name, "variable": "filled", "by": "visit=W24"}
    cells, placebo = (
        number(case, **keys, group=arm, statistic="count") for arm in ("cells", "placebo")
    )
    wanted = f"filled by the model: {cells:g} of 20 with hUC-MSC; {placebo:g} of 20 with Placebo."
    assert wanted in said(blocks(case, name))[0]


def test_gives_each_strategy_its_sentence_and_its_row(case):
    found = blocks(case, "reference")
    for strategy in ("Jump to reference", "Copy reference", "Copy increments"):
        assert any(strategy in text for text in said(found))
    forest = figures(found)[0]
    head, *rows = [text_of(row.label) for row in forest.numbers[0].rows]
    assert head == "hUC-MSC against Placebo"
    assert rows == [
        f"Week 24, {strategy}"
        for strategy in ("Jump to reference", "Copy reference", "Copy increments")
    ]


def test_says_where_a_shown_difference_is_lost(case):
    keys = {"analysis": "line", "by": "visit=W24", "group": "cells - placebo"}
    above = number(case, **keys, variable="turning_point", statistic="above")
    assert number(case, **keys, variable="turning_point", statistic="significant") == 1
    text = said(blocks(case, "line"))[1]
    assert "which shows lower values with hUC-MSC. It turns where the true values" in text
    assert f"{above:.3f} higher than imputed" in text
    line = figures(blocks(case, "line"))[0]
    assert any("turns at" in one.text for one in placed_texts(line.svg))


def test_never_reads_a_high_p_value_as_equality(tmp_path):
    small = case_of(tmp_path, effect=0.0)
    for name in ("line", "grid", "split"):
        text = " ".join(said(blocks(small, name)))
        if name != "split":
            assert "neither a difference nor that there is none" in text
        for word in ("no difference was", "equivalent", "are equal", "the same effect"):
            assert word not in text


def test_draws_every_cell_with_its_result_and_no_text_on_another(case):
    for name, cells in (("grid", 9), ("line", 3)):
        figure = figures(blocks(case, name))[0]
        known = set(case[1].frame()["result_id"])
        assert set(results_in(figure.svg)) <= known
        assert len(set(results_in(figure.svg))) >= cells
        width, height = size_of(figure.svg)
        texts = list(placed_texts(figure.svg))
        for text in texts:
            assert text.left > -1
            assert text.right < width + 1
            assert text.top > -1
            assert text.bottom < height + 1
        for one, other in combinations(texts, 2):
            assert not one.overlaps(other), (one, other)


def test_counts_the_splits_that_show_a_difference(case):
    keys = {"analysis": "split", "variable": "splits", "group": "cells - placebo"}
    splits = number(case, **keys, statistic="splits")
    found = blocks(case, "split")
    assert f"Over the {splits:g} ways" in said(found)[0]
    drawn = figures(found)[0]
    assert len(drawn.numbers[0].rows) == splits


def test_without_missing_values_there_is_nothing_to_turn(tmp_path):
    whole = case_of(tmp_path, effect=0.0, missing=0.0)
    text = said(blocks(whole, "split"))[0]
    missing = [number(whole, analysis="split", variable="splits", statistic="missing", group=arm)
               for arm in ("cells", "placebo")]  # fmt: skip
    assert f"of {missing[0]:g} with hUC-MSC and of {missing[1]:g} with Placebo is not known" in text


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return case_of(tmp_path_factory.mktemp("whole"), effect=0.0, missing=None)


@pytest.mark.parametrize("name", ["line", "grid"])
def test_where_nothing_is_missing_nothing_is_shifted_or_drawn(whole, name):
    found = blocks(whole, name)
    assert figures(found) == []
    assert "There is nothing to shift." in said(found)[1]


def test_strategies_of_what_is_not_missing_are_one_answer(whole):
    estimates = {
        number(whole, analysis="reference", by=f"visit=W24; strategy={strategy}",
               variable="contrast", statistic="estimate")
        for strategy in ("jump_to_reference", "copy_reference", "copy_increments")
    }  # fmt: skip
    assert len(estimates) == 1
    found = blocks(whole, "reference")
    lead, *rest = said(found)
    assert "0 of 20 with hUC-MSC; 0 of 20 with Placebo. Nothing had to be filled there" in lead
    assert sum("adjusted mean was" in text for text in rest) == 1
    assert not any("reference" in text for text in rest[:1])
    (means,) = (one for one in found if isinstance(one, Table) and one.title == "Reference")
    assert sum(text_of(row.label) == "p" for row in means.rows) == 1


def test_where_every_response_is_known_there_is_nothing_to_fill_in(tmp_path):
    protocol = counted_protocol(tmp_path, "split: method: tipping_point, endpoint: response")
    arm, responds = responders(9, 12, 4, 6)
    cohort = counted_cohort(protocol, arm=arm, subject={"responds": responds})
    results = analysed(protocol, cohort)
    (found,) = said(blocks((protocol, results, ResultRows.from_frame(results.frame())), "split"))
    assert "no response is missing (0 with Cells, 0 with Standard care)" in found
    assert "nothing to fill in (p\u00a0>0.99)." in found
