from __future__ import annotations

from equipoise.report.display.cells import count_and_percent, fixed_number, interval, number
from equipoise.report.display.model import Number, numbers_of, text_of
from equipoise.report.rows import Datum


def datum(value, statistic, state="estimated", message="", variable=""):
    return Datum(
        result_id=statistic, analysis="a", method="m", statistic=statistic, value=value,
        state=state, message=message, variable=variable,
    )  # fmt: skip


def share(count, of):
    percent = None if of == 0 else 100 * count / of
    state = "estimated" if of else "not estimable"
    return count_and_percent(
        datum(count, "count"), datum(percent, "percent", state), datum(of, "denominator")
    )


def test_shows_counts_with_percentages_and_the_size_of_small_groups():
    assert text_of(share(12, 86)) == "12 (14.0%)"
    assert text_of(share(0, 86)) == "0"
    assert text_of(share(3, 12)) == "3/12 (25.0%)"
    assert text_of(share(0, 12)) == "0"
    assert text_of(share(0, 0)) == "0"
    assert [one.result_id for one in numbers_of(share(3, 12))] == [
        "count",
        "denominator",
        "percent",
    ]
    assert count_and_percent(None, None) == ()


def test_marks_a_missing_number_with_its_reason():
    assert fixed_number(datum(None, "mean", "not estimable", "no value"), 1) == Number(
        "NE", "mean", "not estimable (no value)"
    )
    assert fixed_number(None, 1) == ""
    high = number(datum(None, "ci_high", "infinite"), str)
    assert (high.text, high.note) == ("∞", "infinite")


def test_writes_limits_and_one_mark_where_there_are_none():
    assert text_of(interval(datum(-2.663, "ci_low"), datum(0.651, "ci_high"), 1)) == "−2.7 to 0.7"
    none = [datum(None, name, "singular") for name in ("ci_low", "ci_high")]
    assert text_of(interval(*none, 1)) == "NE"
    assert interval(None, none[1], 1) == ()
