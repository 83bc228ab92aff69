"""A sample size in the sentences that a statistical analysis plan wants."""

from __future__ import annotations

from equipoise.analyse.explanation import method_sentence
from equipoise.analyse.results import Row
from equipoise.analyse.statement import Statement, cited, opened, percent
from equipoise.design.sample_size.plan import SizePlan, TwoStagePlan
from equipoise.design.sample_size.sequential import SequentialPlan
from equipoise.protocol import Protocol
from equipoise.protocol.model.sample_size import (
    ChangingHazardSize,
    LogrankSize,
    MeanSize,
    ProportionSize,
    SampleSizeBase,
    TwoArmSize,
)

__all__ = ["size_statement"]

_FAMILIES = {
    "obrien_fleming": "of O'Brien and Fleming",
    "pocock": "of Pocock",
    "hwang_shih_decani": "of Hwang, Shih and DeCani",
    "power": "of Kim and DeMets",
    "exponential": "of Anderson and Clark",
    "wang_tsiatis": "of Wang and Tsiatis",
    "haybittle_peto": "of Haybittle and Peto",
}


def size_statement(
    protocol: Protocol, plan: SizePlan | TwoStagePlan, rows: tuple[Row, ...]
) -> Statement:
    """Say what is assumed, by which formula, from which source, and what comes out.

    Parameters
    ----------
    protocol : Protocol
        Names the arms and the analysis.
    plan : SizePlan or TwoStagePlan
        What comes out.
    rows : tuple of Row
        Its rows, which the sentences cite.
    """
    words = (
        _comparison_words(protocol, plan) if isinstance(plan, SizePlan) else _two_stage_words(plan)
    )
    sources = _sources(plan.size)
    method = method_sentence(plan.size)
    parts = [words, *_information_words(plan), *_served(protocol, plan.size), method, *sources]
    stands_in = any("stand-in" in text.lower() for text in sources)
    short = f"{plan.size.label}: {words}"
    return Statement(
        id=f"sample_size_{plan.name}",
        title=plan.size.label,
        text=" ".join(parts),
        cites=cited(row for row in rows if not row.key.by),
        topic=plan.name,
        short=f"{short} Assumptions are stand-ins." if stands_in else short,
    )


def _information_words(plan: SizePlan | TwoStagePlan) -> tuple[str, ...]:
    if isinstance(plan, TwoStagePlan):
        return ()
    return (
        f"The information about {_effect(plan.size)} is then {plan.information:.4g}: one over the "
        "variance of its estimate.",
    )


def _served(protocol: Protocol, size: SampleSizeBase) -> tuple[str, ...]:
    if size.analysis is None:
        return ()
    return (f"It is for the analysis {protocol.analyses[size.analysis].title!r}.",)


def _sources(size: SampleSizeBase) -> tuple[str, ...]:
    """Say where the assumptions come from; what stands in begins with that word."""
    if size.source is None:
        return ("No source of the assumptions is given.",)
    named = {"": size.source} if isinstance(size.source, str) else size.source
    return tuple(
        opened(f"{text}." if not field else f"{field.replace('_', ' ')}: {text}.")
        for field, text in named.items()
    )


def _comparison_words(protocol: Protocol, plan: SizePlan) -> str:
    size = plan.size
    sides = "two" if size.sides == 2 else "one"
    goal = f"{_goal(size)} at a {sides}-sided level of {_share(size.alpha)}"
    counted = _counted(protocol, plan)
    if size.subjects is None:
        assert size.power is not None
        result = (
            f"a power of {_share(size.power)} to {goal} takes {counted}; rounded up to "
            f"whole subjects, it is {percent(plan.power, 1)}."
        )
    else:
        result = f"{counted} have a power of {percent(plan.power, 1)} to {goal}."
    text = f"With {_assumed(protocol, plan)}, {result}"
    if isinstance(size, LogrankSize | ChangingHazardSize):
        text += f" {plan.events:.1f} events are expected in the arms that are compared."
    if plan.sequential is not None:
        text += f" {_look_words(size, plan.sequential)}"
    if size.dropout:
        text += f" {_share(size.dropout)} of those randomised are taken to give no outcome."
    return text


def _look_words(size: TwoArmSize, looks: SequentialPlan) -> str:
    assert size.looks is not None
    efficacy, futility = size.looks.efficacy, size.looks.futility
    kind = "spending" if efficacy.spending else "shape"
    bounds = f"the {kind} {_family(efficacy.spending or efficacy.shape or '', efficacy.parameter)}"
    text = (
        f"The data are looked at with {', '.join(_share(one) for one in looks.information)} of the "
        f"information; efficacy bounds by {bounds}"
    )
    if futility is not None:
        binds = "binding" if futility.binding else "not binding"
        family = _family(futility.spending, futility.parameter)
        text += f", futility bounds by the spending {family} of the type II error, {binds}"
    return f"{text}. The largest size is {looks.inflation:.3f} times that without looks."


