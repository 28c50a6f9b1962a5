"""Cirrus Research's MyCirrus API: what was done to instruments, and how their field calibrations went."""

from sensorium.dialects.cirrus.routes import dialect

__all__ = ["dialect"]
