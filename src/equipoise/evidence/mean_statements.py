"""What published means say, and where two readings of them disagree: sentences with rows."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.key import by_text
from equipoise.analyse.results import Row
from equipoise.analyse.statement import Statement, cited, p_words, signed
from equipoise.evidence.means import (
    MEASURES,
    TESTS,
    baselines_of,
    compare_means,
    is_skewed,
    lone_patient,
    sizes_of,
)
from equipoise.evidence.published import Means, Published

__all__ = ["mean_statements"]

_LEVEL = 0.05


def mean_statements(published: Published, rows: tuple[Row, ...]) -> Iterator[Statement]:
    """Say where two tests, a final value and its change, or a mean and its patients disagree."""
    for name, means in published.means.items():
        own = tuple(row for row in rows if row.key.analysis == name)
        yield from _two_tests(published, name, means, own)
        yield from _final_against_change(published, name, means, own)
        yield from _one_patient(published, name, means, own)
        yield from _among(published, name, means, own)


def _unit(means: Means) -> str:
    return "" if means.unit == "1" else f" {means.unit}"


def _digits(means: Means) -> int:
    printed = [one.mean for side in (means.final, means.change) for one in side.values()]
    return max(len(text.partition(".")[2]) for text in printed)


def _contrast_cites(own: tuple[Row, ...], measure: str) -> tuple[str, ...]:
    return cited(
        row for row in own
        if row.key.variable == "contrast" and row.key.by == by_text(measure=measure)
    )  # fmt: skip


def _two_tests(
    published: Published, name: str, means: Means, own: tuple[Row, ...]
) -> Iterator[Statement]:
    for measure, words in MEASURES.items():
        compared = compare_means(published, means, measure)
        if compared is None:
            continue
        p_values = {test: float(found.p_value) for test, found in compared.tests.items()}
        if len({value <= _LEVEL for value in p_values.values()}) == 1:
            continue
        sure = all(
            (compared.p_high[test] <= _LEVEL) or (compared.p_low[test] > _LEVEL) for test in TESTS
        )
        rounding = (
            "Rounding of the printed numbers does not change this."
            if sure
            else "Within the rounding of the printed numbers either could lie on the other side."
        )
        given = getattr(means, measure)
        sds = " and ".join(f"{given[arm].sd} (n = {sizes_of(published, means)[arm]})"
                           for arm in published.contrast)  # fmt: skip
        yield Statement(
            id=f"two_tests_{name}_{measure}",
            topic="mean",
            title=f"{means.label}, {words}: two tests, two answers",
            text=(
                f"Student's test, which takes the standard deviations {sds} as one, gives "
                f"p {p_words(p_values['student'])}; Welch's, which does not, gives "
                f"p {p_words(p_values['welch'])}. They fall on opposite sides of 5%. {rounding}"
            ),
            kind="disagreement",
            cites=_contrast_cites(own, measure),
            short=(
                f"{means.label}, {words}: Student's test gives p {p_words(p_values['student'])}, "
                f"Welch's p {p_words(p_values['welch'])}, on opposite sides of 5%."
            ),
        )


def _final_against_change(
    published: Published, name: str, means: Means, own: tuple[Row, ...]
) -> Iterator[Statement]:
    final = compare_means(published, means, "final")
    change = compare_means(published, means, "change")
    baselines = baselines_of(means)
    if final is None or change is None:
        return
    one, other = published.contrast
    at_entry = baselines[one].mean - baselines[other].mean
    at_visit = float(final.tests["student"].estimate)
    of_change = float(change.tests["student"].estimate)
    digits = _digits(means)
    if abs(at_entry) <= abs(of_change) / 2 and at_visit * of_change >= 0:
        return
    unit = _unit(means)
    if at_entry * at_visit > 0 and abs(at_entry) <= abs(at_visit):
        reading = (
            f"{abs(at_entry / at_visit) * 100:.0f}% of the difference at the visit was there at "
            f"entry, if the same patients are in both means."
        )
    else:
        reading = (
            f"At entry the difference was {signed(at_entry, digits)}{unit}, the other way round, "
            f"if the same patients are in both means."
        )
    if means.note is not None:
        reading = f"{reading} {means.note}"
    yield Statement(
        id=f"final_against_change_{name}",
        topic="mean",
        title=f"{means.label}: the value at the visit against its change",
        text=(
            f"Difference of {published.labels[0]} minus {published.labels[1]}: "
            f"{signed(at_visit, digits)}{unit} at the visit "
            f"(p {p_words(float(final.tests['student'].p_value))}, Student), but "
            f"{signed(of_change, digits)}{unit} in the change "
            f"(p {p_words(float(change.tests['student'].p_value))}). The arms did not start "
            f"alike: {baselines[one].mean:.{digits}f} against "
            f"{baselines[other].mean:.{digits}f}{unit}. {reading}"
        ),
        kind="disagreement",
        cites=(
            *_contrast_cites(own, "final"),
            *_contrast_cites(own, "change"),
            *cited(row for row in own if row.key.variable == "baseline"),
        ),
        short=(
            f"{means.label}: the published values differ by {signed(at_visit, digits)}{unit} at "
            f"the visit but by {signed(of_change, digits)}{unit} in the change, since the arms "
            f"did not start alike."
        ),
    )


def _one_patient(
    published: Published, name: str, means: Means, own: tuple[Row, ...]
) -> Iterator[Statement]:
    sizes = sizes_of(published, means)
    for arm, one in means.final.items():
        if not is_skewed(means, one):
            continue
        others, lone = lone_patient(n=sizes[arm], mean=float(one.mean), sd=float(one.sd))
        unit = _unit(means)
        yield Statement(
            id=f"one_patient_{name}_{arm}",
            topic="one_patient",
            title=f"{means.label}, {published.arms[arm].label}: one patient can explain the mean",
            text=(
                f"A mean of {one.mean} with a standard deviation of {one.sd}{unit} cannot come "
                f"from values spread evenly about it, since none is below zero. "
                f"{sizes[arm] - 1} patients with {others:.1f}{unit} and one with {lone:.1f}{unit} "
                f"have exactly this mean and standard deviation.{_lone_words(published, arm)}"
            ),
            kind="caution",
            cites=cited(
                row for row in own
                if row.key.variable == "one_patient" and row.key.group == arm
            ),
        )  # fmt: skip


def _lone_words(published: Published, arm: str) -> str:
    """Point at a count that leaves out exactly one patient of the arm."""
    for count in published.counts.values():
        if count.important is not None and arm in count.arms:
            n = published.arms[arm].n
            if n - count.arms[arm].count == 1:
                return f" In this arm exactly one of {n} did not reach {count.label.lower()}."
    return ""


def _among(
    published: Published, name: str, means: Means, own: tuple[Row, ...]
) -> Iterator[Statement]:
    if means.among is None:
        return
    whole = published.counts[means.among]
    sizes = sizes_of(published, means)
    shares = " and ".join(f"{sizes[arm]} of {published.arms[arm].n}" for arm in published.contrast)
    yield Statement(
        id=f"among_{name}",
        topic="mean",
        title=f"{means.label}: a mean over some of the patients",
        text=(
            f"This mean can only be over those who had it ({whole.label.lower()}: {shares}). "
            f"The others have no time; a curve that follows everybody would count them."
        ),
        kind="caution",
        cites=cited(row for row in own if row.key.variable == "value"),
    )
