import pytest

from equipoise.allocation import Minimisation, Scheme, scheme_of
from equipoise.errors import DataError
from equipoise.trials import load_protocol
from support.small import small_protocol

BAD = {
    "ratio of another length": ({"ratio": (1,), "block_sizes": (2,)}, r"ratio: \(1,\); wanted one share"),
    "no share": ({"ratio": (1, 0), "block_sizes": (2,)}, r"ratio: \(1, 0\); wanted shares of 1 or more"),
    "no sizes": ({"ratio": (1, 1)}, r"block_sizes: none; wanted multiples of 2"),
    "no multiple": ({"ratio": (2, 1), "block_sizes": (4,)}, r"block_sizes: 4; wanted multiples of 3"),
    "numbers": ({"ratio": (1, 1), "procedure": "fixed_numbers"}, r"numbers: \(\); wanted one for each"),
    "certain coin": ({"ratio": (1, 1), "procedure": "minimisation", "minimisation": Minimisation(probability=1.0)}, r"minimisation.probability: 1.0; wanted above 0 and below 1"),
    "weights": ({"ratio": (1, 1), "procedure": "minimisation", "minimisation": Minimisation(weights=(-1.0,))}, r"minimisation.weights: .*wanted 0 or more"),
}  # fmt: skip


@pytest.mark.parametrize(("settings", "message"), BAD.values(), ids=BAD.keys())
def test_a_scheme_that_does_not_hold_is_refused(settings, message):
    with pytest.raises(DataError, match=message):
        Scheme(arms=("A", "B"), **settings)


def test_all_faults_of_a_scheme_come_together():
    with pytest.raises(DataError) as caught:
        Scheme(arms=("A", "B"), ratio=(2, 1), block_sizes=(4, 5))
    assert len(caught.value.faults) == 2


def test_the_scheme_of_a_protocol(tmp_path):
    protocol = small_protocol(tmp_path)
    scheme = scheme_of(protocol)
    assert scheme.arms == tuple(protocol.arms)
    assert scheme.ratio == tuple(arm.ratio for arm in protocol.arms.values())
    assert scheme.block_sizes == protocol.randomisation.block_sizes


def test_a_trial_whose_randomisation_is_not_known_has_no_scheme():
    with pytest.raises(DataError, match=r"randomisation.procedure: not_found"):
        scheme_of(load_protocol("cdisc_pilot"))
