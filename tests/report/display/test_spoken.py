from __future__ import annotations

from dataclasses import replace

import pytest

from equipoise.report.display.model import Cell, Column, Number, Row, Table, numbers_of, text_of
from equipoise.report.display.spoken import Effect, alt_text, finding, p_value_words, reading
from equipoise.report.display.view import View
from equipoise.report.display.words import Words
from equipoise.report.rows import Datum, ResultRows

VIEW = View(id="a", title="A", rows=ResultRows(()), every=ResultRows(()), words=Words())


def datum(value, statistic="estimate", state="estimated", message=""):
    return Datum(
        result_id=f"id-{statistic}", analysis="a", method="m", statistic=statistic, value=value,
        state=state, message=message,
    )  # fmt: skip


def effect(estimate, low, high, p_value=None, **changes):
    whole = {
        "subject": "Change in activity",
        "quantity": "adjusted mean",
        "name": "difference",
        "unit": "points",
        "experimental": "Stem cells",
        "control": "Placebo",
        "decimals": 1,
        "benefit": "lower",
        "estimate": datum(estimate),
        "ci_low": datum(low, "ci_low"),
        "ci_high": datum(high, "ci_high"),
        "p_value": None if p_value is None else datum(p_value, "p_value"),
    }
    return Effect(**{**whole, **changes})


def test_says_what_was_found_with_interval_and_p_value():
    runs = finding(effect(-1.006, -2.663, 0.651, 0.2326), VIEW)
    assert text_of(runs) == (
        "Change in activity: the adjusted mean was 1.0 point lower with Stem cells than with "
        "Placebo (difference −1.0, 95% CI −2.7 to 0.7; p\u00a0=\u00a00.23)."
    )
    assert [one.result_id for one in numbers_of(runs)] == [
        "id-estimate", "id-estimate", "id-ci_low", "id-ci_high", "id-p_value",
    ]  # fmt: skip


def test_never_reads_an_interval_over_zero_as_no_difference():
    text = text_of(reading(effect(-1.0, -2.7, 0.7)))
    assert "does not show which arm does better" in text
    assert "does not show that they do equally well" in text


def test_says_so_in_short_beside_the_primary_result():
    inconclusive = effect(-1.0, -2.7, 0.7)
    text = text_of(reading(inconclusive, is_primary=False))
    assert "inconclusive, and not a sign that the arms do equally well" in text
    assert len(text) < len(text_of(reading(inconclusive)))
    clear = effect(-2.0, -3.0, -1.0)
    assert reading(clear, is_primary=False) == reading(clear)


def test_says_on_which_side_an_interval_lies():
    assert text_of(reading(effect(-2.0, -3.0, -1.0))) == (
        "The whole interval lies below no difference, in favour of Stem cells."
    )
    assert "in favour of Placebo" in text_of(reading(effect(2.0, 1.0, 3.0)))
    assert "favour" not in text_of(reading(effect(2.0, 1.0, 3.0, benefit="neither")))
    higher = effect(2.0, 1.0, 3.0, benefit="higher")
    assert "in favour of Stem cells" in text_of(reading(higher))


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (-2.7, 0.7, "a benefit of that size is not excluded, a harm of that size is excluded"),
        (-2.7, 2.5, "neither a benefit nor a harm of that size is excluded"),
        (-1.5, 0.7, "a benefit of that size is excluded, a harm of that size is excluded"),
        (-5.0, -3.0, "the whole interval is a benefit of more than that, a harm of that size is"),
        (3.0, 5.0, "the whole interval is a harm of more than that, a benefit of that size is"),
        (-3.0, -1.0, "a benefit of that size is not excluded, a harm of that size is excluded"),
    ],
)
def test_compares_the_interval_with_the_smallest_difference_that_matters(low, high, words):
    text = text_of(reading(effect((low + high) / 2, low, high, important=2.0)))
    assert "The smallest difference that matters to subjects is 2 points" in text
    assert words in text


def test_reads_an_interval_without_an_end_as_open():
    infinite = effect(2.0, 0.4, None, ci_high=datum(None, "ci_high", "infinite"), is_ratio=True)
    assert "no difference and differences in both directions" in text_of(reading(infinite))


def test_says_why_a_contrast_has_no_estimate():
    none = datum(None, state="singular", message="one arm empty")
    failed = replace(effect(None, None, None), estimate=none)
    assert text_of(finding(failed, VIEW)) == (
        "Change in activity: Stem cells against Placebo could not be estimated: singular "
        "(one arm empty)."
    )
    assert reading(failed) == ()


def test_words_ratios_shares_and_one_sided_tests():
    ratio = effect(4.149, 2.65, 6.5, 1e-9, is_ratio=True, decimals=2, name="hazard ratio",
                   quantity="hazard", unit="")  # fmt: skip
    assert (
        "was 4.15 times that with Placebo (hazard ratio 4.15, 95% CI 2.65 to 6.50; p\u00a0<0.001)"
        in (text_of(finding(ratio, VIEW)))
    )
    odds = replace(ratio, quantity="odds")
    assert "were 4.15 times those with Placebo" in text_of(finding(odds, VIEW))
    share = effect(0.1855, -0.085, 0.43, shift=2, unit="percentage points")
    assert "was 18.6 percentage points higher" in text_of(finding(share, VIEW))
    assert "95% CI −8.5 to 43.0" in text_of(finding(share, VIEW))
    one_sided = replace(VIEW, alternative="greater")
    assert (
        text_of(p_value_words(datum(0.02, "p_value"), one_sided)) == "one-sided p\u00a0=\u00a00.020"
    )


def test_describes_a_figure_by_its_numbers_and_stops_where_it_gets_long():
    row = Row(label=("Rash",), cells=(Cell((Number("3", "x"), " of 9")), Cell()))
    columns = (Column(label="Placebo"), Column(label="Total"))
    table = Table(id="t", title="Adverse events", columns=columns, rows=(row,) * 20)
    text = alt_text("Dot plot", table)
    assert text.startswith("Dot plot: Adverse events. Rash: Placebo 3 of 9; Rash")
    assert text.endswith("8 more rows stand in the table of its numbers.")
