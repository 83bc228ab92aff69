"""Difference of two proportions, each with a mixture of beta distributions."""

from __future__ import annotations

import numpy as np

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.bayes.beta_mixture import BetaMixture, mixture_exceeds
from equipoise.stats.door import Door
from equipoise.stats.roots import bracketed_root

__all__ = ["mixture_difference_quantile"]


def mixture_difference_quantile(
    *, treated: BetaMixture, control: BetaMixture, probability: float
) -> Floats:
    """Quantile of the difference experimental minus control.

    Parameters
    ----------
    treated, control : BetaMixture
        Distributions of the experimental and the control proportion; their leading shapes
        broadcast.
    probability : float
        Probability below the quantile, strictly between 0 and 1.

    Returns
    -------
    (...) float
        Difference of proportions.

    Raises
    ------
    DataError
        If the probability is not strictly between 0 and 1.

    Notes
    -----
    The root of :func:`mixture_exceeds`, which falls from 1 at -1 to 0 at 1.
    """
    door = Door()
    wanted = float(door.level("probability", probability))
    door.close()
    lead = np.broadcast_shapes(treated.weight.shape[:-1], control.weight.shape[:-1])
    one, other = _flat(treated, lead), _flat(control, lead)

    def excess(difference: Floats, which: Integers) -> Floats:
        above = mixture_exceeds(
            treated=_take(one, which), control=_take(other, which), margin=difference
        )
        return 1 - wanted - above

    ends = np.ones(int(np.prod(lead)))
    return bracketed_root(excess, -ends, ends).reshape(lead)


def _flat(mixture: BetaMixture, lead: tuple[int, ...]) -> BetaMixture:
    parts = mixture.weight.shape[-1]
    w, a, b = (
        np.broadcast_to(value, (*lead, parts)).reshape(-1, parts)
        for value in (mixture.weight, mixture.alpha, mixture.beta)
    )
    marginal = np.broadcast_to(mixture.log_marginal, lead).reshape(-1)
    return BetaMixture(weight=w, alpha=a, beta=b, log_marginal=marginal)


def _take(mixture: BetaMixture, chosen: Integers) -> BetaMixture:
    return BetaMixture(
        weight=mixture.weight[chosen],
        alpha=mixture.alpha[chosen],
        beta=mixture.beta[chosen],
        log_marginal=mixture.log_marginal[chosen],
    )
