"""The APIs that the platform speaks, one folder each."""