def _family(name: str, parameter: float | None) -> str:
    text = _FAMILIES.get(name, name)
    return text if parameter is None else f"{text} with parameter {_number(parameter)}"


def _goal(size: SampleSizeBase) -> str:
    if isinstance(size, LogrankSize | ChangingHazardSize):
        return "show a difference of the hazards"
    assert isinstance(size, ProportionSize | MeanSize)
    if size.margin is None:
        return "show a difference"
    words = size.hypothesis.replace("_", "-")
    is_share = isinstance(size, ProportionSize)
    margin = f"{100 * size.margin:g} points" if is_share else f"{size.margin:g}"
    return f"show {words} by a margin of {margin}"


def _effect(size: TwoArmSize) -> str:
    if isinstance(size, ProportionSize):
        return "the difference of the shares"
    if isinstance(size, MeanSize):
        return "the difference of the means"
    return "the logarithm of the hazard ratio"


def _periods(size: ChangingHazardSize) -> str:
    """Say what is assumed of each stretch of time since randomisation."""
    said = []
    for place, one in enumerate(size.periods):
        length = f"for {one.days:g} days" if one.days is not None else "from then on"
        where = "throughout" if len(size.periods) == 1 else length
        then = "then " if place else ""
        said.append(
            f"{then}{one.hazard_ratio:g} {where} (median {one.median_control:g} days under control)"
        )
    return ", ".join(said)


def _assumed(protocol: Protocol, plan: SizePlan) -> str:
    size = plan.size
    one, other = (protocol.arms[arm].label for arm in plan.contrast)
    if isinstance(size, ProportionSize):
        return (
            f"{_share(size.experimental)} under {one} against {_share(size.control)} "
            f"under {other} ({_number(100 * size.assumed)} points)"
        )
    if isinstance(size, MeanSize):
        shared = f" and a correlation of {size.correlation:g} with baseline"
        return (
            f"a difference of {_number(size.difference)} ({one} minus {other}), a standard "
            f"deviation of {size.standard_deviation:g}{shared if size.correlation else ''}"
        )
    if isinstance(size, ChangingHazardSize):
        return f"a hazard ratio ({one} over {other}) of {_periods(size)}, {_times(size)}"
    text = f"a hazard ratio of {size.hazard_ratio:g} ({one} over {other}) and "
    if size.event_probability is not None:
        return f"{text}an event seen in {_share(size.event_probability)} of participants"
    return f"{text}a median of {size.median_control:g} days under {other}, {_times(size)}"


def _times(size: LogrankSize | ChangingHazardSize) -> str:
    lost = f" and {_share(size.yearly_dropout)} lost in a year" if size.yearly_dropout else ""
    return (
        f"accrual over {size.accrual:g} days, {size.follow_up:g} days of follow-up after the last "
        f"participant{lost}"
    )


def _share(value: float) -> str:
    return f"{100 * value:.6g}%"


def _number(value: float) -> str:
    return f"{value:.6g}".replace("-", "−")


def _counted(protocol: Protocol, plan: SizePlan) -> str:
    """Count the participants of each arm and in all; those randomised beside those with outcome."""
    arms = " and ".join(
        f"{n:g} under {protocol.arms[arm].label}" for arm, n in plan.with_outcome.items()
    )
    total, randomised = sum(plan.with_outcome.values()), sum(plan.randomised.values())
    text = f"{total:g} participants with an outcome ({arms})"
    return text if randomised == total else f"{text}, of {randomised} randomised"


def _two_stage_words(plan: TwoStagePlan) -> str:
    size, design = plan.size, plan.design
    asked = (
        f"a share of {_share(size.uninteresting)} from one of {_share(size.desirable)} at a "
        f"one-sided level of {_share(size.alpha)} with a power of {_share(size.power)}"
    )
    if not plan.grid:
        return f"No two-stage design of up to {size.largest} participants tells {asked}."
    return (
        f"The {size.criterion} two-stage design that tells {asked} stops after {design.n1} "
        f"participants with {design.r1} responders or fewer, and else calls the treatment "
        f"interesting with more than {design.r} responders of {design.n}. Its exact level is "
        f"{percent(design.alpha, 1)}, its power {percent(design.power, 1)}; if the share is "
        f"{_share(size.uninteresting)} it stops early in {percent(design.early_stop_null, 1)} of "
        f"trials and takes {design.expected_n_null:.1f} participants on average."
    )
