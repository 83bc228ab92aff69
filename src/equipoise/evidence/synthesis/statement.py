"""A synthesis in sentences: what was asked of which studies, and what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from equipoise.analyse.explanation import method_sentence
from equipoise.analyse.results import Row
from equipoise.analyse.statement import Statement, cited, opened, p_words, percent, signed
from equipoise.evidence.synthesis.effect import effect_of, is_ratio
from equipoise.evidence.synthesis.pooled_rows import nothing_to_pool
from equipoise.evidence.synthesis.pooling import Pooling
from equipoise.evidence.synthesis.selection import Selection, Study, measure_of
from equipoise.protocol.model.synthesis import Compared, Pooled, SingleArms, Synthesis
from equipoise.stats import State

__all__ = ["EFFECTS", "synthesis_statement"]

EFFECTS = {
    "odds_ratio": "odds ratio",
    "risk_ratio": "risk ratio",
    "risk_difference": "risk difference",
    "mean_difference": "mean difference",
    "standardised_mean_difference": "standardised mean difference",
}
"""Effects in words."""


def synthesis_statement(
    name: str,
    plan: Synthesis,
    selection: Selection,
    pooling: Pooling | None,
    rows: Sequence[Row],
) -> Statement:
    """Say what was asked, what comes out, what was left out, and by which methods.

    Parameters
    ----------
    name, plan
        Id of the synthesis, and as the protocol says.
    selection, pooling
        Its studies, and what is pooled of them; None where single arms stand side by side.
    rows : sequence of Row
        Its rows, which the sentences cite.
    """
    if isinstance(plan, SingleArms):
        found = _side_by_side(selection)
    else:
        assert pooling is not None
        found = _compared(plan, selection, pooling, rows)
    parts = [_asked(plan), found, *_left_out(selection), *_alike(plan), method_sentence(plan)]
    is_pooled = pooling is not None and pooling.pooled is not None
    return Statement(
        id=f"synthesis_{name}",
        title=plan.label,
        text=" ".join(parts),
        kind="finding" if is_pooled else "caution",
        cites=cited(_leading(plan, rows, with_studies=not is_pooled)),
        topic=name,
        short=f"{plan.label}: {found[:1].lower()}{found[1:]}",
    )


def _leading(plan: Synthesis, rows: Sequence[Row], *, with_studies: bool) -> Iterator[Row]:
    """Pick the rows that the sentences tell of; effects of studies where nothing is pooled."""
    effect = "proportion" if isinstance(plan, SingleArms) else effect_of(plan)
    for row in rows:
        key = row.key
        if key.by or key.variable not in (effect, "heterogeneity", "prediction", "study"):
            continue
        if with_studies or not key.variable_level or key.variable == "study":
            yield row


def _asked(plan: Synthesis) -> str:
    outcome = " or ".join(one.replace("_", " ") for one in plan.outcomes)
    when = "over the whole follow-up" if plan.months is None else f"at {plan.months:g} months"
    within = f", within {plan.window:g} months of it" if plan.window else ""
    if isinstance(plan, SingleArms):
        return f"Of the studies in {plan.studies}, single arms with {outcome} {when}{within}."
    kind = "randomised comparisons" if plan.randomised else "comparisons"
    roles = " against ".join(one.replace("_", " ") for one in (plan.experimental, plan.control))
    return f"Of the studies in {plan.studies}, {kind} of {roles} with {outcome} {when}{within}."


def _compared(plan: Compared, selection: Selection, pooling: Pooling, rows: Sequence[Row]) -> str:
    effect = EFFECTS[effect_of(plan)]
    why = nothing_to_pool(pooling)
    if why:
        shown = [_one_study(plan, study, rows) for study in selection.used]
        text = f"{opened(why)}."
        return f"{text} {' '.join(shown)}" if shown else text
    values = _values(rows, effect_of(plan))
    subjects = sum(one.subjects for one in selection.used)
    studies = int(_values(rows, "studies")["count"])
    if "estimate" not in values:
        return (
            f"{studies} studies with {subjects:g} participants; their pooled {effect} has no "
            f"estimate ({State(int(_state(pooling))).label})."
        )
    text = (
        f"{studies} studies with {subjects:g} participants give a pooled {effect} of "
        f"{_interval(plan, values)}, p {p_words(values['p_value'])}."
    )
    spread = _values(rows, "heterogeneity")
    if "i_squared" in spread:
        text += f" Of the variance {percent(spread['i_squared'] / 100)} lies between studies (I²)"
        text += f", tau² {spread['tau2']:.3g}" if "tau2" in spread else ""
        text += f"; Cochran's test p {p_words(spread['p_value'])}." if "p_value" in spread else "."
    ahead = _values(rows, "prediction")
    if "ci_low" in ahead:
        low, high = (_number(plan, ahead[one]) for one in ("ci_low", "ci_high"))
        text += f" A further study is expected between {low} and {high}."
    return text


def _one_study(plan: Compared, study: Study, rows: Sequence[Row]) -> str:
    """Tell what one study printed, and its own effect, which is no synthesis."""
    values = _values(rows, effect_of(plan), study.study)
    printed = " against ".join(_printed(plan, study, arm) for arm in (0, 1))
    text = f"{study.study} alone: {printed}"
    if "estimate" not in values:
        return f"{text}."
    return f"{text}, {EFFECTS[effect_of(plan)]} {_interval(plan, values)}."


def _printed(plan: Compared, study: Study, arm: int) -> str:
    row = study.arms[arm]
    if measure_of(plan) == "binary":
        return f"{row.events:g} of {row.subjects:g}"
    return f"{row.mean:g} (SD {row.sd:g}, n {row.subjects:g})"


def _side_by_side(selection: Selection) -> str:
    shown = [
        f"{study.study} {study.arms[0].events:g} of {study.arms[0].subjects:g}"
        for study in selection.used
    ]
    if not shown:
        return "No study has usable numbers."
    return (
        f"{', '.join(shown)}. These stand side by side and are not pooled: without a control "
        f"nothing tells the treatment from the patients who were chosen for it."
    )


def _left_out(selection: Selection) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for one in selection.left_out:
        by_reason.setdefault(one.reason.rstrip("."), []).append(one.study)
    if by_reason:
        said = [f"{', '.join(studies)} ({reason})" for reason, studies in by_reason.items()]
        yield f"Not used: {'; '.join(said)}."


def _alike(plan: Synthesis) -> Iterator[str]:
    if plan.counted_alike is not None:
        yield f"Outcomes of several names are counted alike: {plan.counted_alike.rstrip('.')}."


def _values(rows: Sequence[Row], variable: str, study: str = "") -> dict[str, float]:
    """Pick the numbers of a variable by statistic, where they were estimated."""
    return {
        row.key.statistic: float(row.value[0])
        for row in rows
        if row.key.variable == variable
        and row.key.variable_level == study
        and not row.key.by
        and row.state[0] == State.ESTIMATED
    }


def _state(pooling: Pooling) -> int:
    assert pooling.pooled is not None
    return int(pooling.pooled.state)


def _interval(plan: Compared, values: dict[str, float]) -> str:
    estimate, low, high = (_number(plan, values[one]) for one in ("estimate", "ci_low", "ci_high"))
    unit = f" {plan.unit}" if isinstance(plan, Pooled) and plan.unit else ""
    unit = " points" if effect_of(plan) == "risk_difference" else unit
    return f"{estimate}{unit} ({100 * plan.level:g}% interval {low} to {high})"


def _number(plan: Compared, value: float) -> str:
    if effect_of(plan) == "risk_difference":
        return signed(100 * value, 1)
    text = f"{value:.2f}" if is_ratio(plan) else f"{value:.3g}"
    return text.replace("-", "−")
