"""The durable log of accepted packets, and how far the engine has come in it."""

from sensorium.storage.log.database import DamageError
from sensorium.storage.log.instants import Addition
from sensorium.storage.log.keys import Key
from sensorium.storage.log.progress import Progress, ProgressReader
from sensorium.storage.log.reader import LogReader
from sensorium.storage.log.sqlite import Log
from sensorium.storage.log.writer import Appended, Limits

__all__ = [
    "Addition",
    "Appended",
    "DamageError",
    "Key",
    "Limits",
    "Log",
    "LogReader",
    "Progress",
    "ProgressReader",
]
