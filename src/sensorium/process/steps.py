"""What is done to observations between the log and the store: the whole pipeline is read here."""

from collections.abc import Callable

from sensorium.process.check_quality import check_quality
from sensorium.process.samples import Samples
from sensorium.process.surroundings import Surroundings

Step = Callable[[Samples, Surroundings], Samples]
"""Works up observations. It looks at no clock: equal ones among equal stored ones become equal ones."""

STEPS: tuple[Step, ...] = (check_quality,)
"""Calibration and correction will stand behind quality control: they must know what it found."""
