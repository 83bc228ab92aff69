"""Response endpoints of lupus trials: SRI, BICLA, LLDAS, DORIS, steroid, skin, joints, time."""

from equipoise.instruments.responses import bicla as _bicla
from equipoise.instruments.responses import clasi as _clasi
from equipoise.instruments.responses import clasi_response as _clasi_response
from equipoise.instruments.responses import doris as _doris
from equipoise.instruments.responses import joints as _joints
from equipoise.instruments.responses import lldas_record as _lldas
from equipoise.instruments.responses import pga as _pga
from equipoise.instruments.responses import series_record as _series
from equipoise.instruments.responses import sri as _sri
from equipoise.instruments.responses import steroid as _steroid
from equipoise.instruments.responses.against_baseline import Response
from equipoise.instruments.responses.bicla import bicla
from equipoise.instruments.responses.clasi import ClasiActivity
from equipoise.instruments.responses.clasi import activity as clasi_activity
from equipoise.instruments.responses.clasi import severity as clasi_severity
from equipoise.instruments.responses.clasi_response import Clasi50, clasi_a50
from equipoise.instruments.responses.clasi_response import improvement as clasi_improvement
from equipoise.instruments.responses.doris import Doris, doris
from equipoise.instruments.responses.drugs import CEILINGS, DRUGS
from equipoise.instruments.responses.joints import (
    JOINTS,
    JointCount,
    JointResponse,
    count_joints,
    joint_response,
)
from equipoise.instruments.responses.lldas import MAJOR_ORGANS, lldas
from equipoise.instruments.responses.pga import pga_0_to_3
from equipoise.instruments.responses.series import (
    TimeInState,
    confirmed_after,
    confirmed_next,
    sustained,
    time_in_state,
)
from equipoise.instruments.responses.sri import sri
from equipoise.instruments.responses.steroid import EQUIVALENT_MG, pred_eq
from equipoise.instruments.responses.steroid_sparing import steroid_sparing

INSTRUMENTS = (
    _pga.INSTRUMENT,
    _sri.INSTRUMENT,
    _bicla.INSTRUMENT,
    _lldas.INSTRUMENT,
    _doris.INSTRUMENT,
    _steroid.INSTRUMENT,
    _clasi.INSTRUMENT,
    _clasi_response.INSTRUMENT,
    _joints.INSTRUMENT,
    _joints.INSTRUMENT_RESPONSE,
    _series.INSTRUMENT,
)

__all__ = [
    "CEILINGS",
    "DRUGS",
    "EQUIVALENT_MG",
    "INSTRUMENTS",
    "JOINTS",
    "MAJOR_ORGANS",
    "Clasi50",
    "ClasiActivity",
    "Doris",
    "JointCount",
    "JointResponse",
    "Response",
    "TimeInState",
    "bicla",
    "clasi_a50",
    "clasi_activity",
    "clasi_improvement",
    "clasi_severity",
    "confirmed_after",
    "confirmed_next",
    "count_joints",
    "doris",
    "joint_response",
    "lldas",
    "pga_0_to_3",
    "pred_eq",
    "sri",
    "steroid_sparing",
    "sustained",
    "time_in_state",
]
