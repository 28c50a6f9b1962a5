"""Packet plans: what a device's description of its packets means, compiled once, without input or output."""
