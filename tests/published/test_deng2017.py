"""deng2017: what is public, recomputed. Expected numbers and their places: evidence/deng2017.md.

Table 2 of Deng D, et al. Ann Rheum Dis 2017; 76:1436-1439, and what was calculated from it.
"""

import pytest

from equipoise.design import decide_at_look, operating_characteristics
from equipoise.evidence import recompute


@pytest.fixture(scope="module")
def evidence():
    return recompute("deng2017")


@pytest.fixture(scope="module")
def value(evidence):
    def find(analysis, statistic, **keys):
        rows = [
            row for row in evidence.rows
            if row.key.analysis == analysis and row.key.statistic == statistic
            and all(getattr(row.key, name) == wanted for name, wanted in keys.items())
        ]  # fmt: skip
        assert len(rows) == 1, (analysis, statistic, keys, len(rows))
        return rows[0].value[0]

    return find


@pytest.fixture(scope="module")
def text(evidence):
    return {one.id: one.text for one in evidence.statements}


@pytest.fixture(scope="module")
def not_found(evidence):
    return " ".join(one.title for one in evidence.of_kind("not_found"))


CONTRAST = "cells - placebo"

# outcome: placebo of 6, cells of 12, as table 2 prints them
COUNTS = {
    "remission": (5, 83, 9, 75),
    "complete_remission": (3, 50, 5, 42),
    "sledai_above_8": (4, 67, 3, 25),
    "bilag_a_or_b": (5, 83, 8, 67),
    "dsdna_raised": (3, 50, 1, 8),
    "ana_raised": (5, 83, 7, 58),
}


@pytest.mark.parametrize(("name", "printed"), COUNTS.items())
def test_percentages_of_table_2(value, name, printed):
    placebo, percent_placebo, cells, percent_cells = printed
    for arm, count, percent, n in (
        ("placebo", placebo, percent_placebo, 6), ("cells", cells, percent_cells, 12),
    ):  # fmt: skip
        assert value(name, "count", group=arm, by="") == count
        assert value(name, "denominator", group=arm, by="") == n
        assert value(name, "percent", group=arm) == pytest.approx(percent, abs=0.5)
        assert value(name, "percent_published", group=arm) == percent


def test_every_printed_percentage_can_be_rebuilt(text):
    assert text["percentages"].startswith("13 printed percentages can be rebuilt")
    assert not [name for name in text if name.startswith("cannot_rebuild")]


@pytest.mark.parametrize(
    ("name", "placebo", "cells"),
    [("protein_24h", 4.5, 3.1), ("albumin", 27, 25), ("creatinine", 78, 70), ("clearance", 91, 105)],
)  # fmt: skip
def test_derived_baselines(value, name, placebo, cells):
    """Derived baselines: 6-month mean minus mean change."""
    assert value(name, "mean", variable="baseline", group="placebo") == pytest.approx(placebo)
    assert value(name, "mean", variable="baseline", group="cells") == pytest.approx(cells)


def test_the_placebo_arm_began_with_more_protein(value, text):
    """About 1.4 g/day more; this matters more than anything else."""
    more = value("protein_24h", "mean", variable="baseline", group="placebo") - value(
        "protein_24h", "mean", variable="baseline", group="cells"
    )
    assert more == pytest.approx(1.4)
    assert "3.1 against 4.5 g" in text["final_against_change_protein_24h"]


def test_final_value_against_change(value, text):
    """Tension 1: the value differs by -2.1 g, the change by only -0.7 g."""
    for measure, difference in (("final", -2.1), ("change", -0.7)):
        got = value("protein_24h", "estimate", variable="contrast", variable_level="student",
                    by=f"measure={measure}")  # fmt: skip
        assert got == pytest.approx(difference)
    assert "67% of the difference at the visit was there at entry" in text[
        "final_against_change_protein_24h"
    ]  # fmt: skip


def test_student_and_welch_fall_on_opposite_sides(value, text):
    """Tension 2. By hand: pooled SD sqrt((11 + 5 x 2.7^2) / 16) = 1.72, t = -2.1 / 0.861 = -2.439
    on 16 degrees; Welch: SE sqrt(1/12 + 2.7^2/6) = 1.14, t = -1.84 on 5.7 degrees.
    """
    keys = {"variable": "contrast", "by": "measure=final"}
    student = {
        name: value("protein_24h", name, variable_level="student", **keys)
        for name in ("statistic", "df", "p_value", "p_value_high")
    }
    welch = {
        name: value("protein_24h", name, variable_level="welch", **keys)
        for name in ("statistic", "df", "p_value", "p_value_low")
    }
    assert student["statistic"] == pytest.approx(-2.439, abs=0.001)
    assert student["df"] == 16
    assert welch["statistic"] == pytest.approx(-1.843, abs=0.001)
    assert welch["df"] == pytest.approx(5.70, abs=0.01)
    assert student["p_value"] < student["p_value_high"] < 0.05
    assert 0.05 < welch["p_value_low"] < welch["p_value"]
    assert "opposite sides of 5%. Rounding of the printed numbers does not change this" in text[
        "two_tests_protein_24h_final"
    ]  # fmt: skip


