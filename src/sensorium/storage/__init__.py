"""Where things are kept: the catalog, the log of packets, the observations."""
