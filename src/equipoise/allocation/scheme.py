"""What is randomised and how: arms, ratio, procedure and its settings, checked together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from equipoise.errors import DataError, Fault
from equipoise.protocol import Protocol

__all__ = ["Minimisation", "Scheme", "scheme_of"]

Procedure = Literal["permuted_blocks", "simple", "minimisation", "fixed_numbers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Minimisation:
    """Settings of minimisation.

    Attributes
    ----------
    probability : float
        Chance of the arm that balances best; below 1, so that nobody can foretell an allocation.
    imbalance : {'range', 'variance'}
        How the numbers of the arms in one level of a factor are compared.
    weights : tuple of float
        Weight of each factor; empty: all alike.
    """

    probability: float = 0.8
    imbalance: Literal["range", "variance"] = "range"
    weights: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A randomisation scheme.

    Attributes
    ----------
    arms : tuple of str
        Arms; an allocation is an index into them.
    ratio : tuple of int
        Share of each arm.
    procedure : str
        ``permuted_blocks``, ``simple``, ``minimisation``, or ``fixed_numbers``: as many in each
        arm as ``numbers`` says, in random order.
    block_sizes : tuple of int
        Sizes from which each block draws its own, all equally likely; a size that is listed
        twice is twice as likely.
    numbers : tuple of int
        Subjects of each arm under ``fixed_numbers``.
    minimisation : Minimisation
        Settings of that procedure.

    Raises
    ------
    DataError
        For every setting that does not hold together.
    """

    arms: tuple[str, ...]
    ratio: tuple[int, ...]
    procedure: Procedure = "permuted_blocks"
    block_sizes: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    minimisation: Minimisation = Minimisation()

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise DataError(faults)

    @property
    def share(self) -> int:
        """Sum of the ratio: the smallest number of subjects that holds it."""
        return sum(self.ratio)

    def _faults(self) -> Iterator[Fault]:
        if not self.arms or len(self.ratio) != len(self.arms):
            yield Fault(
                where="ratio", came=f"{self.ratio}", wanted=f"one share for each of {self.arms}"
            )
        if any(one < 1 for one in self.ratio):
            yield Fault(where="ratio", came=f"{self.ratio}", wanted="shares of 1 or more")
            return
        if self.procedure == "permuted_blocks" and not self.block_sizes:
            yield Fault(where="block_sizes", came="none", wanted=f"multiples of {self.share}")
        for size in self.block_sizes:
            if size < 1 or size % self.share:
                yield Fault(
                    where="block_sizes", came=f"{size}", wanted=f"multiples of {self.share}"
                )
        if self.procedure == "fixed_numbers" and (
            len(self.numbers) != len(self.arms) or any(one < 0 for one in self.numbers)
        ):
            yield Fault(
                where="numbers",
                came=f"{self.numbers}",
                wanted=f"one for each of {self.arms}",
            )
        settings = self.minimisation
        if not 0 < settings.probability < 1:
            yield Fault(
                where="minimisation.probability",
                came=f"{settings.probability}",
                wanted="above 0 and below 1",
            )
        if any(one < 0 for one in settings.weights):
            yield Fault(
                where="minimisation.weights", came=f"{settings.weights}", wanted="0 or more"
            )


def scheme_of(protocol: Protocol) -> Scheme:
    """Read the scheme that a protocol plans.

    Raises
    ------
    DataError
        If the protocol does not know how its subjects were randomised.
    """
    randomisation = protocol.randomisation
    if randomisation.procedure == "not_found":
        raise DataError(
            Fault(
                where="randomisation.procedure",
                came="not_found",
                wanted="permuted_blocks, simple or minimisation",
            )
        )
    return Scheme(
        arms=tuple(protocol.arms),
        ratio=tuple(arm.ratio for arm in protocol.arms.values()),
        procedure=randomisation.procedure,
        block_sizes=randomisation.block_sizes,
    )
