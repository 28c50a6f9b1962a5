"""What is done to observations between the log and the store: the whole pipeline is read here."""

from collections.abc import Callable

from sensorium.storage.observations.rows import Rows

Step = Callable[[Rows], Rows]
"""Works up observations. It does nothing else and looks at no clock: equal rows in, equal rows out."""

STEPS: tuple[Step, ...] = ()
"""None yet: values are stored as measured. Quality control, calibration and correction will stand here."""
