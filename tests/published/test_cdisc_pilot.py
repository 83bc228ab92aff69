"""The CDISC pilot study: every cell of five published tables, recomputed from the raw data."""

import json

import pytest

from equipoise.analyse import analyse
from equipoise.derive import derive
from equipoise.interop import read_cohort
from equipoise.trials import load_protocol
from support.reference import REFERENCE

ARMS = {"0": "placebo", "54": "low", "81": "high", "total": "Total"}


@pytest.fixture(scope="module")
def results():
    protocol = load_protocol("cdisc_pilot")
    return analyse(protocol, derive(protocol, read_cohort(protocol)))


@pytest.fixture(scope="module")
def value(results):
    """Find the one value that keys single out; None where it has no value."""
    table = {}
    for row in results.frame().iter_rows(named=True):
        key = tuple(
            row[name]
            for name in ("analysis", "variable", "variable_level", "group", "by", "statistic")
        )
        assert key not in table, key
        table[key] = row["value"]

    def find(analysis, statistic, *, variable="", level="", group="", by=""):
        return table[analysis, variable, level, group, by, statistic]

    return find


def reference(name):
    return json.loads((REFERENCE / "json" / f"cdisc_pilot_{name}.json").read_text("utf-8"))


def printed(number, digits=6):
    """The tables hold six decimals: half a unit of the last."""
    return pytest.approx(number, abs=0.5000001 * 10**-digits)


def test_populations(value):
    expected = reference("14_1_01_populations")["recomputed"]
    variables = {"itt": "randomised", "safety": "treated", "efficacy": "in_efficacy",
                 "completed_week24": "completed_week_24", "completed_study": "completed"}  # fmt: skip
    cells = [
        (value("populations", "count", variable=variable, level="yes", group=ARMS[arm]), count)
        for name, variable in variables.items()
        for arm, count in expected[name].items()
    ]
    assert len(cells) == 20
    assert [got for got, _ in cells] == [wanted for _, wanted in cells]


CONTINUOUS = {"AGE": "age", "MMSETOT": "mmse", "DURDIS": "duration", "EDUCLVL": "education",
              "WEIGHTBL": "weight", "HEIGHTBL": "height", "BMIBL": "bmi"}  # fmt: skip
CATEGORICAL = {"AGEGR1": "age_group", "SEX": "sex", "RACED": "race_group",
               "DURDSGR1": "duration_group", "BMIBLGR1": "bmi_group"}  # fmt: skip


@pytest.mark.parametrize(("cdisc", "variable"), CONTINUOUS.items())
def test_demographic_numbers(value, cdisc, variable):
    expected = reference("14_2_01_demographics")["continuous"][cdisc]
    for arm, statistics in expected["stats"].items():
        for statistic, wanted in statistics.items():
            got = value("demographics", statistic, variable=variable, group=ARMS[arm])
            assert got == printed(wanted), (arm, statistic)
    assert value("demographics", "p_value", variable=variable, group="all arms") == printed(
        expected["p"]
    )


@pytest.mark.parametrize(("cdisc", "variable"), CATEGORICAL.items())
def test_demographic_categories(value, cdisc, variable):
    expected = reference("14_2_01_demographics")["categorical"][cdisc]
    for arm, counts in expected["counts"].items():
        for level, wanted in counts.items():
            got = value("demographics", "count", variable=variable, level=level, group=ARMS[arm])
            assert got == wanted, (arm, level)
    assert value("demographics", "p_value", variable=variable, group="all arms") == printed(
        expected["p"]
    )


