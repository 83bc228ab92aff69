from __future__ import annotations

from dataclasses import replace

import polars as pl

from equipoise.report.display.build import BUILDERS
from equipoise.report.display.model import Figure, Paragraph, Table, text_of
from equipoise.report.document import trial_report, view_of
from equipoise.report.naming import words_of
from equipoise.report.rows import ResultRows
from support.report_case import made_case, made_report
from support.svg_reader import placed_texts


def view(case, name):
    rows = ResultRows.from_frame(case.frame)
    return view_of(case.protocol, rows, words_of(case.protocol), name)


def built(case, name):
    found = view(case, name)
    return BUILDERS[found.rows.levels("method")[0]](found)


def grid(table):
    """Rows of a table as label and texts."""
    return [(text_of(row.label), *(text_of(cell.runs) for cell in row.cells)) for row in table.rows]


def table_named(blocks, name):
    return next(one for one in blocks if isinstance(one, Table) and one.id == name)


def value(case, **keys):
    keys = {"by": "", "variable_level": "", **keys}
    found = case.frame.filter(*(pl.col(name) == level for name, level in keys.items()))
    assert found.height == 1
    return found["value"][0]


def test_describes_numbers_categories_and_yes_or_no():
    case = made_case(2)
    rows = grid(table_named(built(case, "demographics"), "demographics"))
    labels = [row[0] for row in rows]
    assert labels[:6] == ["Age, years", "n", "Mean (SD)", "Median (Q1 to Q3)", "Range", "Missing"]
    assert "Sex, n (%)" in labels
    assert "Steroid at entry, n (%)" in labels
    assert "Yes" not in labels
    mean = value(case, analysis="demographics", variable="age", statistic="mean", group="arm0")
    sd = value(case, analysis="demographics", variable="age", statistic="sd", group="arm0")
    assert rows[2][1] == f"{mean:.1f} ({sd:.2f})"
    upcr = [row for row in rows if row[0] == "Mean (SD)"][1]
    assert upcr[1].split(" ")[0].partition(".")[2].__len__() == 2  # captured with one decimal


def test_puts_tests_over_the_arms_into_a_column_of_their_own():
    case = made_case(3)
    keys = {"analysis": "demographics", "method": "describe", "analysis_set": "itt",
            "group": "all arms", "statistic": "p_value", "variable": "age"}  # fmt: skip
    row = case.frame.head(1).with_columns(
        *(pl.lit(level).alias(name) for name, level in keys.items()),
        pl.lit("").alias("by"),
        pl.lit("").alias("variable_level"),
        pl.lit("one-way analysis of variance").alias("message"),
        pl.lit(0.0432).alias("value"),
    )
    frame = pl.concat([case.frame, row])
    document = trial_report(case.protocol, frame, case.provenance, date="2026-11-22")
    who = next(one for one in document.sections if one.id == "who-the-participants-were")
    table = next(one for one in who.blocks if isinstance(one, Table))
    assert table.columns[-1].label == "p"
    assert text_of(table.rows[0].cells[-1].runs) == "0.043"
    assert ("p: one-way analysis of variance.",) in table.footnotes


def test_compares_means_under_their_experimental_arms():
    case = made_case(3)
    blocks = built(case, "primary")
    rows = grid(table_named(blocks, "primary"))
    labels = [row[0] for row in rows]
    against = labels.index("Difference in adjusted means against Mesenchymal stem cells")
    estimate, limits, p_value = rows[against + 1 : against + 4]
    assert estimate[1:3] == ("", "")
    assert limits[0] == "95% CI"
    assert " to " in limits[3]
    assert p_value[3] == "0.23"
    terms = grid(table_named(blocks, "primary-terms"))
    assert terms[0] == ("Arm", "1.25", "2", "65", "0.050")
    notes = [text_of(note) for note in table_named(blocks, "primary").footnotes]
    assert "Residual standard deviation 3.46 on 65 degrees of freedom." in notes


def test_follows_a_course_to_its_last_visit_and_keeps_the_average_out_of_it():
    blocks = built(made_case(2), "course")
    said = [text_of(one.runs) for one in blocks if isinstance(one, Paragraph)]
    assert len(said) == 2
    assert said[0].startswith("Change in SLEDAI-2K, Week 24: the adjusted mean was")
    course = next(one for one in blocks if isinstance(one, Figure) and "course-course" in one.id)
    assert [row[0] for row in grid(course.numbers[0])] == ["Week 4", "Week 12", "Week 24"]
    assert "All visits, averaged" in [row[0] for row in grid(table_named(blocks, "course"))]
    size = value(made_case(2), analysis="course", variable="fit", statistic="n")
    assert said[1] == f"The fit: converged, {size:g} subjects, AIC 512.3."


def test_says_when_the_search_for_a_fit_did_not_end_well():
    case = made_case(2)
    is_end = (pl.col("variable") == "fit") & (pl.col("statistic") == "converged")
    frame = case.frame.filter(pl.col("analysis") == "course").with_columns(
        pl.when(is_end).then(0.0).otherwise(pl.col("value")).alias("value")
    )
    blocks = BUILDERS["mmrm"](replace(view(case, "course"), rows=ResultRows.from_frame(frame)))
    assert "the search did not end well" in text_of(
        next(one.runs for one in blocks if isinstance(one, Paragraph) and one.kind == "note")
    )


def test_draws_a_single_contrast_only_where_it_is_the_primary_result():
    found = view(made_case(2), "responders")
    assert not any(isinstance(one, Figure) for one in BUILDERS["proportion"](found))
    primary = BUILDERS["proportion"](replace(found, is_primary=True))
    assert any(isinstance(one, Figure) for one in primary)


