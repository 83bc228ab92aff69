"""Every survival case of the reference set, through its adapter."""

import pytest

from equipoise.qualification.statistics.survival import METHODS
from support.reference import cases, check


@pytest.mark.parametrize("case", [*cases("survival"), *cases("state")], ids=lambda case: case.id)
def test_it_agrees_with_the_reference(case):
    check(case, METHODS)
