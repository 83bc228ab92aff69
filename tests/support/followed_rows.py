"""Made-up rows of variables that are followed over visits: courses, grades, single subjects."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from support.result_frames import Made

GRADES = ("A", "B", "C")
_GRADED = {"level": "visit", "kind": "category", "codes": list(GRADES), "worst": "first"}
FOLLOWED_VARIABLES = {
    "protein": {"label": "Proteinuria", "level": "visit", "unit": "g/24 h", "decimals": 2},
    "albumin": {"label": "Albumin", "level": "visit", "unit": "g/L", "decimals": 1},
    "renal": {"label": "Renal grade", **_GRADED},
    "skin": {"label": "Skin grade", **_GRADED},
}
FOLLOWED_ANALYSES = {
    "courses": {
        "title": "Courses of the measures",
        "method": "describe",
        "analysis_set": "itt",
        "variables": ["protein", "albumin"],
    },
    "grades": {
        "title": "Grades by system",
        "method": "describe",
        "analysis_set": "itt",
        "variables": ["renal", "skin"],
    },
    "singles": {
        "title": "Proteinuria of each subject",
        "method": "individual_courses",
        "analysis_set": "itt",
        "variables": ["protein"],
        "most_subjects": 12,
    },
}


def with_followed(
    made: Made,
    arms: Sequence[str],
    *,
    sizes: Sequence[int],
    visits: Mapping[str, float],
    seed: int = 1,
) -> None:
    """Add rows of two courses, two graded systems and, for small arms, of each subject."""
    draw = random.Random(f"followed {seed}")
    for arm, size in zip(arms, sizes, strict=True):
        for visit in visits:
            keys = {"analysis_set": "itt", "group": arm, "by": f"visit={visit}"}
            for variable, level in (("protein", 2.5), ("albumin", 31.0)):
                _course(made, size, level * (0.8 + 0.4 * draw.random()), variable, keys)
            for variable in ("renal", "skin"):
                _grades(made, size, draw, variable, keys)
        _singles(made, arm, size, visits, draw)


def _course(made: Made, size: int, mean: float, variable: str, keys: dict[str, str]) -> None:
    sd = mean / 3
    values = {
        "n": size, "missing": 0, "mean": mean, "sd": sd, "standard_error": sd / size**0.5,
        "median": mean * 0.95, "q1": mean * 0.7, "q3": mean * 1.3, "min": mean * 0.2,
        "max": mean * 2,
    }  # fmt: skip
    made.add_all(values, analysis="courses", method="describe", variable=variable, **keys)


def _grades(
    made: Made, size: int, draw: random.Random, variable: str, keys: dict[str, str]
) -> None:
    own = {"analysis": "grades", "method": "describe", "variable": variable, **keys}
    left = size
    for grade in GRADES:
        count = left if grade == GRADES[-1] else draw.randint(0, left)
        left -= count
        share = {"count": count, "denominator": size, "percent": 100 * count / size}
        made.add_all(share, variable_level=grade, **own)
    made.add(0, statistic="missing", **own)


def _singles(
    made: Made, arm: str, size: int, visits: Mapping[str, float], draw: random.Random
) -> None:
    keys = {"analysis": "singles", "method": "individual_courses", "analysis_set": "itt"}
    made.add(size, statistic="n", group=arm, **keys)
    if size > 12:
        made.add(
            None, statistic="value", variable="individual", group=arm, state="not estimable",
            message="more than 12 subjects, too many to show singly", **keys,
        )  # fmt: skip
        return
    for place in range(size):
        for visit in visits:
            made.add(
                round(4 * draw.random(), 2), statistic="value", variable="protein", group=arm,
                by=f"subject={arm}-{place + 1}; visit={visit}", **keys,
            )  # fmt: skip
