"""What a design can show, in plain words: sentences that cite their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from equipoise.analyse.key import by_text
from equipoise.analyse.method.two_proportions import TESTS
from equipoise.analyse.results import Row
from equipoise.analyse.statement import Statement, cited, opened, percent, points, signed
from equipoise.design.characteristics import OperatingCharacteristics
from equipoise.design.cross_check import LIMIT, CrossCheck
from equipoise.design.look import LookDecision
from equipoise.design.plan import BinaryTest
from equipoise.design.rows import characteristic_rows, point_of
from equipoise.protocol import Protocol

__all__ = ["design_statements"]

_CONCLUSIONS: Mapping[str, str] = {
    "benefit": "a benefit is shown",
    "relevant_benefit_ruled_out": "a relevant benefit is ruled out",
    "inconclusive": "neither can be said",
}
_OF_INTERVAL: Mapping[str, str] = {
    "benefit": "it shows a benefit",
    "relevant_benefit_ruled_out": "it rules out a relevant benefit",
    "inconclusive": "it neither shows a benefit nor rules out a relevant one",
}


def design_statements(
    protocol: Protocol,
    found: OperatingCharacteristics,
    *,
    look: LookDecision | None = None,
    check: CrossCheck | None = None,
) -> tuple[Statement, ...]:
    """Say what the numbers mean.

    Parameters
    ----------
    protocol : Protocol
        Names arms and scenarios.
    found : OperatingCharacteristics
        Exact answers for the trial.
    look : LookDecision, optional
        What the rules say of the result that was seen at a look.
    check : CrossCheck, optional
        The simulated answers beside the exact ones.
    """
    rows = characteristic_rows(found)
    statements = [*_important(protocol, found, rows), _size(found, rows)]
    for place in found.named:
        statements.append(_scenario(protocol, found, place, rows))
        if found.looks is not None:
            statements.append(_rule(protocol, found, place, rows))
    statements += _assurance(found, rows)
    if look is not None:
        statements.append(_seen(protocol, found, look))
    if check is not None:
        statements.append(_check(check))
    return tuple(statements)


def _of(rows: tuple[Row, ...], *, variables: set[str], by: str, looks: set[str]) -> Iterator[Row]:
    return (
        row
        for row in rows
        if row.key.variable in variables and row.key.by == by and row.key.look in looks
    )


def _test_words(test: BinaryTest) -> str:
    sides = "two-sided" if test.alternative == "two_sided" else "one-sided"
    return f"{TESTS.get(test.test, 'the interval')} ({sides}, {100 * test.alpha:g}%)"


def _arms(protocol: Protocol, found: OperatingCharacteristics) -> tuple[str, str]:
    design = found.design
    return protocol.arms[design.experimental].label, protocol.arms[design.control].label


def _important(
    protocol: Protocol, found: OperatingCharacteristics, rows: tuple[Row, ...]
) -> Iterator[Statement]:
    """Say what the design shows of the smallest difference that matters."""
    design, fixed = found.design, found.fixed
    place = found.important(float(found.control[0]))
    if design.margin is None or place is None:
        return
    experimental, control = _arms(protocol, found)
    chances = dict(zip(_CONCLUSIONS, fixed.conclusion[place], strict=True))
    short = (
        f"If the true difference is the smallest that matters "
        f"({percent(found.experimental[place])} under {experimental} against "
        f"{percent(found.control[place])} under {control}), a trial of {design.sizes[0]} against "
        f"{design.sizes[1]} subjects shows a benefit by its interval in "
        f"{percent(chances['benefit'])} of trials and stays inconclusive in "
        f"{percent(chances['inconclusive'])}."
    )
    yield Statement(
        id="design_important",
        title="What the smallest difference that matters would lead to",
        text=(
            f"{short} {opened(_test_words(design.test))} is significant in "
            f"{percent(fixed.significant_benefit[place])} of them."
        ),
        cites=cited(
            _of(rows, variables={"significant_benefit", *_CONCLUSIONS},
                by=point_of(found, place), looks={"fixed"})
        ),
        topic="important",
        short=short,
    )  # fmt: skip


def _size(found: OperatingCharacteristics, rows: tuple[Row, ...]) -> Statement:
    design, size = found.design, found.size
    return Statement(
        id="design_size",
        title="How often a difference is claimed that is not there",
        text=(
            f"With {design.sizes[0]} against {design.sizes[1]} subjects "
            f"{_test_words(design.test)} claims a difference that is not there in at most "
            f"{percent(size.size, 1)} of trials (where both arms respond in "
            f"{percent(size.rate)}). Counts are few, so the test cannot use up its level."
        ),
        cites=cited(row for row in rows if row.key.variable == "size" and row.key.look == "fixed"),
        topic="size",
    )


def _scenario(
    protocol: Protocol, found: OperatingCharacteristics, place: int, rows: tuple[Row, ...]
) -> Statement:
    design, fixed = found.design, found.fixed
    experimental, control = _arms(protocol, found)
    chances = [
        f"in {percent(fixed.conclusion[place, order])} {words}"
        for order, words in enumerate(_CONCLUSIONS.values())
    ]
    quantities = {"significant", *_CONCLUSIONS}
    name = found.scenario[place]
    return Statement(
        id=f"design_{name}",
        title=protocol.scenarios[name].label,
        text=(
            f"If {percent(found.experimental[place])} respond under {experimental} and "
            f"{percent(found.control[place])} under {control}, a trial of {design.sizes[0]} "
            f"against {design.sizes[1]} is significant by {_test_words(design.test)} in "
            f"{percent(fixed.significant[place])} of trials. By the interval, "
            f"{chances[0]}, {chances[1]}, and {chances[2]}."
        ),
        cites=cited(_of(rows, variables=quantities, by=point_of(found, place), looks={"fixed"})),
        topic="scenario",
    )


def _rule(
    protocol: Protocol, found: OperatingCharacteristics, place: int, rows: tuple[Row, ...]
) -> Statement:
    design, looks = found.design, found.looks
    assert looks is not None
    name, end = found.scenario[place], design.stages[-1].sizes
    stops = "; ".join(
        f"at the look {stage.label[:1].lower()}{stage.label[1:]} it stops for futility in "
        f"{percent(looks.stop_futility[place, order])} of trials"
        for order, stage in enumerate(design.stages[:-1])
    )
    cost = looks.success_without[place] - looks.success[place]
    return Statement(
        id=f"rule_{name}",
        title=f"The stopping rule: {protocol.scenarios[name].label[:1].lower()}"
        f"{protocol.scenarios[name].label[1:]}",
        text=(
            f"With a largest size of {end[0]} against {end[1]}, {stops}. A trial needs "
            f"{looks.subjects[place]:.1f} subjects on average. Success comes in "
            f"{percent(looks.success[place], 1)} of trials, {points(-cost, 1)} against a trial "
            f"without the rule. The difference that is seen when the trial ends is on average "
            f"{points(looks.bias[place], 1)} off the truth; after a stop for futility it is "
            f"{points(looks.bias_given_futility[place])} off."
        ),
        cites=cited(
            row for row in rows if row.key.by == point_of(found, place) and row.key.look != "fixed"
        ),
        topic="rule",
    )


def _assurance(found: OperatingCharacteristics, rows: tuple[Row, ...]) -> Iterator[Statement]:
    design = found.design
    for prior, chances in found.assurance.items():
        yield Statement(
            id=f"design_assurance_{prior}",
            title="Averaged over what the truth may be",
            text=(
                f"If every true rate of either arm is held as likely as any other ({prior} "
                f"priors), a trial of {design.sizes[0]} against {design.sizes[1]} subjects is "
                f"significant on the good side in {percent(chances['significant_benefit'])} of "
                f"trials (its assurance); by the interval it shows a benefit in "
                f"{percent(chances['benefit'])}, rules out a relevant one in "
                f"{percent(chances['relevant_benefit_ruled_out'])}, and says neither in "
                f"{percent(chances['inconclusive'])}."
            ),
            cites=cited(row for row in rows if row.key.by == by_text(prior=prior)),
            topic="assurance",
        )


def _seen(protocol: Protocol, found: OperatingCharacteristics, look: LookDecision) -> Statement:
    experimental, control = _arms(protocol, found)
    margin = found.design.margin
    words = {
        "stop for futility": "the stated rule would have stopped the trial there",
        "stop for efficacy": "the stated rule would have stopped the trial there for benefit",
        "go on": "the stated rule would have let the trial go on",
    }
    relevant = "" if margin is None else f" (relevant is {points(margin)} or more)"
    return Statement(
        id="rule_seen",
        title="What the stated rule would have done with the result that was seen",
        text=(
            f"{look.responses[0]} of {look.sizes[0]} responded under {experimental}, "
            f"{look.responses[1]} of {look.sizes[1]} under {control}. Success at the end then has "
            f"a predictive probability of {look.predictive_probability:.2g}: "
            f"{words[look.decision]}. The interval of the difference runs from "
            f"{signed(100 * look.ci_low)} to {points(look.ci_high)}: "
            f"{_OF_INTERVAL[look.conclusion]}{relevant}. Stopping early saves subjects; it does "
            f"not show that there is no relevant benefit."
        ),
        kind="caution",
        cites=cited(look.rows),
        topic="seen",
        short=(
            f"With the result that was published ({look.responses[0]} of {look.sizes[0]} against "
            f"{look.responses[1]} of {look.sizes[1]}) {words[look.decision]}; the interval of the "
            f"difference runs from {signed(100 * look.ci_low)} to {points(look.ci_high)}: "
            f"{_OF_INTERVAL[look.conclusion]}."
        ),
    )


def _check(check: CrossCheck) -> Statement:
    verdict = {row.key.statistic: row for row in check.rows if row.key.variable == "cross_check"}
    compared = int(verdict["compared"].value[0])
    agreed = "they agree" if check.agrees else "THEY DO NOT AGREE"
    return Statement(
        id="design_cross_check",
        title="Two routes to the same numbers",
        text=(
            f"Exact numbers come from every result that the arms can have, simulated ones from "
            f"{check.trials:,} trials at each pair of true rates. In {compared} comparisons the "
            f"largest distance is {check.worst:.1f} standard errors of the simulation, of which "
            f"{LIMIT:g} are allowed: {agreed}."
        ),
        kind="finding" if check.agrees else "disagreement",
        cites=cited(verdict.values()),
        topic="check",
    )
