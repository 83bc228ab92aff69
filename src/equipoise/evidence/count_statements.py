"""What published counts say, and which cannot be rebuilt: sentences with rows."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.results import Row
from equipoise.analyse.statement import Statement, cited, p_words, percent, points, signed
from equipoise.evidence.counts import compare, counts_of, is_rebuilt
from equipoise.evidence.published import Count, Published

__all__ = ["count_statements"]


def count_statements(published: Published, rows: tuple[Row, ...]) -> Iterator[Statement]:
    """Say which printed percentages cannot be rebuilt, and what the main count says."""
    yield from _percentages(published, rows)
    for name, count in published.counts.items():
        yield from _parts(published, name, count, rows)
        if count.important is not None:
            yield from _main(published, name, count, rows)
            yield from _overlaps(published, name, rows)
    yield from _directions(published, rows)


def _percentages(published: Published, rows: tuple[Row, ...]) -> Iterator[Statement]:
    agree: list[str] = []
    for name, count in published.counts.items():
        for arm, one in count.arms.items():
            if one.percent is None:
                continue
            n = published.arms[arm].n
            cites = cited(
                row for row in rows
                if row.key.analysis == name and row.key.group == arm
                and row.key.statistic in ("percent", "percent_published")
            )  # fmt: skip
            if is_rebuilt(one, n):
                agree += cites
                continue
            yield Statement(
                id=f"cannot_rebuild_{name}_{arm}",
                topic="count",
                title=f"{count.label}: a percentage that cannot be rebuilt",
                text=(
                    f"{count.label}, {published.arms[arm].label}: {one.count} of {n} is "
                    f"{percent(one.count / n, 1)}, but {one.percent}% is printed ({count.place})."
                ),
                kind="disagreement",
                cites=cites,
            )
    if agree:
        yield Statement(
            id="percentages",
            topic="count",
            title="Percentages rebuilt from their counts",
            text=f"{len(agree) // 2} printed percentages can be rebuilt from their counts.",
            cites=tuple(agree),
        )


def _parts(
    published: Published, name: str, count: Count, rows: tuple[Row, ...]
) -> Iterator[Statement]:
    if count.part_of is None:
        return
    whole = published.counts[count.part_of]
    for arm, one in count.arms.items():
        if arm in whole.arms and one.count > whole.arms[arm].count:
            yield Statement(
                id=f"larger_than_whole_{name}_{arm}",
                topic="count",
                title=f"{count.label}: a part larger than the whole",
                text=(
                    f"{published.arms[arm].label}: {one.count} with {count.label.lower()}, but "
                    f"{whole.arms[arm].count} with {whole.label.lower()}."
                ),
                kind="disagreement",
                cites=cited(
                    row for row in rows
                    if row.key.analysis in (name, count.part_of) and row.key.group == arm
                    and row.key.statistic == "count"
                ),
            )  # fmt: skip


def _main(
    published: Published, name: str, count: Count, rows: tuple[Row, ...]
) -> Iterator[Statement]:
    pair = counts_of(published, name)
    if pair is None or count.important is None:
        return
    difference, test = compare(*pair)
    low, high = float(difference.ci_low), float(difference.ci_high)
    good_low, good_high = (low, high) if count.benefit == "higher" else (-high, -low)
    if good_low > 0:
        answer = "The interval shows a benefit."
    elif good_high < count.important:
        answer = "The interval rules out a relevant benefit."
    else:
        answer = (
            "The interval holds both no difference and one that matters: the data do not say "
            "which is true."
        )
    labels = published.labels
    yield Statement(
        id=f"difference_{name}",
        topic="count",
        title=f"{count.label}: what the counts say",
        text=(
            f"{pair[0]} of {pair[1]} under {labels[0]} against {pair[2]} of {pair[3]} under "
            f"{labels[1]}: a difference of {points(float(difference.estimate))}, 95% interval "
            f"{signed(100 * low)} to {points(high)}, p {p_words(float(test.p_two_sided))}. "
            f"{answer}"
        ),
        short=(
            f"{count.label}, as published: {pair[0]} of {pair[1]} under {labels[0]} against "
            f"{pair[2]} of {pair[3]} under {labels[1]}, a difference of "
            f"{points(float(difference.estimate))} (95% interval {signed(100 * low)} to "
            f"{points(high)}). {answer}"
        ),
        cites=cited(
            row
            for row in rows
            if row.key.analysis == name
            and row.key.variable in ("risk_difference", "test")
            and not row.key.by
        ),
    )


def _overlaps(published: Published, name: str, rows: tuple[Row, ...]) -> Iterator[Statement]:
    """Find those who, by the counts alone, had the good outcome and a sign of activity."""
    main = published.counts[name]
    found: list[str] = []
    cites: list[str] = []
    for other, count in published.counts.items():
        if not count.is_activity:
            continue
        shared = []
        for arm, one in count.arms.items():
            n = published.arms[arm].n
            both = one.count + main.arms[arm].count - n if arm in main.arms else 0
            if both > 0:
                shared.append(f"{both} of {n} under {published.arms[arm].label}")
                cites += cited(
                    row
                    for row in rows
                    if row.key.analysis in (name, other)
                    and row.key.group == arm
                    and row.key.statistic == "count"
                )
        if shared:
            found.append(f"{count.label} in at least {' and '.join(shared)}")
    if found:
        yield Statement(
            id=f"overlap_{name}",
            topic="count",
            title=f"{main.label}, and still active",
            text=(
                f"The counts alone force some of those counted with {main.label.lower()} to have "
                f"had: {'; '.join(found)}."
            ),
            kind="caution",
            cites=tuple(dict.fromkeys(cites)),
        )


def _directions(published: Published, rows: tuple[Row, ...]) -> Iterator[Statement]:
    """Sum up which way the counts point, and how many of them could be called significant."""
    towards: dict[str, list[str]] = {"experimental": [], "control": []}
    significant = 0
    for name, count in published.counts.items():
        pair = counts_of(published, name)
        if pair is None or count.benefit == "neither":
            continue
        difference, test = compare(*pair)
        estimate = float(difference.estimate) * (1 if count.benefit == "higher" else -1)
        if estimate != 0:
            towards["experimental" if estimate > 0 else "control"].append(count.label)
        significant += float(test.p_two_sided) <= 0.05
    if not any(towards.values()):
        return
    yield Statement(
        id="directions",
        topic="count",
        title="Which way the counts point",
        text=(
            f"Better under {published.labels[0]}: {_listed(towards['experimental'])}. Better "
            f"under {published.labels[1]}: {_listed(towards['control'])}. Of these "
            f"{significant or 'none'} would reach a two-sided p of 0.05 by Fisher's exact test, "
            f"without any adjustment for their number."
        ),
        kind="caution",
        cites=cited(row for row in rows if row.key.variable == "test" and not row.key.by),
    )


def _listed(labels: list[str]) -> str:
    return "; ".join(labels) if labels else "nothing"
