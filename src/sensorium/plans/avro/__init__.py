"""Packets as Avro records: their schema, and how they are written and read."""
