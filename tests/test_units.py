"""Units: factors against molar masses, functions against their inverses and known pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise import units

ATOMS = {"C": 12.011, "H": 1.008, "N": 14.007, "O": 15.999}


def test_molar_mass_of_creatinine_is_that_of_its_atoms():
    mass = 4 * ATOMS["C"] + 7 * ATOMS["H"] + 3 * ATOMS["N"] + ATOMS["O"]
    assert_allclose(units.CREATININE_MOLAR_MASS, mass, atol=5e-3)


def test_factors_follow_from_molar_masses():
    assert_allclose(
        units.CREATININE_UMOL_L_PER_MG_DL, 10_000 / units.CREATININE_MOLAR_MASS, rtol=5e-5
    )
    assert_allclose(units.UREA_MMOL_L_PER_MG_DL, 10 / (2 * ATOMS["N"]), rtol=5e-4)
    assert units.UPCR_MG_MMOL_PER_G_G == units.CREATININE_MOLAR_MASS


@pytest.mark.parametrize(
    ("convert", "given", "wanted"),
    [
        (units.creatinine_umol_l, 1.5, 132.6),
        (units.upcr_mg_mmol, 0.9, 101.808),  # above 100, though 0.9 x 100 is not
        (units.upcr_g_g, 50, 0.4420085),
        (units.g_l_from_g_dl, 7.9, 79),
        (units.hb_g_dl_from_g_l, 79, 7.9),
        (units.g_l_from_mg_dl, 90, 0.9),
        (units.urea_mmol_l, 20, 7.14),
        (units.cells_10e9_l_from_per_mm3, 150_000, 150),
        (units.celsius_from_fahrenheit, 100.4, 38),
        (units.protein_24h_g_from_upcr_g_g, 0.7, 0.7),
    ],
)
def test_known_pairs(convert, given, wanted):
    assert_allclose(convert(given), wanted, rtol=1e-6)


@given(st.lists(st.floats(0.01, 1e4), min_size=1, max_size=5))
def test_there_and_back_is_the_same(values):
    assert_allclose(units.creatinine_mg_dl(units.creatinine_umol_l(values)), values)
    assert_allclose(units.upcr_g_g(units.upcr_mg_mmol(values)), values)
    assert_allclose(units.hb_g_dl_from_g_l(units.g_l_from_g_dl(values)), values)


def test_unknown_stays_unknown():
    assert np.isnan(units.creatinine_umol_l(np.nan))


def test_24h_protein_scales_with_creatinine_excretion():
    assert_allclose(
        units.protein_24h_g_from_upcr_g_g([0.5, 1.0], creatinine_excretion_g_24h=1.4), [0.7, 1.4]
    )
