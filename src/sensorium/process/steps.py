"""What is done to observations between the log and the store: the whole pipeline is read here."""

from collections.abc import Callable

from sensorium.process.check_quality import check_quality
from sensorium.process.correct_values import correct_values
from sensorium.process.samples import Samples
from sensorium.process.surroundings import Surroundings

Step = Callable[[Samples, Surroundings], Samples]
"""Works up observations. It looks at no clock: equal ones among equal stored ones become equal ones."""

STEPS: tuple[Step, ...] = (check_quality, correct_values)
"""Raw values are checked first, since a correction must know the verdicts; then calibrated and corrected."""
