"""The JSON bodies of Cirrus's API. Their classes name the schemas in the API's description."""

from msgspec import Struct


class CirrusFailure(Struct, frozen=True):
    """Why a request was refused: a name and a sentence."""

    error: str
    description: str


class CalibrationLogItem(Struct, frozen=True):
    """What somebody has done to an instrument."""

    time: str
    user: str
    message: str


class FieldCalibrationItem(Struct, frozen=True, rename="pascal"):
    """A check of an instrument against a calibrator: the level that it read, and what it lacked, in dB."""

    time: str
    status: str
    instrument: str
    level: float
    offset: float
