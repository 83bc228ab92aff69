"""The design of a binary endpoint, read from the protocol: arms, sizes, decision, looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from equipoise.errors import Fault, ProtocolError, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.contrast import contrast_name
from equipoise.protocol.model.analysis import Proportion
from equipoise.protocol.model.analysis.binary import DifferenceInterval, TwoProportionTest
from equipoise.protocol.model.look import Look, StoppingRule

__all__ = [
    "BinaryDesign",
    "BinaryTest",
    "Futility",
    "Stage",
    "binary_design",
]

_EXACT: Mapping[str, str] = {"predictive_probability": "futility", "p_value": "efficacy"}
"""Statistics of stopping rules that can be enumerated, and the conclusion each serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryTest:
    """When a table of two arms is a success.

    Attributes
    ----------
    test : str
        As the analysis names it; with ``none`` an interval without 0 is a success.
    alternative : {'two_sided', 'greater', 'less'}
        ``greater``: more responses in the experimental arm.
    alpha : float
        A p value up to this is a success.
    """

    test: TwoProportionTest
    alternative: Literal["two_sided", "greater", "less"]
    alpha: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Futility:
    """Stop when the predictive probability of success at the end is below the threshold.

    ``prior`` holds the two parameters of the Beta prior that both arms have.
    """

    threshold: float
    prior: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A look, or the end: subjects by then, and the rules that may stop the trial there."""

    look: str
    label: str
    sizes: tuple[int, int]
    futility: Futility | None = None
    efficacy: BinaryTest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BinaryDesign:
    """Everything that decides about one binary endpoint of two arms.

    Attributes
    ----------
    protocol, analysis, endpoint, analysis_set : str
        Ids; ``endpoint`` is that of the estimand where there is one.
    experimental, control : str
        Ids of the arms. Pairs of numbers are in this order.
    sizes : tuple of int
        Subjects of the arms in a trial without looks.
    test : BinaryTest
        Of the analysis.
    interval : str
        Of the difference of the shares.
    confidence : float
        Of the interval.
    margin : float or None
        Smallest difference that matters.
    is_higher_better : bool
        Whether a response is good for the subject.
    stages : tuple of Stage
        Looks in order; the last is the end. Empty for a trial without looks.
    success : BinaryTest
        Success at the end of a trial with looks; that of the analysis without looks.
    """

    protocol: str
    analysis: str
    endpoint: str
    analysis_set: str
    experimental: str
    control: str
    sizes: tuple[int, int]
    test: BinaryTest
    interval: DifferenceInterval
    confidence: float
    margin: float | None
    is_higher_better: bool
    stages: tuple[Stage, ...]
    success: BinaryTest

    @property
    def contrast(self) -> str:
        """The contrast as results name it: ``experimental - control``."""
        return contrast_name(self.experimental, self.control)


def _proportion_analyses(protocol: Protocol) -> tuple[str, ...]:
    """List the analyses of a response, primary ones first."""
    names = [name for name, one in protocol.analyses.items() if isinstance(one, Proportion)]
    return tuple(sorted(names, key=lambda name: protocol.analyses[name].role != "primary"))


def binary_design(
    protocol: Protocol,
    *,
    analysis: str | None = None,
    sizes: Mapping[str, int] | None = None,
) -> BinaryDesign:
    """Read the design of a binary endpoint.

    Parameters
    ----------
    protocol : Protocol
        A trial of two arms with an analysis of method ``proportion``.
    analysis : str, optional
        Id of that analysis; the first primary one by default.
    sizes : mapping of arm to int, optional
        Subjects of the arms in a trial without looks. By default those that were randomised,
        else those planned by arm, else the planned subjects in the ratio of the arms.

    Raises
    ------
    ProtocolError
        Says what stands in the way of exact answers: all faults together.
    """
    faults: list[Fault] = []
    name = _analysis(protocol, analysis, faults)
    if len(protocol.arms) != 2:
        faults.append(
            Fault(where="arms", came=f"{len(protocol.arms)} arms", wanted="two for exact answers")
        )
    if faults:
        raise ProtocolError(faults)
    control = protocol.control
    experimental = next(arm for arm in protocol.arms if arm != control)
    fixed = _sizes(protocol, sizes, faults)
    stages = tuple(_stages(protocol, experimental, control, faults))
    if faults:
        raise ProtocolError(faults)
    planned = protocol.analyses[name]
    assert isinstance(planned, Proportion)
    endpoint = protocol.endpoints[protocol.endpoint_of(planned) or ""]
    own = BinaryTest(test=planned.test, alternative=planned.alternative, alpha=1 - planned.level)
    return BinaryDesign(
        protocol=protocol.id,
        analysis=name,
        endpoint=planned.estimand or planned.endpoint or "",
        analysis_set=protocol.set_of(planned),
        experimental=experimental,
        control=control,
        sizes=(fixed[experimental], fixed[control]),
        test=own,
        interval=planned.interval,
        confidence=planned.level,
        margin=endpoint.minimal_important_difference,
        is_higher_better=endpoint.benefit != "lower",
        stages=stages,
        success=(stages[-1].efficacy if stages else None) or own,
    )


def _analysis(protocol: Protocol, name: str | None, faults: list[Fault]) -> str:
    known = _proportion_analyses(protocol)
    if name is None and known:
        return known[0]
    if name is None or name not in known:
        faults.append(
            Fault(
                where="analysis",
                came="no analysis of method proportion" if name is None else repr(name),
                wanted=f"one of {', '.join(known)}" if known else "an analysis of a response",
                repair=did_you_mean(name or "", known),
            )
        )
    return name or ""


def _sizes(
    protocol: Protocol, given: Mapping[str, int] | None, faults: list[Fault]
) -> dict[str, int]:
    if given is not None:
        faults += _size_faults(protocol, given)
        return dict(given)
    for field in ("realised_subjects", "planned_subjects"):
        by_arm = {name: getattr(arm, field) for name, arm in protocol.arms.items()}
        if all(by_arm.values()):
            return by_arm
    planned = protocol.population.planned_subjects
    if planned is None:
        faults.append(
            Fault(where="sizes", came="no planned subjects", wanted="subjects of each arm")
        )
        return {}
    total = sum(arm.ratio for arm in protocol.arms.values())
    sizes = {name: planned * arm.ratio // total for name, arm in protocol.arms.items()}
    rest = planned - sum(sizes.values())
    nearest = sorted(protocol.arms, key=lambda arm: -(planned * protocol.arms[arm].ratio % total))
    for name in nearest[:rest]:
        sizes[name] += 1
    return sizes


def _size_faults(protocol: Protocol, given: Mapping[str, int]) -> Iterator[Fault]:
    for name in given:
        if name not in protocol.arms:
            arms = list(protocol.arms)
            yield Fault(
                where=f"sizes.{name}", came="an unknown arm", wanted=f"one of {', '.join(arms)}",
                repair=did_you_mean(name, arms),
            )  # fmt: skip
    for name in protocol.arms:
        size = given.get(name)
        if size is None or size < 1:
            came = "nothing" if size is None else str(size)
            yield Fault(where=f"sizes.{name}", came=came, wanted="one subject or more")


def _stages(
    protocol: Protocol, experimental: str, control: str, faults: list[Fault]
) -> Iterator[Stage]:
    last = (0, 0)
    for name, look in protocol.looks.items():
        faults += _look_faults(name, look, protocol)
        if look.subjects is None or {experimental, control} - set(look.subjects):
            continue
        sizes = (look.subjects[experimental], look.subjects[control])
        if sizes[0] < last[0] or sizes[1] < last[1] or sizes == last:
            faults.append(
                Fault(
                    where=f"looks.{name}.subjects",
                    came=f"{sizes[0]} v {sizes[1]} after {last[0]} v {last[1]}",
                    wanted="more subjects than before",
                )
            )
        last = sizes
        yield Stage(
            look=name,
            label=look.label,
            sizes=sizes,
            futility=_futility(look),
            efficacy=_efficacy(look, protocol),
        )


def _look_faults(name: str, look: Look, protocol: Protocol) -> Iterator[Fault]:
    if look.subjects is None or set(look.subjects) != set(protocol.arms):
        yield Fault(
            where=f"looks.{name}", came="no subjects of each arm",
            wanted="them, for exact answers",
        )  # fmt: skip
    for place, rule in enumerate(look.rules):
        where = f"looks.{name}.rules.{place}"
        if _EXACT.get(rule.statistic) != rule.conclusion or rule.stop_when != "below":
            yield Fault(
                where=where,
                came=f"{rule.conclusion} when {rule.statistic} is {rule.stop_when} a bound",
                wanted="futility by a low predictive probability, or efficacy by a low p value",
                repair="plan an analysis of method group_sequential for conditional power",
            )
        if not isinstance(protocol.analyses[rule.analysis], Proportion):
            yield Fault(
                where=f"{where}.analysis", came=rule.analysis, wanted="an analysis of a response"
            )


def _rule(look: Look, statistic: str) -> StoppingRule | None:
    return next((rule for rule in look.rules if rule.statistic == statistic), None)


def _futility(look: Look) -> Futility | None:
    rule = _rule(look, "predictive_probability")
    if rule is None:
        return None
    return Futility(threshold=rule.threshold, prior=rule.prior or (1.0, 1.0))


def _efficacy(look: Look, protocol: Protocol) -> BinaryTest | None:
    """Read the test of a rule by p value."""
    rule = _rule(look, "p_value")
    analysis = protocol.analyses[rule.analysis] if rule is not None else None
    if rule is None or not isinstance(analysis, Proportion):
        return None
    return BinaryTest(test=analysis.test, alternative=analysis.alternative, alpha=rule.threshold)
