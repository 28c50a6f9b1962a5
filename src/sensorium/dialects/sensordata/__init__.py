"""The API "SensorData": filtered select, and insert."""

from sensorium.dialects.sensordata.routes import dialect

__all__ = ["dialect"]