def test_counts_responders_in_words_and_in_a_table():
    case = made_case(2)
    blocks = built(case, "responders")
    count, of = (
        value(case, analysis="responders", variable="response", statistic=name, group="arm1")
        for name in ("count", "denominator")
    )
    assert f"{count:g} of {of:g} (" in text_of(blocks[0].runs)
    rows = grid(table_named(blocks, "responders"))
    assert ("Estimate", "", "18.5") in rows
    assert ("95% CI", "", "−8.5 to 43.0") in rows
    assert ("95% CI", "", "0.81 to NE") in rows
    assert ("p", "", ">0.99") in rows
    notes = [text_of(note) for note in table_named(blocks, "responders").footnotes]
    assert "NE: not estimable (too few subjects)." in notes
    assert "p: Fisher's exact test." in notes


def test_nests_terms_in_classes_and_counts_subjects_and_events():
    case = made_case(2)
    table = table_named(built(case, "events"), "events")
    first = table.rows[0]
    assert text_of(first.label) == "Any adverse event"
    assert [row.is_group for row in table.rows[:3]] == [False, True, False]
    assert [row.indent for row in table.rows[:3]] == [0, 0, 1]
    assert table.columns[-1].over == "p against Placebo"
    term = value(case, analysis="events", variable="term", variable_level="Rash", statistic="events",
                 group="arm1", by="body_system=Skin and subcutaneous tissue disorders")  # fmt: skip
    rash = next(row for row in grid(table) if row[0] == "Rash")
    assert rash[2].endswith(f"[{term:g}]")
    assert rash[3] == "0.012"


def test_says_so_where_no_term_was_recorded():
    blocks = built(made_case(2, has_events=False), "events")
    said = [text_of(one.runs) for one in blocks if isinstance(one, Paragraph)]
    assert said[1] == "No adverse event was recorded under any term."
    assert said[0].startswith("At least one adverse event: 0 of 24 (0.0%) with Placebo [0 events]")
    assert not [one for one in blocks if isinstance(one, Figure)]


def test_draws_hazard_ratios_of_the_same_endpoint_over_the_curve():
    document = made_report("three arms")[1]
    curve = next(
        block
        for section in document.sections
        for part in section.sections
        for block in part.blocks
        if isinstance(block, Figure) and block.id == "figure-curve"
    )
    assert "Hazard ratio, Mesenchymal stem cells against Placebo: 4.15 (95% CI 2.65 to 6.50)" in (
        " ".join(curve.svg.split())
    )
    assert "Log-rank test: p\u00a0&lt;0.001" in curve.svg


def test_a_median_that_is_not_reached_says_so():
    case = made_case(2)
    frame = case.frame.with_columns(
        pl.when((pl.col("variable") == "median") & (pl.col("group") == "arm0"))
        .then(None)
        .otherwise(pl.col("value"))
        .alias("value")
    )
    document = trial_report(case.protocol, frame, case.provenance, date="2026-11-22")
    table = next(
        block
        for section in document.sections
        for part in section.sections
        for block in part.blocks
        if isinstance(block, Table) and block.id == "curve"
    )
    median = next(row for row in grid(table) if row[0].startswith("Median"))
    assert median[1] == "NR"
    assert ("NR: not reached within follow-up.",) in table.footnotes


def test_a_higher_hazard_is_in_favour_of_the_comparator_where_longer_is_better():
    said = [
        text_of(one.runs)
        for one in built(made_case(2), "curve_hazard")
        if isinstance(one, Paragraph)
    ]
    assert "The whole interval lies above no difference, in favour of Placebo." in said[0]
    shares = [
        text_of(one.runs) for one in built(made_case(2), "responders") if isinstance(one, Paragraph)
    ]
    assert "higher with Mesenchymal stem cells" in shares[1]


def test_says_on_which_side_of_a_forest_an_arm_is_better():
    def sides(name, analysis):
        shown = replace(view(case, analysis), is_primary=True)
        blocks = BUILDERS[shown.rows.levels("method")[0]](shown)
        svg = next(one for one in blocks if isinstance(one, Figure) and one.id == name).svg
        return [text.text for text in placed_texts(svg) if "better" in text.text]

    case = made_case(2)
    assert sides("figure-curve_hazard", "curve_hazard")[0] == "← arm named is better"
    assert sides("figure-primary", "primary")[0] == "← arm named is better"
    odds = sides("figure-responders-odds_ratio", "responders")
    assert odds[0] == "← its comparator is better"


def test_draws_an_infinite_limit_to_the_edge_and_an_unknown_one_not_at_all():
    case = made_case(2)
    is_limit = (pl.col("variable") == "odds_ratio") & (pl.col("statistic") == "ci_high")
    unknown = replace(view(case, "responders"), is_primary=True)
    infinite = replace(
        unknown,
        rows=ResultRows.from_frame(
            case.frame.filter(pl.col("analysis") == "responders").with_columns(
                pl.when(is_limit).then(pl.lit("infinite")).otherwise(pl.col("state")).alias("state")
            )
        ),
    )
    drawn = [
        next(
            one
            for one in BUILDERS["proportion"](each)
            if isinstance(one, Figure) and one.id.endswith("odds_ratio")
        ).svg
        for each in (unknown, infinite)
    ]
    assert "0.81 to NE" in drawn[0]
    assert "0.81 to ∞" in drawn[1]
    assert drawn[1].count("<use") == drawn[0].count("<use") + 1  # the arrow head
