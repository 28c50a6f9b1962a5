"""Taking packets in: compiled devices at hand, and the one place where a packet is accepted."""
