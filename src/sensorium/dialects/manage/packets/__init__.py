"""Packets as they were sent, those that were rejected, and replays."""

from sensorium.dialects.manage.packets.routes import operations

__all__ = ["operations"]
