"""One platform for packets from any sensor: accepted, checked, kept, and answered for in five APIs."""
