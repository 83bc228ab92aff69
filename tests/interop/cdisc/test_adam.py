"""ADaM data sets are read into records, and every fault says where it is."""

import re
from datetime import date

import polars as pl
import pytest
from numpy.testing import assert_array_equal

import equipoise
from equipoise.errors import DataError, InteropError
from equipoise.interop import read_cohort, read_records
from support.adam import adam_frames, adam_protocol, write_adam

NAN = float("nan")


def changed(**columns):
    """Give the data sets with columns replaced; ``adsl__AGE=[...]``, or None to drop one."""
    frames = adam_frames()
    for key, cells in columns.items():
        name, _, column = key.partition("__")
        if not column:
            frames.pop(name)
        elif cells is None:
            frames[name] = frames[name].drop(column)
        else:
            frames[name] = frames[name].with_columns(pl.Series(column, cells))
    return frames


@pytest.fixture(scope="module")
def pilot():
    return read_records(equipoise.load_protocol("cdisc_pilot"))


def test_the_pilot_has_its_subjects_and_screen_failures(pilot):
    randomised = pilot.subjects["arm"].is_not_null()
    assert (int(randomised.sum()), int((~randomised).sum())) == (254, 52)
    failures = pilot.disposition.filter(what="screen_failure")
    assert failures.height == 52
    counts = dict(pilot.subjects.drop_nulls("arm").group_by("arm").len().iter_rows())
    assert counts == {"placebo": 86, "low": 84, "high": 84}


def test_the_pilot_has_its_ends_and_events(pilot):
    ends = dict(pilot.disposition.group_by("what").len().iter_rows())
    assert ends["completed"] + ends["withdrawn"] == 254
    assert pilot.events.height == 1191
    assert pilot.events["start"].null_count() > 0


def test_the_pilot_has_values_by_date_and_no_imputed_one(pilot):
    assert set(pilot.values["variable"]) == {"adas_cog_11", "cibic"}
    assert pilot.values["visit"].is_null().all()
    assert pilot.values["date"].is_not_null().all()


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_a_folder_is_read(tmp_path, ending):
    write_adam(tmp_path, adam_frames(), ending)
    protocol = adam_protocol(tmp_path)
    records = read_records(protocol)
    cohort = read_cohort(protocol)
    assert cohort.subject_id == ("01", "02", "03")
    assert_array_equal(cohort.subject["arm"], [[1, 0, NAN]])
    assert_array_equal(cohort.subject["age"], [[30, 40, NAN]])
    assert_array_equal(cohort.subject["last_dose_day"], [[7, NAN, NAN]])
    assert_array_equal(cohort.subject["completed"], [[1, 0, 0]])
    assert_array_equal(cohort.visit["albumin"][0, 0], [25, NAN, NAN, NAN])
    assert_array_equal(cohort.visit["protein"][0, 1], [NAN, 3.1, NAN, NAN])
    assert records.disposition.filter(what="withdrawn")["reason"].to_list() == ["Moved away"]
    assert records.events["start"].to_list() == [31, 28]


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_an_empty_flag_is_no(tmp_path, ending):
    write_adam(tmp_path, adam_frames(), ending)
    records = read_records(adam_protocol(tmp_path))
    assert records.events["emergent"].to_list() == [True, False]
    assert records.subjects["flagged"].to_list() == [True, False, None]


def test_numbers_of_days_are_dates_as_sas_counts(tmp_path):
    days = [(date(2012, 3, 1) - date(1960, 1, 1)).days, (date(2012, 3, 5) - date(1960, 1, 1)).days]
    write_adam(tmp_path, changed(adsl__RANDDT=days), "csv")
    assert_array_equal(read_cohort(adam_protocol(tmp_path)).events.columns["start_day"], [31, 28])


def test_flagged_rows_go_before_others_of_the_visit(tmp_path):
    frames = adam_frames()
    first = frames["adlb"].head(1)
    again = first.with_columns(AVAL=pl.lit(33.0), ANL01FL=pl.lit("Y"))
    frames["adlb"] = pl.concat([frames["adlb"].with_columns(ANL01FL=pl.lit("")), again])
    write_adam(tmp_path, frames)
    assert read_cohort(adam_protocol(tmp_path)).visit["albumin"][0, 0, 0] == 33


def test_imputed_rows_are_left_out(tmp_path):
    write_adam(tmp_path, changed(adlb__DTYPE=["LOCF", "", "", "AVERAGE"]))
    cohort = read_cohort(adam_protocol(tmp_path))
    assert_array_equal(cohort.visit["albumin"][0, 0], [NAN] * 4)
    assert cohort.visit["protein"][0, 1, 1] == 3.1


def test_a_variable_of_subjects_may_stand_in_another_data_set(tmp_path):
    write_adam(tmp_path, adam_frames())
    where = "{dataset: ADLB, parameter: UPRO, column: AVAL, where: {AVISITN: 0}}"
    protocol = adam_protocol(
        tmp_path, ("cdisc: ADSL.AGE", f"cdisc: {where}"), ("[16, 65]", "[0, 65]")
    )
    assert_array_equal(read_cohort(protocol).subject["age"], [[4, NAN, NAN]])


