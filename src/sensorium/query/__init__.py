"""Answers about what is stored: series of observations, and what became of packets."""
