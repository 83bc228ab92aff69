"""One finding more, or one step worse, never lowers a sum."""

import numpy as np
import pytest

from equipoise.instruments import find_instrument

SUMS = {
    "sledai_original": ("total", "clinical"),
    "sledai_2k": ("total", "clinical"),
    "selena_sledai": ("total", "clinical"),
    "clasi_activity": ("clasi_a",),
    "sdi": ("sdi",),
    "nih_indices": ("activity", "chronicity"),
    "acr_1997": ("n",),
    "slicc_2012": ("n",),
    "eular_acr_2019": ("points",),
}

ASKED = {
    "ana",
    "biopsy_nephritis",
    "rash_new_or_recurrent",
    "alopecia_new_or_recurrent",
    "mucosal_ulcers_new_or_recurrent",
}
"""Columns beside the items without which a sum is unknown."""


@pytest.mark.parametrize(("name", "sums"), SUMS.items(), ids=SUMS.keys())
def test_an_item_raised_by_one_step_never_lowers_a_sum(name, sums):
    instrument = find_instrument(name)
    items = instrument.form.items
    rng = np.random.default_rng(len(name))
    before = {item.name: rng.choice(item.codes[:4], 200) for item in items}
    others = {
        column.name: 1.0
        for column in instrument.inputs
        if column.name in ASKED and column.name not in before
    }
    first = instrument.score(before | others)
    for item in items:
        step = np.minimum(before[item.name] + 1, item.codes[-1])
        raised = instrument.score(before | others | {item.name: step})
        for one in sums:
            assert np.all(raised[one] >= first[one]), item.name
            assert not np.isnan(first[one]).any()
