"""Navixy's API, as far as sensors, their calibration and tracking settings go."""

from sensorium.dialects.navixy.routes import dialect

__all__ = ["dialect"]
