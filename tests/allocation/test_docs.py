"""The example on the page of the allocation runs."""

import re
from pathlib import Path
from typing import get_args

from equipoise.allocation.scheme import Procedure

PAGE = (Path(__file__).parents[2] / "docs" / "allocation.md").read_text("utf-8")


def test_the_example_runs():
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    assert "assert" in example
    exec(compile(example, "docs/allocation.md", "exec"), {})


def test_every_procedure_is_on_the_page():

    for name in get_args(Procedure):
        assert f"| `{name}` |" in PAGE
