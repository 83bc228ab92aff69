"""What holds for every instrument."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import catalogue, find_instrument
from equipoise.instruments.bilag2004.renal import PREVIOUS
from equipoise.instruments.form import Status
from support.instrument_tables import blank_cells, invented_table, take_rows

INSTRUMENTS = list(catalogue.INSTRUMENTS.values())
ROWS = 60
# Outputs that say what is known so far, or what is not: they may change when more is known.
TELLING = {
    "missing",
    "missing_inputs",
    "failed_limbs",
    "n",
    "n_clinical",
    "n_immunological",
    "points",
    "criteria",
    "n_unknown",
    "symptoms_unknown",
    "earliest_due",
    "class",
    "unknown_limbs",
    "reasons",
    "renal_reasons",
    "present",
    "conflicts",
    "incomplete",
    "new_a_systems",
    "new_b_systems",
    "n_missing",
    "n_a",
    "n_b",
    "n_c",
}
# Where a default of the specification settles an unknown, the strict choice is tested.
STRICT = {
    "ctcae_v5": {"unknown_symptoms": "unknown"},
    "bilag2004": {"assessed_by": "every_measure", "unrecorded_attribution": "unknown"},
    "sledai_original": {"no_previous_protein": "unknown"},
    "selena_sledai": {"no_previous_protein": "unknown"},
}
# An empty cell that means "did not happen" or "not measured, so that another measure decides",
# and an estimate that rests on an assumed value.
KEPT = {
    "susar_due": ("fatal_known",),
    "urine_protein": ("urine_creatinine_24h_g",),
    "bilag2004": (
        *(f"previous_{name}" for name in PREVIOUS),
        *("dipstick", "acr_mg_mmol", "upcr_mg_mmol", "urine_protein_24h_g"),
    ),
}


def by_id(instrument):
    return instrument.id


def same(one, other):
    if one.dtype == object or other.dtype == object:
        return one.tolist() == other.tolist()
    return np.allclose(one, other, rtol=1e-12, atol=1e-12, equal_nan=True)


@pytest.fixture(params=INSTRUMENTS, ids=by_id)
def instrument(request):
    return request.param


@pytest.fixture
def rng(instrument):
    return np.random.default_rng(sum(map(ord, instrument.id)))


def test_it_is_found_by_its_name(instrument):
    assert find_instrument(instrument.id) is instrument


def test_its_record_is_complete(instrument):
    assert instrument.title
    assert instrument.purpose
    assert instrument.sources
    assert instrument.rules
    for names in (instrument.inputs, instrument.outputs, instrument.rules):
        keys = [getattr(one, "name", None) or one.id for one in names]
        assert len(keys) == len(set(keys))
    for rule in instrument.rules:
        assert rule.text.endswith((".", "]"))
        assert rule.source
        assert rule.status in Status
        if rule.choices:
            assert rule.default in rule.choices


def test_what_is_not_confirmed_is_a_parameter_or_says_why_it_is_none(instrument):
    for rule in instrument.rules:
        if rule.status is Status.CONFIRMED:
            assert not rule.fixed, rule.id
        else:
            assert bool(rule.parameter) != bool(rule.fixed), rule.id
        assert not rule.fixed or rule.fixed.endswith("."), rule.id


def test_every_choice_that_is_not_confirmed_scores(instrument, rng):
    table = blank_cells(invented_table(instrument, rng, 20), rng, 0.05)
    for rule in instrument.rules:
        if not rule.parameter or rule.status is Status.CONFIRMED:
            continue
        ways = (True, False) if isinstance(rule.default, bool) else rule.choices or (rule.default,)
        for way in ways:
            answer = instrument.score(required(instrument, table), parameters={rule.parameter: way})
            assert set(answer) == {column.name for column in instrument.outputs}


def test_a_batch_is_its_rows_one_by_one(instrument, rng):
    table = blank_cells(invented_table(instrument, rng, 12), rng, 0.1)
    batch = instrument.score(required(instrument, table))
    for row in range(12):
        alone = instrument.score(required(instrument, take_rows(table, [row])))
        for name, values in batch.items():
            assert same(values[[row]], alone[name]), name


def test_the_order_of_rows_does_not_matter(instrument, rng):
    table = required(instrument, blank_cells(invented_table(instrument, rng, ROWS), rng, 0.1))
    order = rng.permutation(ROWS)
    straight, shuffled = instrument.score(table), instrument.score(take_rows(table, order))
    for name, values in straight.items():
        assert same(values[order], shuffled[name]), name


def test_leading_axes_are_kept(instrument, rng):
    table = required(instrument, invented_table(instrument, rng, 12))
    flat = instrument.score(table)
    folded = instrument.score({name: values.reshape(3, 4) for name, values in table.items()})
    for name, values in flat.items():
        assert same(values.reshape(3, 4), folded[name]), name


def test_a_column_that_is_left_out_is_unknown(instrument, rng):
    table = invented_table(instrument, rng, 10)
    for column in instrument.inputs:
        if column.is_required:
            continue
        without = {name: values for name, values in table.items() if name != column.name}
        if not without:
            continue
        unknown = np.full(10, None if column.holds_text else np.nan, dtype=object)
        left_out = instrument.score(without)
        blank = instrument.score({**table, column.name: unknown})
        for name, values in blank.items():
            assert same(values, left_out[name]), (column.name, name)


@pytest.mark.parametrize("share", [0.03, 0.15, 0.5])
def test_an_unknown_settled_either_way_never_contradicts_a_known_answer(instrument, rng, share):
    table = invented_table(instrument, rng, 400)
    blanked = required(instrument, blank_cells(table, rng, share), table)
    parameters = STRICT.get(instrument.id, {})
    full = instrument.score(table, parameters=parameters)
    partial = instrument.score(blanked, parameters=parameters)
    compared = 0
    for column in instrument.outputs:
        known, true = partial[column.name], full[column.name]
        if column.name in TELLING or column.name.startswith("points_"):
            continue
        parts = column.name.split("_")
        if "lower" in parts or "upper" in parts:
            low = "lower" in parts
            seen = ~np.isnan(known) & ~np.isnan(true)
            assert np.all((known <= true)[seen] if low else (known >= true)[seen]), column.name
            continue
        seen = known_cells(known)
        compared += np.count_nonzero(seen)
        assert same(known[seen], true[seen]), column.name
    assert compared > 0 or share > 0.1


WITH_POLICY = [one for one in INSTRUMENTS if any("as_absent" in rule.choices for rule in one.rules)]


@pytest.mark.parametrize("scored", WITH_POLICY, ids=by_id)
def test_the_policy_decides_only_what_is_unknown(scored):
    rng = np.random.default_rng(7)
    table = blank_cells(invented_table(scored, rng, 300), rng, 0.05)
    strict = scored.score(table)
    lenient = scored.score(table, parameters={"missing": "as_absent"})
    name = "total" if "total" in strict else "flare"
    assert_array_equal(lenient["lower"], strict["lower"])
    assert_array_equal(lenient["upper"], strict["upper"])
    assert_array_equal(lenient[name], strict["lower"])
    assert_array_equal(
        strict[name], np.where(strict["lower"] == strict["upper"], strict["lower"], np.nan)
    )
    assert np.isnan(strict[name]).any()
    assert not np.isnan(strict[name]).all()


def test_what_is_all_unknown_has_no_answer(instrument):
    table = {
        column.name: np.array([None if column.holds_text else np.nan], dtype=object)
        for column in instrument.inputs
    }
    answer = instrument.score(table)
    for column in instrument.outputs:
        if column.codes or column.words:
            assert not known_cells(answer[column.name])[0] or column.name in {
                "status",
                "symptoms_unknown",
            }, column.name


def test_unknown_columns_and_parameters_are_refused(instrument):
    with pytest.raises(DataError, match="no_such_column"):
        instrument.score({"no_such_column": [1.0]})
    with pytest.raises(DataError, match="no_such_parameter"):
        instrument.score({}, parameters={"no_such_parameter": 1})


def test_values_outside_codes_or_range_are_refused_together(instrument, rng):
    table = invented_table(instrument, rng, 3)
    wrong = {}
    for column in instrument.inputs:
        if column.words:
            wrong[column.name] = np.array(["no such word"] * 3, dtype=object)
        elif column.codes:
            wrong[column.name] = np.full(3, 0.5)
        elif not column.is_text and np.isfinite(column.lowest):
            wrong[column.name] = np.full(3, column.lowest - 1)
    if not wrong:
        pytest.skip("every input of this instrument takes any number, so none can be wrong")
    with pytest.raises(DataError) as caught:
        instrument.score({**table, **wrong})
    told = {fault.where for fault in caught.value.faults}
    assert told >= set(wrong)


def test_shapes_that_do_not_broadcast_are_refused(instrument, rng):
    table = required(instrument, invented_table(instrument, rng, 3))
    if len(table) < 2:
        pytest.skip("one required column has no other that its shape could fail to fit")
    first = next(iter(table))
    table[first] = table[first][:2]
    with pytest.raises(DataError, match="broadcast"):
        instrument.score(table)


def required(instrument, table, whole=None):
    """Required columns stay known."""
    kept = dict(table)
    for column in instrument.inputs:
        is_kept = column.is_required or column.name in KEPT.get(instrument.id, ())
        if is_kept and whole is not None:
            kept[column.name] = whole[column.name]
    return kept


def known_cells(values):
    if values.dtype == object:
        return np.array([value not in (None, "", "undetermined") for value in values], dtype=bool)
    if values.dtype.kind == "f":
        return ~np.isnan(values)
    return np.ones(values.shape, dtype=bool)