VALUE_FAULTS = {
    "range": ({"adsl__AGE": [30.0, 90.0]}, r"^ADSL, AGE, USUBJID 02: 90; wanted at least 16"),
    "value": ({"adlb__AVAL": [25.0, 27.5, 400.0, 3.1]}, r"^ADLB, AVAL, USUBJID 01: 400; wanted"),
    "arm": ({"adsl__TRT01P": ["Cells", "Care"]}, r"ADSL, TRT01P, USUBJID 02: 'Care'; wanted one of"),
    "yes or no": ({"adae__AESER": ["Y", "?"]}, r"^ADAE, AESER, USUBJID 02: '\?'; wanted yes or no"),
    "dates": ({"adae__AENDT": [date(2012, 3, 9), None]}, r"^ADAE, AENDT, USUBJID 01: day 8 before"),
    "subject": ({"adae__USUBJID": ["01", "09"]}, r"^ADAE, USUBJID, USUBJID 09: unknown subject"),
    "twice": (
        {"adlb__PARAMCD": ["ALB", "UPRO", "UPRO", "UPRO"], "adlb__ADT": [date(2012, 3, 1)] * 4},
        r"^ADLB, AVAL, USUBJID 01: '4' for protein, but '27.5' in another record; wanted one value",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "wanted"), VALUE_FAULTS.values(), ids=VALUE_FAULTS.keys())
def test_a_bad_value_is_named_by_data_set_column_and_subject(tmp_path, columns, wanted):
    write_adam(tmp_path, changed(**columns))
    with pytest.raises(DataError) as caught:
        read_records(adam_protocol(tmp_path))
    assert re.search(wanted, str(caught.value), re.MULTILINE), str(caught.value)
    assert "row" not in str(caught.value)


def test_many_bad_values_are_counted(tmp_path):
    frames = adam_frames()
    frames["adae"] = pl.concat([frames["adae"].with_columns(AESER=pl.lit("?"))] * 20)
    write_adam(tmp_path, frames)
    with pytest.raises(
        DataError, match=r"ADAE, AESER: and 20 more like it; wanted yes or no"
    ) as caught:
        read_records(adam_protocol(tmp_path))
    assert len(caught.value.faults) == 21


FORM_FAULTS = {
    "no ADSL": ({"adsl": None}, ["data: no data set ADSL; wanted one of ADAE, ADLB, DM"]),
    "no arm": ({"adsl__TRT01P": None}, ["data.subjects.arm: no column TRT01P in ADSL"]),
    "no subject": ({"adsl__USUBJID": None}, ["data.subjects.subject: no column USUBJID in ADSL"]),
    "two columns": (
        {"adsl__TRTSDT": None, "adsl__AGE": None},
        ["data.subjects.first_dose: no column TRTSDT", "variables.age.cdisc: no column AGE in ADSL"],
    ),
    "no ADAE": ({"adae": None}, ["data: no data set ADAE"]),
    "no term": ({"adae__AETERM": None}, ["data.events.term: no column AETERM in ADAE"]),
    "own of events": ({"adae__TRTEMFL": None}, ["variables.emergent.cdisc: no column TRTEMFL in ADAE"]),
    "no laboratory": ({"adlb": None}, ["variables.albumin.cdisc: no data set ADLB", "variables.protein.cdisc: no data set ADLB"]),
    "no parameter": ({"adlb__PARAMCD": ["X", "X", "UPRO", "UPRO"]}, ["variables.albumin.cdisc: no row of ADLB where {'PARAMCD': 'ALB'}"]),
    "list": ({"adlb__AVAL": [[1.0]] * 4}, ["ADLB, AVAL: a column of type List(Float64)", "ADLB, AVAL: a column"]),
}  # fmt: skip


@pytest.mark.parametrize(("columns", "wanted"), FORM_FAULTS.values(), ids=FORM_FAULTS.keys())
def test_what_is_not_there_is_exactly_its_own_fault(tmp_path, columns, wanted):
    write_adam(tmp_path, changed(**columns))
    with pytest.raises(InteropError) as caught:
        read_records(adam_protocol(tmp_path))
    faults = [str(fault) for fault in caught.value.faults]
    assert len(faults) == len(wanted), faults
    for fault, start in zip(sorted(faults), sorted(wanted), strict=True):
        assert fault.startswith(start)


PROTOCOL_FAULTS = {
    "event elsewhere": (("cdisc: ADAE.TRTEMFL", "cdisc: ADLB.TRTEMFL"), "variables.emergent.cdisc: an event's variable in ADLB; wanted one in ADAE"),
    "several values": (("cdisc: ADSL.AGE", "cdisc: ADLB.AVAL"), "variables.age.cdisc: ADLB, AVAL, USUBJID 01: 25 and 27.5; wanted one value for each subject"),
    "text for a number": (("cdisc: ADLB.ALB", "cdisc: {dataset: ADLB, parameter: ALB, where: {AVISITN: Baseline}}"), "variables.albumin.cdisc: AVISITN = 'Baseline', where AVISITN is of type Float64; wanted text for text"),
    "number for text": (("cdisc: ADLB.ALB", "cdisc: {dataset: ADLB, parameter: ALB, where: {AVISIT: 1}}"), "variables.albumin.cdisc: AVISIT = 1, where AVISIT is of type String; wanted text for text"),
    "text for a date": (("cdisc: ADLB.ALB", "cdisc: {dataset: ADLB, parameter: ALB, where: {ADT: '2012-03-01'}}"), "variables.albumin.cdisc: ADT = '2012-03-01', where ADT is of type Date"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), PROTOCOL_FAULTS.values(), ids=PROTOCOL_FAULTS.keys())
def test_what_the_protocol_says_wrongly_is_one_fault(tmp_path, change, wanted):
    write_adam(tmp_path, adam_frames())
    with pytest.raises(InteropError) as caught:
        read_records(adam_protocol(tmp_path, change))
    assert len(caught.value.faults) == 1
    assert str(caught.value).startswith(wanted)