def test_one_patient_explains_the_mean(value, text):
    """Tension 3: five at 2.0 g and one at 8.6 g give mean 3.1 and SD 2.7."""
    keys = {"variable": "one_patient", "group": "placebo"}
    assert value("protein_24h", "others", **keys) == pytest.approx(2.0, abs=0.05)
    assert value("protein_24h", "lone", **keys) == pytest.approx(8.6, abs=0.05)
    assert "exactly one of 6 did not reach remission" in text["one_patient_protein_24h_placebo"]


def test_remission_and_activity_overlap(text):
    """Tension 3: 5 of 6 on placebo remitted, yet 4 of 6 have SLEDAI above 8."""
    assert (
        "SLEDAI above 8 at 6 months in at least 3 of 6 under Placebo" in text["overlap_remission"]
    )


def test_time_to_remission_is_over_remitters(value, text):
    """Tension 4: the mean can only be over 5 and 9."""
    assert (
        value("time_to_remission", "n", group="placebo", variable="value", by="measure=final") == 5
    )
    assert value("time_to_remission", "n", group="cells", variable="value", by="measure=final") == 9
    assert "9 of 12 and 5 of 6" in text["among_time_to_remission"]


def test_ever_against_at_six_months(value, text):
    """Tension 4: the count may be of remission ever by 6 months."""
    assert value("remission", "estimate", variable="risk_difference", by="lost=0 v 1") == (
        pytest.approx(9 / 12 - 4 / 6)
    )
    assert "the direction would turn: 75% against 67%" in text["ever_or_at_remission"]


@pytest.mark.parametrize(
    ("reading", "cells", "n"),
    [
        ("failure, not counted in print", 9, 12),
        ("failure, counted in print", 8, 12),
        ("left out, not counted in print", 9, 11),
        ("left out, counted in print", 8, 11),
    ],
)
def test_the_death_under_two_strategies(value, reading, cells, n):
    """Tension 5."""
    got = value("remission", "estimate", variable="risk_difference", by=f"death={reading}")
    assert got == pytest.approx(cells / n - 5 / 6)


def test_laboratory_percentages_still_hold_the_dead(text):
    """Tension 5: percentages keep 12 although one died."""
    assert "3 is 25% of 12; of 11 it would be 27%" in text["alive_cells"]


def test_directions(text):
    """Tension 6: remission favours placebo; SLEDAI and dsDNA favour cells; none is reliable."""
    cells, placebo = text["directions"].split("Better under Placebo:")
    assert "SLEDAI above 8" in cells
    assert "Anti-dsDNA" in cells
    assert "Remission, complete or partial" in placebo
    assert "none would reach a two-sided p of 0.05" in placebo


def test_newcombe_interval_of_remission(value, text):
    """Tension 7: -40 to +35 percentage points; the upper limit is 34.49."""
    keys = {"variable": "risk_difference", "by": "", "group": CONTRAST}
    assert value("remission", "ci_low", **keys) == pytest.approx(-0.40, abs=0.005)
    assert value("remission", "ci_high", **keys) == pytest.approx(0.35, abs=0.0051)
    assert "the data do not say which is true" in text["difference_remission"]


def test_listed_events_and_infections(value):
    """2/6 v 2/12 patients with a listed event; infections 0/6 v 2/12."""
    assert value("listed_event", "percent", group="placebo") == pytest.approx(100 * 2 / 6)
    assert value("listed_event", "percent", group="cells") == pytest.approx(100 * 2 / 12)
    assert value("infection", "count", group="placebo") == 0
    assert value("infection", "count", group="cells") == 2


def test_the_stated_futility_rule(evidence):
    """What to encode: the observed result has predictive probability 0.0019433 and stops."""
    remission = evidence.published.counts["remission"].arms
    found = decide_at_look(
        evidence.protocol, look="futility",
        responses={arm: one.count for arm, one in remission.items()},
    )  # fmt: skip
    assert found.predictive_probability == pytest.approx(0.0019433, abs=5e-8)
    assert found.decision == "stop for futility"
    assert found.conclusion == "inconclusive"


def test_exact_power_at_twelve_against_six(evidence):
    """Tension 8: 90 % v 60 % is 21 %, 90 % v 75 % is 6 %."""
    found = operating_characteristics(evidence.protocol)
    power = dict(zip(found.scenario, found.fixed.significant, strict=True))
    assert power["dramatic"] == pytest.approx(0.21, abs=0.005)
    assert power["ceiling"] == pytest.approx(0.06, abs=0.005)


def test_what_was_not_found_is_said(not_found):
    for words in ("complete remission", "placebo", "Rule and timing of the stop", "p-value"):
        assert words in not_found
