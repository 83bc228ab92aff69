"""A made-up trial of any number of arms with results of every method, for the report's tests.

The numbers are plausible and seeded; they are no estimates of anything.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

from equipoise.analyse.results import Provenance
from equipoise.protocol import Protocol
from equipoise.report import trial_report
from equipoise.report.display import Document
from support.followed_rows import FOLLOWED_ANALYSES, FOLLOWED_VARIABLES, with_followed
from support.result_frames import Made, with_times

LABELS = (
    "Placebo",
    "Mesenchymal stem cells",
    "Cyclophosphamide",
    "Mycophenolate",
    "Belimumab",
    "Anifrolumab",
)
LONG = "Human umbilical cord-derived mesenchymal stem cells, one million per kilogram, given twice"
VISITS = {"W0": 0, "W4": 28, "W12": 84, "W24": 168}
TIMES = tuple(float(day) for day in range(0, 181, 20))


@dataclass(frozen=True)
class Case:
    protocol: Protocol
    frame: pl.DataFrame
    provenance: Provenance


CASES: dict[str, dict[str, object]] = {
    "two arms": {"arms": 2, "sizes": [12, 6], "origin": "SIMULATED"},
    "captured": {"arms": 2},
    "three arms": {"arms": 3},
    "four arms": {"arms": 4},
    "six arms": {"arms": 6},
    "long labels": {"arms": 3, "labels": [f"{place} {LONG}" for place in range(3)]},
    "markup": {"arms": 4, "labels": [f"{p} #let x = [*<b>{LONG}</b> & *]" for p in range(4)]},
    "one word": {"arms": 2, "labels": ["Pneumonoultramicroscopicsilicovolcanoconiosis", "X"]},
    "one subject, no event": {"arms": 3, "sizes": [20, 1, 3], "has_events": False},
    "all missing": {"arms": 2, "is_all_missing": True},
}
"""Trials that stretch a report, by name."""


@cache
def made_report(name: str) -> tuple[Case, Document]:
    """Make the trial of that name and its report, once."""
    case = made_case(**CASES[name])  # type: ignore[arg-type] # values of several types in one mapping
    return case, trial_report(case.protocol, case.frame, case.provenance, date="2026-11-22")


def arm_ids(arms: int) -> tuple[str, ...]:
    return tuple(f"arm{place}" for place in range(arms))


def made_case(
    arms: int = 3,
    *,
    sizes: Sequence[int] | None = None,
    labels: Sequence[str] = LABELS,
    has_events: bool = True,
    is_all_missing: bool = False,
    important: float | None = 2.0,
    origin: str = "captured",
    seed: int = 1,
) -> Case:
    """Make a trial.

    With ``is_all_missing`` every estimate is not estimable, as when nobody came to any visit.
    """
    protocol = made_protocol(arms, labels=labels, important=important)
    sizes = list(sizes or [24 + place for place in range(arms)])
    made = Made()
    names = arm_ids(arms)
    draw = random.Random(seed)
    _flow(made, names, sizes)
    _demographics(made, names, sizes, draw, is_all_missing=is_all_missing)
    _ancova(made, names, sizes, draw, is_all_missing=is_all_missing)
    _mmrm(made, names, sizes, draw, is_all_missing=is_all_missing)
    _response(made, names, sizes, draw, is_all_missing=is_all_missing)
    _categories(made, names, sizes, draw)
    with_followed(made, names, sizes=sizes, visits=VISITS, seed=seed)
    with_times(made, names, sizes=sizes, times=TIMES, seed=seed)
    _events(made, names, sizes, draw, has_events=has_events)
    provenance = Provenance(
        trial=protocol.id,
        protocol_version=protocol.trial.protocol_version,
        protocol_hash=protocol.content_hash,
        data_hash="0123456789abcdef" * 4,
        origin=origin,
        software={"equipoise": "0.1.0", "python": "3.11"},
    )
    return Case(protocol, made.frame(), provenance)


def made_protocol(
    arms: int, *, labels: Sequence[str] = LABELS, important: float | None = 2.0
) -> Protocol:
    """Write the protocol of the made trial."""
    names = arm_ids(arms)
    content = {
        "equipoise": 1,
        "id": "made_trial",
        "trial": {
            "title": "Stem cells against placebo in refractory lupus nephritis",
            "short_title": "Made trial",
            "phase": "2",
            "indication": "Lupus nephritis",
            "objective": "Do stem cells lower disease activity?",
            "registrations": [{"registry": "ClinicalTrials.gov", "number": "NCT00000000"}],
        },
        "population": {"description": "Adults with active lupus nephritis", "planned_subjects": 72},
        "arms": {
            name: {
                "label": labels[place],
                "role": "placebo_control" if place == 0 else "experimental",
                "planned_subjects": 24,
                "interventions": [
                    {
                        "agent": "Infusion",
                        "dose": {"amount": 1e6, "unit": "cells", "per": "kg"},
                        "route": "intravenous",
                        "days": [0, 7],
                    },
                    {"agent": "Steroid", "days": {"first": 0, "last": 168}, "background": True},
                ],
            }
            for place, name in enumerate(names)
        },
        "masking": {"blinded": ["subject", "investigator"]},
        "randomisation": {
            "procedure": "permuted_blocks",
            "block_sizes": [6],
            "source": "stand-in: block size not found",
        },
        "schedule": {
            "baseline": "W0",
            "visits": {
                name: {"label": f"Week {day // 7}", "day": day} for name, day in VISITS.items()
            },
            "assessments": {
                "activity": {"label": "SLEDAI-2K", "visits": list(VISITS), "variables": ["sledai"]}
            },
        },
        "variables": {
            "age": {"label": "Age", "unit": "years"},
            "sex": {"label": "Sex", "kind": "category", "codes": {"F": "Female", "M": "Male"}},
            "biopsy": {
                "label": "Biopsy class",
                "kind": "category",
                "codes": {"III": "Class III", "IV": "Class IV", "V": "Class V"},
            },
            "steroid": {"label": "Steroid at entry", "kind": "yes_no"},
            "upcr": {"label": "UPCR", "unit": "mg/mmol", "decimals": 1},
            "global": {
                "label": "Global impression",
                "level": "visit",
                "kind": "category",
                "codes": {"1": "Worse", "2": "Same", "3": "Better", "4": "Much better"},
            },
            "sledai": {"label": "SLEDAI-2K", "level": "visit", "unit": "points"},
            **FOLLOWED_VARIABLES,
        },
        "endpoints": {
            "activity": {
                "label": "Change in SLEDAI-2K at week 24",
                "type": "change",
                "variable": "sledai",
                "visits": ["W24"],
                "benefit": "lower",
                "minimal_important_difference": important,
            },
            "activity_course": {
                "label": "Change in SLEDAI-2K",
                "type": "change",
                "variable": "sledai",
                "visits": ["W4", "W12", "W24"],
                "benefit": "lower",
            },
            "response": {
                "label": "Renal response at week 24",
                "type": "response",
                "when": "sledai <= 4",
                "at": "W24",
                "benefit": "higher",
            },
            "first_event": {
                "label": "Time to renal flare",
                "type": "time_to_event",
                "event": "death",
                "benefit": "higher",
            },
        },
        "analysis_sets": {
            "itt": {"label": "Intention to treat", "when": "randomised"},
            "safety": {"label": "Safety", "when": "treated"},
        },
        "estimands": {
            "activity_week_24": {
                "label": "Disease activity at week 24",
                "endpoint": "activity",
                "analysis_set": "itt",
                "missing": "last_observation_carried_forward",
                "intercurrent_events": {
                    "rescue": {
                        "label": "Rescue treatment",
                        "day": "withdrawal_day",
                        "strategy": "treatment_policy",
                    }
                },
            }
        },
        "analyses": {
            "flow": {
                "title": "Flow of participants",
                "method": "flow",
                "role": "baseline",
                "analysis_set": "itt",
                "analysed": "itt",
            },
            "demographics": {
                "title": "Baseline characteristics",
                "method": "describe",
                "role": "baseline",
                "analysis_set": "itt",
                "variables": ["age", "sex", "biopsy", "steroid", "upcr"],
            },
            "primary": {
                "title": "Disease activity at week 24",
                "method": "ancova",
                "role": "primary",
                "estimand": "activity_week_24",
                "covariates": ["baseline"],
                "contrasts": "pairwise",
            },
            "course": {
                "title": "Disease activity over time",
                "method": "mmrm",
                "endpoint": "activity_course",
                "analysis_set": "itt",
            },
            "responders": {
                "title": "Renal response",
                "method": "proportion",
                "endpoint": "response",
                "analysis_set": "itt",
                "measures": ["risk_difference", "relative_risk", "odds_ratio"],
            },
            "impression": {
                "title": "Global impression",
                "method": "describe",
                "role": "exploratory",
                "analysis_set": "itt",
                "variables": ["global"],
            },
            **FOLLOWED_ANALYSES,
            "curve": {
                "title": "Time to renal flare",
                "method": "kaplan_meier",
                "endpoint": "first_event",
                "analysis_set": "safety",
                "times": list(TIMES),
            },
            "curve_test": {
                "title": "Time to renal flare, compared",
                "method": "logrank",
                "endpoint": "first_event",
                "analysis_set": "safety",
            },
            "curve_hazard": {
                "title": "Hazard of a renal flare",
                "method": "cox",
                "endpoint": "first_event",
                "analysis_set": "safety",
            },
            "events": {
                "title": "Adverse events",
                "method": "adverse_events",
                "role": "safety",
                "analysis_set": "safety",
            },
        },
        "notes": ["Recruitment was slower than planned."],
    }
    return Protocol.model_validate_json(json.dumps(content))


def _flow(made: Made, names: Sequence[str], sizes: Sequence[int]) -> None:
    keys = {"analysis": "flow", "method": "flow", "analysis_set": "itt", "statistic": "count"}
    randomised = sum(sizes)
    made.add(randomised + 31, variable="screened", group="Total", **keys)
    made.add(31, variable="excluded", group="Total", **keys)
    for reason, count in (("declined to take part", 11), ("no biopsy", 20)):
        made.add(count, variable="excluded", variable_level=reason, group="Total", **keys)
    made.add(randomised, variable="randomised", group="Total", **keys)
    for name, size in zip(names, sizes, strict=True):
        stopped = size // 6
        made.add(size, variable="allocated", group=name, **keys)
        made.add(size, variable="treated", group=name, **keys)
        made.add(0, variable="not_treated", group=name, **keys)
        made.add(stopped, variable="discontinued", group=name, **keys)
        if stopped:
            reason = "adverse event or worsening of the disease"
            made.add(stopped, variable="discontinued", variable_level=reason, group=name, **keys)
        made.add(size - stopped, variable="completed", group=name, **keys)
        made.add(size, variable="analysed", group=name, **keys)
        made.add(0, variable="not_analysed", group=name, **keys)


def _number(made: Made, draw: random.Random, size: int, level: float, **keys: str) -> None:
    """Add the summary of a number of which one value is missing; none is known if level is NaN."""
    known = size - 1 if size > 1 and level == level else size if level == level else 0
    counts = {"n": known, "missing": size - known}
    numbers = ("mean", "sd", "median", "q1", "q3", "min", "max")
    values: dict[str, float | None] = dict.fromkeys(numbers)
    if known:
        shift = draw.random()
        places = (shift, 0.2, 0.1 + shift, -0.3, 0.4, -0.9, 1.2)
        values |= {
            name: level * (place if name == "sd" else 1 + place / 2)
            for name, place in zip(numbers, places, strict=True)
        }
        values |= {"min": float(int(level * 0.5)), "max": float(int(level * 1.8))}
        if known == 1:
            values["sd"] = None
    for statistic, value in {**counts, **values}.items():
        state = "estimated" if value is not None else "not estimable"
        made.add(
            value, statistic=statistic, state=state, n_used=known, n_missing=size - known, **keys
        )


def _demographics(
    made: Made,
    names: Sequence[str],
    sizes: Sequence[int],
    draw: random.Random,
    *,
    is_all_missing: bool,
) -> None:
    keys = {"analysis": "demographics", "method": "describe", "analysis_set": "itt"}
    columns = [*zip(names, sizes, strict=True), ("Total", sum(sizes))]
    levels = {"sex": ("F", "M"), "biopsy": ("III", "IV", "V"), "steroid": ("no", "yes")}
    for variable in ("age", "sex", "biopsy", "steroid", "upcr"):
        for name, size in columns:
            if variable not in levels:
                level = float("nan") if is_all_missing else 37.3 if variable == "age" else 212.47
                _number(made, draw, size, level, variable=variable, group=name, **keys)
                continue
            left = 0 if is_all_missing else size
            for place, one in enumerate(levels[variable]):
                last = place == len(levels[variable]) - 1
                count = left if last else draw.randint(0, left)
                left -= count
                _share(made, count, size, variable=variable, variable_level=one, group=name, **keys)
            made.add(
                size if is_all_missing else 0,
                statistic="missing",
                variable=variable,
                group=name,
                **keys,
            )


def _share(made: Made, count: int, size: int, **keys: str) -> None:
    made.add_all({"count": count, "denominator": size, "percent": 100 * count / size}, **keys)


def _estimate(
    draw: random.Random, *, around: float, spread: float, is_missing: bool
) -> dict[str, float | None]:
    if is_missing:
        return dict.fromkeys(("estimate", "standard_error", "df", "ci_low", "ci_high"))
    estimate = around + draw.gauss(0, 0.3)
    return {
        "estimate": estimate,
        "standard_error": spread,
        "df": 65.0,
        "ci_low": estimate - 2 * spread,
        "ci_high": estimate + 2 * spread,
    }


def _pairs(names: Sequence[str]) -> list[str]:
    return [
        f"{names[high]} - {names[low]}"
        for low in range(len(names))
        for high in range(low + 1, len(names))
    ]


def _ancova(
    made: Made,
    names: Sequence[str],
    sizes: Sequence[int],
    draw: random.Random,
    *,
    is_all_missing: bool,
) -> None:
    keys = {
        "analysis": "primary",
        "method": "ancova",
        "endpoint": "activity_week_24",
        "analysis_set": "itt",
    }
    for name, size in zip(names, sizes, strict=True):
        for variable, level in (("baseline", 11.2), ("value", 7.9), ("change", -3.3)):
            summary = {
                "n": size,
                "mean": level,
                "sd": 3.125,
                "median": level,
                "min": -9.0,
                "max": 21.0,
            }
            if is_all_missing:
                summary = {"n": 0, **dict.fromkeys(list(summary)[1:])}
            made.add_all(summary, variable=variable, group=name, **keys)
        values = _estimate(draw, around=-3, spread=0.71, is_missing=is_all_missing)
        made.add_all(values, variable="lsmean", group=name, **keys)
    for contrast in _pairs(names):
        values = _estimate(draw, around=-1.1, spread=0.98, is_missing=is_all_missing)
        values |= {"statistic": None if is_all_missing else -1.12}
        values |= {"p_value": None if is_all_missing else 0.2326}
        made.add_all(values, variable="contrast", group=contrast, **keys)
    terms = {"statistic": 1.25, "df": len(names) - 1, "df_2": 65, "p_value": 0.04996}
    if is_all_missing:
        terms = dict.fromkeys(terms)
    for term in ("arm", "baseline"):
        made.add_all(terms, variable="term", variable_level=term, **keys)
    made.add_all({"sd": None if is_all_missing else 3.456, "df": 65}, variable="residual", **keys)


def _mmrm(
    made: Made,
    names: Sequence[str],
    sizes: Sequence[int],
    draw: random.Random,
    *,
    is_all_missing: bool,
) -> None:
    keys = {
        "analysis": "course",
        "method": "mmrm",
        "endpoint": "activity_course",
        "analysis_set": "itt",
    }
    for place, visit in enumerate(("W4", "W12", "W24", "all")):
        by = f"visit={visit}"
        for name, size in zip(names, sizes, strict=True):
            if visit != "all":
                values = {"n": 0 if is_all_missing else max(size - place, 1), "mean": -1.0 - place}
                values |= {"sd": 2.5, "median": -1.0, "min": -8.0, "max": 4.0}
                if is_all_missing:
                    values |= dict.fromkeys(("mean", "sd", "median", "min", "max"))
                made.add_all(values, variable="value", group=name, by=by, **keys)
            values = _estimate(draw, around=-1 - place, spread=0.6, is_missing=is_all_missing)
            made.add_all(values, variable="lsmean", group=name, by=by, **keys)
        for name in names[1:]:
            values = _estimate(draw, around=-place / 2, spread=0.8, is_missing=is_all_missing)
            values |= {"statistic": -2.0, "p_value": 0.0009}
            if is_all_missing:
                values = dict.fromkeys(values)
            made.add_all(values, variable="contrast", group=f"{name} - {names[0]}", by=by, **keys)
    fit = {
        "n": sum(sizes),
        "converged": float(not is_all_missing),
        "aic": None if is_all_missing else 512.34,
    }
    made.add_all(fit, variable="fit", **keys)


def _response(
    made: Made,
    names: Sequence[str],
    sizes: Sequence[int],
    draw: random.Random,
    *,
    is_all_missing: bool,
) -> None:
    keys = {
        "analysis": "responders",
        "method": "proportion",
        "endpoint": "response",
        "analysis_set": "itt",
    }
    for name, size in zip(names, sizes, strict=True):
        count = draw.randint(0, size)
        values = {
            "count": count,
            "denominator": size,
            "percent": 100 * count / size,
            "ci_low": 80 * count / size,
            "ci_high": min(100.0, 125 * count / size),
        }
        if is_all_missing:
            values = {
                "count": 0,
                "denominator": 0,
                **dict.fromkeys(("percent", "ci_low", "ci_high")),
            }
        made.add_all(values, variable="response", group=name, **keys)
    for name in names[1:]:
        contrast = f"{name} - {names[0]}"
        difference = {"estimate": 0.1851, "ci_low": -0.0849, "ci_high": 0.43}
        ratio = {"estimate": 1.62, "ci_low": 0.81, "ci_high": 3.2}
        for variable, one in (
            ("risk_difference", difference),
            ("relative_risk", ratio),
            ("odds_ratio", {**ratio, "ci_high": None}),
        ):
            values = dict.fromkeys(one) if is_all_missing else one
            made.add_all(values, variable=variable, group=contrast, **keys)
        made.add(
            0.9999, statistic="p_value", variable="test", group=contrast,
            message="Fisher's exact test", **keys,
        )  # fmt: skip


def _categories(
    made: Made, names: Sequence[str], sizes: Sequence[int], draw: random.Random
) -> None:
    keys = {"analysis": "impression", "method": "describe", "analysis_set": "itt"}
    for visit in ("W12", "W24"):
        for name, size in zip(names, sizes, strict=True):
            left = size
            for level in ("1", "2", "3", "4"):
                count = left if level == "4" else draw.randint(0, left)
                left -= count
                _share(
                    made, count, size, variable="global", variable_level=level, group=name,
                    by=f"visit={visit}", **keys,
                )  # fmt: skip


def _events(
    made: Made,
    names: Sequence[str],
    sizes: Sequence[int],
    draw: random.Random,
    *,
    has_events: bool,
) -> None:
    keys = {"analysis": "events", "method": "adverse_events", "analysis_set": "safety"}
    classes = {
        "Infections and infestations": ("Herpes zoster", "Pneumonia", "Urinary tract infection"),
        "Skin and subcutaneous tissue disorders": ("Rash", "Alopecia"),
    }
    paths = [("any", "", "")]
    if has_events:
        for body, terms in classes.items():
            paths.append(("body_system", body, ""))
            paths += [("term", term, f"body_system={body}") for term in terms]
    for variable, level, by in paths:
        for name, size in zip(names, sizes, strict=True):
            subjects = draw.randint(0, size) if has_events else 0
            made.add_all(
                {
                    "subjects": subjects,
                    "events": subjects * 2,
                    "denominator": size,
                    "percent": 100 * subjects / size,
                },
                variable=variable, variable_level=level, by=by, group=name, **keys,
            )  # fmt: skip
        for name in names[1:]:
            made.add(
                0.0123 if has_events else None,
                statistic="p_value",
                state="estimated" if has_events else "not estimable",
                message="Fisher's exact test",
                variable=variable,
                variable_level=level,
                by=by,
                group=f"{name} - {names[0]}",
                **keys,
            )
