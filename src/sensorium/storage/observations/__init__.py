"""Observations and the archive of packets, in ClickHouse: the embedded engine or a server, by the DSN.

All SQL for ClickHouse stands in this folder. `store` is the engine process' side and loads the engine;
`reader` is everybody else's side and asks the engine process.
"""
