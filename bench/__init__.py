"""How fast sensorium is on this machine, and how little memory it takes: `python -m bench`, or `make bench`.

Speeds are compared with other programs in one run, turn by turn, since a figure alone says more of the
machine than of the program. Everything runs on the loopback interface, in a folder that is
removed at the end.
"""