def test_primary_analysis(value):
    expected = reference("14_3_01_ancova_adas_wk24")
    assert value("primary", "df", variable="residual") == expected["residual_df"]
    assert value("primary", "sd", variable="residual") == printed(expected["sigma"])
    assert value("primary", "p_value", variable="trend") == printed(expected["dose_response_p"])
    for arm, means in expected["lsmeans"].items():
        for name, wanted in (("estimate", means["lsmean"]), ("standard_error", means["se"]),
                             ("ci_low", means["ci95"][0]), ("ci_high", means["ci95"][1])):  # fmt: skip
            assert value("primary", name, variable="lsmean", group=ARMS[arm]) == printed(wanted)
    for pair, numbers in expected["contrasts"].items():
        group = " - ".join(ARMS[arm] for arm in pair.split("-"))
        for name, wanted in (("estimate", numbers["estimate"]), ("standard_error", numbers["se"]),
                             ("ci_low", numbers["ci95"][0]), ("ci_high", numbers["ci95"][1]),
                             ("p_value", numbers["p"])):  # fmt: skip
            assert value("primary", name, variable="contrast", group=group) == printed(wanted)
    for table, variable in (("baseline", "baseline"), ("week", "value"), ("change", "change")):
        for arm, statistics in expected["summary"][table].items():
            for statistic, wanted in statistics.items():
                got = value("primary", statistic, variable=variable, group=ARMS[arm])
                assert got == printed(wanted), (table, arm, statistic)


def test_adverse_events(value):
    expected = reference("14_5_01_teae")["values"]
    cells = 0

    def check(row, variable, level, by):
        nonlocal cells
        for arm in ("0", "54", "81"):
            for statistic in ("subjects", "events"):
                got = value("adverse_events", statistic, variable=variable, level=level,
                            group=ARMS[arm], by=by)  # fmt: skip
                assert got == row[arm][statistic], (level, arm, statistic)
                cells += 1
        for arm in ("54", "81"):
            got = value("adverse_events", "p_value", variable=variable, level=level,
                        group=f"{ARMS[arm]} - placebo", by=by)  # fmt: skip
            wanted = row[f"fisher_p_{arm}_vs_0"]
            assert got is None if wanted is None else got == printed(wanted), (level, arm)

    check(expected["any"], "any", "", "")
    for system, rows in expected["soc"].items():
        check(rows["total"], "body_system", system, "")
        for term, row in rows["terms"].items():
            check(row, "term", term, f"body_system={system}")
    assert cells == 6 * (
        1 + len(expected["soc"]) + sum(len(s["terms"]) for s in expected["soc"].values())
    )


def test_time_to_first_dermatologic_event(value):
    expected = reference("fig_14_1_km")
    curve = "dermatologic_curve"
    for arm, times in expected["at_times"].items():
        assert value(curve, "n", group=ARMS[arm]) == expected["n"][arm]
        assert value(curve, "events", group=ARMS[arm]) == expected["events"][arm]
        for point in times:
            by = f"time={point['t']}"
            at = {name: value(curve, name, group=ARMS[arm], by=by)
                  for name in ("at_risk", "survival", "standard_error", "ci_low", "ci_high")}  # fmt: skip
            assert at["at_risk"] == point["at_risk"]
            assert at["survival"] == printed(point["surv"])
            assert at["standard_error"] == printed(point["se"])
            assert at["ci_low"] == printed(point["ci95_loglog"][0])
            assert at["ci_high"] == printed(point["ci95_loglog"][1])
        median = expected["median"][arm]
        got = value(curve, "estimate", variable="median", group=ARMS[arm])
        assert got == (None if median is None else median["median"])
        if median is not None:
            limits = [value(curve, name, variable="median", group=ARMS[arm])
                      for name in ("ci_low", "ci_high")]  # fmt: skip
            assert limits == median["ci95_loglog"]
    for name, group in (("overall", "all arms"), ("54_vs_0", "low - placebo"),
                        ("81_vs_0", "high - placebo")):  # fmt: skip
        wanted = expected[f"logrank_{name}"]
        assert value("dermatologic_test", "statistic", group=group) == printed(wanted["chisq"])
        got = value("dermatologic_test", "p_value", group=group)
        assert got == pytest.approx(wanted["p"], rel=1e-10)
    for pair, wanted in expected["cox_efron_hr"].items():
        group = " - ".join(ARMS[arm] for arm in pair.split("-"))
        got = [value("dermatologic_hazard", name, variable="hazard_ratio", group=group)
               for name in ("estimate", "ci_low", "ci_high")]  # fmt: skip
        assert got == [printed(number) for number in wanted]
