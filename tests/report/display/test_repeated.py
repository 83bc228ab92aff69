"""Repeated-measures analysis of variance and margins of means, as a reader sees them."""

import numpy as np
import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.report.display import Figure, Paragraph, Table, blocks_of, numbers_of, text_of
from equipoise.report.document import view_of
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows
from equipoise.report.two_ways import two_ways_section
from equipoise.trials import load_protocol
from support.lupus import invented_cohort


@pytest.fixture(scope="module")
def case():
    protocol = load_protocol("wang2012")
    cohort = invented_cohort(protocol, sizes={"single": 29, "double": 29}, seed=3)
    derived = derive(protocol, cohort)
    results = analyse(protocol, derived, only=["sledai_anova", "sledai_model", "dsdna_anova"])
    return protocol, derived, results


def blocks(case, name):
    protocol, _, results = case
    rows = ResultRows.from_frame(results.frame())
    return blocks_of(view_of(protocol, rows, words_of(protocol), name))


def said(found):
    return [text_of(one.runs) for one in found if isinstance(one, Paragraph)]


def grid(table):
    return {text_of(row.label): [text_of(cell.runs) for cell in row.cells] for row in table.rows}


def table_named(found, name):
    return next(one for one in found if isinstance(one, Table) and one.id == name)


def test_says_how_many_subjects_each_analysis_uses(case):
    values = case[1].endpoints["sledai_course"].value
    complete = int((~np.isnan(values).any(axis=-1)).sum())
    some = int((~np.isnan(values).all(axis=-1)).sum())
    assert complete < some
    text = said(blocks(case, "sledai_anova"))[1]
    assert f"with a value at every visit: {complete}; {58 - complete} are left out." in text
    assert text.endswith(f"The mixed model of the same measure uses {some}.")
    assert "mixed model" not in said(blocks(case, "dsdna_anova"))[1]  # its model is of logarithms


def test_reads_the_corrected_test_of_arm_by_visit(case):
    text = said(blocks(case, "sledai_anova"))[0]
    assert text.startswith("SLEDAI-2K by visit, arm by visit: F\u00a0=\u00a0")
    p_value = case[2].values(analysis="sledai_anova", variable_level="arm:visit",
                             statistic="p_value_greenhouse_geisser")[0]  # fmt: skip
    if p_value >= 0.05:
        assert text.endswith("neither that the courses of the arms differ nor that they run alike.")
    else:
        assert text.endswith("the courses of the arms differ.")


def test_shows_means_errors_corrections_and_sphericity(case):
    found = blocks(case, "sledai_anova")
    course = next(one for one in found if isinstance(one, Figure))
    assert list(grid(course.numbers[0])) == ["Month 1", "Month 3", "Month 6", "Month 12"]
    means = table_named(found, "sledai_anova")
    labels = [text_of(row.label) for row in means.rows]
    assert labels.count("SE of the mean") == 4
    values = case[1].endpoints["sledai_course"].value[0]
    kept = values[~np.isnan(values).any(axis=-1) & (case[1].world.subject["arm"][0] == 0), 0]
    error = kept.std(ddof=1) / np.sqrt(kept.size)
    shown = next(row for row in means.rows if text_of(row.label) == "SE of the mean")
    assert text_of(shown.cells[0].runs) == f"{error:.2f}"
    terms = table_named(found, "sledai_anova-terms")
    heads = [column.label for column in terms.columns]
    assert "p, Greenhouse-Geisser" in heads
    assert "p, Huynh-Feldt" in heads
    sphericity = grid(table_named(found, "sledai_anova-sphericity"))
    assert "Mauchly's W" in sphericity
    assert "p of Mauchly's test" in sphericity


def test_sets_both_ways_of_two_measures_in_one_table(case):
    protocol, derived, _ = case
    chosen = ["sledai_anova", "sledai_model", "protein_anova", "protein_model"]
    rows = ResultRows.from_frame(analyse(protocol, derived, only=chosen).frame())
    views = [view_of(protocol, rows, words_of(protocol), name) for name in chosen]
    assert two_ways_section(views[:2]) is None  # one measure is read where it stands
    section = two_ways_section(views)
    table = section.blocks[-1]
    keys = {"analysis": "protein_model", "variable": "contrast", "by": "visit=M12"}
    estimate = rows.where(**keys, statistic="estimate").rows[0]
    cells = grid(table)["Change in log proteinuria"]
    assert cells[3].startswith(f"{estimate.value:.3f} (".replace("-", "−"))
    used = rows.where(analysis="protein_anova", variable="term").rows[0].n_used
    assert cells[0] == f"{used:g}"
    shown = {
        one.result_id for row in table.rows for cell in row.cells for one in numbers_of(cell.runs)
    }
    assert estimate.result_id in shown
    assert shown <= {row.result_id for row in rows}


def test_says_what_the_margin_of_a_mixed_model_allows(case):
    found = blocks(case, "sledai_model")
    text = next(one for one in said(found) if one.startswith("Equivalence within a margin"))
    keys = {"analysis": "sledai_model", "variable": "margin", "by": "visit=M12",
            "group": "double - single"}  # fmt: skip
    concluded = case[2].values(**keys, statistic="concluded")[0]
    assert ("are shown to" in text) == bool(concluded)
    assert ("are not shown to" in text) != bool(concluded)
    margins = table_named(found, "sledai_model-margin")
    assert [column.label for column in margins.columns][3] == "Smallest margin excluded"
    smallest = case[2].values(**keys, statistic="smallest_margin")[0]
    row = grid(margins)["Double infusion against Single infusion, Month 12"]
    assert row[3] == f"{smallest:.1f}"
