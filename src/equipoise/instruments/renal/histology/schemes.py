"""Classes of lupus nephritis in four schemes, as data, and the way from WHO to ISN/RPS.

A class is written as on a report: ``III (A/C) + V``, ``IV-G (A)``, ``Vc``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.instruments.checks import check_choice

__all__ = ["SCHEMES", "WHO_MIXED", "Reading", "read_class"]

WEENING_2004 = "Weening JJ, et al. J Am Soc Nephrol 2004; 15:241-250"
BAJEMA_2018 = "Bajema IM, et al. Kidney Int 2018; 93:789-796"
CHURG_1982 = "Churg J, Sobin LH. Renal Disease: Classification and Atlas. Tokyo, 1982"
CHURG_1995 = "Churg J, et al. Renal Disease: Classification and Atlas, 2nd ed. New York, 1995"

_ISN_RPS = {
    "I": "minimal mesangial: normal by light microscopy, mesangial deposits",
    "II": "mesangial proliferative",
    "III": "focal: endo- or extracapillary disease of less than half of glomeruli",
    "IV": "diffuse: endo- or extracapillary disease of half of glomeruli or more",
    "V": "membranous, alone or with III or IV",
    "VI": "advanced sclerosing: 90 % or more globally sclerosed, no activity left",
}
_SUFFIX = {
    "A": "active lesions",
    "A/C": "active and chronic lesions",
    "C": "chronic inactive lesions",
}

_WHO_1982 = {
    "Ia": "normal by every technique",
    "Ib": "normal by light microscopy, deposits",
    "IIa": "mesangial widening or mild hypercellularity",
    "IIb": "moderate mesangial hypercellularity",
    "IIIa": "focal segmental, active necrotising",
    "IIIb": "focal segmental, active and sclerosing",
    "IIIc": "focal segmental, sclerosing",
    "IVa": "diffuse without segmental lesions",
    "IVb": "diffuse, active necrotising",
    "IVc": "diffuse, active and sclerosing",
    "IVd": "diffuse, sclerosing",
    "Va": "pure membranous",
    "Vb": "membranous with lesions of class II",
    "Vc": "membranous with lesions of class IIIa to IIIc",
    "Vd": "membranous with lesions of class IVa to IVd",
    "VI": "advanced sclerosing",
}
# In 1995 membranous disease with proliferative lesions went to III and IV.
_WHO_1995 = {code: text for code, text in _WHO_1982.items() if code not in {"Vc", "Vd"}}

WHO_MIXED = ("both", "proliferative", "membranous")
_NO_CLASS = "Ia"
_MIXED = {"Vc": "III", "Vd": "IV"}
_SCLEROSED = ("IIIc", "IVd")
_PART = re.compile(r"(I{1,3}|IV|VI?)(-S/G|-[SG])?(?:\((A|A/C|C)\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A class as read.

    Attributes
    ----------
    classes : tuple of str
        ISN/RPS classes, ``I`` to ``VI``; empty for WHO Ia, which ISN/RPS does not class.
    activity : str
        ``A``, ``A/C``, ``C``, or empty where the report does not say.
    pattern : str
        ``S`` segmental, ``G`` global, ``S/G`` half of either, or empty.
    """

    classes: tuple[str, ...]
    activity: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """A classification: its classes, its source, what may be written beside a class."""

    classes: Mapping[str, str]
    source: str
    has_suffix: bool = False
    has_pattern: bool = False


SCHEMES: Mapping[str, Scheme] = {
    "isn_rps_2003": Scheme(
        classes=_ISN_RPS, source=WEENING_2004, has_suffix=True, has_pattern=True
    ),
    "isn_rps_2018": Scheme(classes=_ISN_RPS, source=BAJEMA_2018),
    "who_1982": Scheme(classes=_WHO_1982, source=CHURG_1982),
    "who_1995": Scheme(classes=_WHO_1995, source=CHURG_1995),
}
"""Schemes by name. The 2018 revision drops S and G and puts indices for A, A/C and C."""


def read_class(text: str, *, scheme: str, who_mixed: str = "both") -> Reading:
    """Read a class as written on a report.

    Parameters
    ----------
    text : str
        Such as ``IV-G (A/C) + V`` or, by WHO, ``IVb``; ``III`` stands for all of its letters.
    scheme : {'isn_rps_2003', 'isn_rps_2018', 'who_1982', 'who_1995'}
        The classification that the report used.
    who_mixed : {'both', 'proliferative', 'membranous'}
        WHO Vc and Vd: III or IV and V, as ISN/RPS reports them; III or IV, where the revision of
        1995 put them; or V, as they were named.

    Raises
    ------
    DataError
        If the scheme does not have the class, or does not combine them so.
    """
    check_choice("scheme", scheme, tuple(SCHEMES))
    check_choice("who_mixed", who_mixed, WHO_MIXED)
    if not isinstance(text, str):
        raise DataError(Fault(where="text", came=repr(text)[:80], wanted="a class as text"))
    if scheme.startswith("who"):
        return _read_who(text, scheme, who_mixed=who_mixed)
    return _read_isn_rps(text, scheme)


def _read_who(text: str, scheme: str, *, who_mixed: str) -> Reading:
    code = text.strip()
    known = SCHEMES[scheme].classes
    number = code.rstrip("abcd")
    if code not in known and code not in {one.rstrip("abcd") for one in known}:
        raise _refusal(text, scheme)
    if code in _SCLEROSED:
        return Reading(classes=(number,), activity="C")
    if code in _MIXED:
        parts = {"proliferative": (_MIXED[code],), "membranous": (number,)}
        return Reading(classes=parts.get(who_mixed, (_MIXED[code], number)))
    return Reading(classes=() if code == _NO_CLASS else (number,))


def _read_isn_rps(text: str, scheme: str) -> Reading:
    rules = SCHEMES[scheme]
    parts = [_PART.fullmatch(part) for part in text.replace(" ", "").split("+")]
    found = [part.groups() for part in parts if part is not None]
    classes = tuple(number for number, _, _ in found)
    is_pair = len(classes) == 2 and classes[0] in {"III", "IV"} and classes[1] == "V"
    suffixed = [number for number, pattern, suffix in found if pattern or suffix]
    if (
        len(found) < len(parts)
        or not (len(classes) == 1 or is_pair)
        or any(number not in {"III", "IV"} for number in suffixed)
        or (found[0][1] and (not rules.has_pattern or classes[0] != "IV"))
        or (found[0][2] and not rules.has_suffix)
    ):
        raise _refusal(text, scheme)
    return Reading(
        classes=classes, activity=found[0][2] or "", pattern=(found[0][1] or "").lstrip("-")
    )


def _refusal(text: str, scheme: str) -> DataError:
    known = tuple(SCHEMES[scheme].classes)
    extra = " (A), (A/C), (C), IV-S, IV-G, IV-S/G" if SCHEMES[scheme].has_suffix else ""
    pair = "" if scheme.startswith("who") else "; III + V, IV + V"
    return DataError(
        Fault(
            where=f"biopsy_class ({scheme})",
            came=repr(text),
            wanted=f"{', '.join(known)}{pair}{extra}",
            repair=did_you_mean(text, known),
        )
    )
