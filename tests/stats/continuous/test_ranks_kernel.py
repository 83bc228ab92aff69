"""The compiled ranks against counting the values below and beside each one."""

from __future__ import annotations

import numpy as np
import pytest

from equipoise.stats.continuous.ranks import ranks_by_group


@pytest.mark.parametrize("shape", [(17,), (5, 17), (2, 3, 17)])
@pytest.mark.parametrize("is_shared", [True, False])
def test_rank_sums_are_those_of_counted_ranks(shape, is_shared):
    rng = np.random.default_rng(len(shape))
    response = rng.integers(0, 6, shape) / 2
    response[rng.random(shape) < 0.1] = np.nan
    group = rng.integers(-1, 3, shape[-1:] if is_shared else shape)
    found = ranks_by_group(response, group, 3)
    for trial in np.ndindex(shape[:-1]):
        codes = group if is_shared else group[trial]
        is_in = (codes >= 0) & ~np.isnan(response[trial])
        values = response[trial][is_in]
        ranks = [np.sum(values < one) + (np.sum(values == one) + 1) / 2 for one in values]
        sizes = np.unique(values, return_counts=True)[1].astype(float)
        assert found.ties[trial] == np.sum(sizes**3 - sizes)
        for code in range(3):
            chosen = codes[is_in] == code
            assert found.n[(*trial, code)] == chosen.sum()
            assert found.sums[(*trial, code)] == np.sum(np.array(ranks)[chosen])
