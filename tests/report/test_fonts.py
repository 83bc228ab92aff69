from __future__ import annotations

import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from equipoise.errors import DataError
from equipoise.report import fonts

LATIN = "Ωmega–3 µmol/L ≥ −1.5 ± 2 × 10⁹ naïve Müller Łódź Žižek"


def test_draws_latin_greek_cyrillic_and_the_signs_of_medicine():
    assert fonts.characters_without_face(LATIN + "Δοκιμή исследование ●○■→∞") == ()


def test_names_every_character_that_no_face_has_and_its_place():
    with pytest.raises(DataError) as caught:
        fonts.require_faces([("Table 1", "site 北京"), ("title", "fine"), ("Figure 2", "🧬")])
    text = str(caught.value)
    assert "Table 1: U+4EAC CJK UNIFIED IDEOGRAPH-4EAC" in text
    assert "Figure 2: U+1F9EC DNA DOUBLE HELIX" in text
    assert len(caught.value.faults) == 3


def test_measures_text_by_the_widths_of_the_face():
    assert fonts.text_width("00", 10) == pytest.approx(9.94)  # a digit is 497/1000 wide
    assert fonts.text_width("\u2007", 10) == fonts.text_width("0", 10)
    assert fonts.text_width("−", 10) == fonts.text_width("0", 10)
    assert fonts.text_width("Word", 10, "semibold") > fonts.text_width("Word", 10)
    assert fonts.text_width("", 10) == 0


def test_embeds_the_characters_that_are_used_and_no_others():
    css = fonts.font_css("abc●")
    faces = re.findall(r"font-family:'([^']+)';font-weight:(\d+)[^;]*;.*?base64,([^)]+)\)", css)
    assert [(family, weight) for family, weight, _ in faces] == [
        ("Source Sans Pro", "400"),
        ("Source Sans Pro", "600"),
        ("DejaVu Sans", "400"),
        ("DejaVu Sans", "600"),
    ]
    for family, _, data in faces:
        held = set(TTFont(io.BytesIO(base64.b64decode(data))).getBestCmap())
        wanted = {ord("●")} if family == "DejaVu Sans" else set(map(ord, "abc "))
        assert held == wanted
    assert css == fonts.font_css("c●ba")
