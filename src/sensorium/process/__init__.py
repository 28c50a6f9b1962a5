"""The engine process: packets of the log become observations, and queries are answered."""
