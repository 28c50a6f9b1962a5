"""Quality control: what is wrong with values, judged from the values around them.

A verdict depends on the stored series near the value and on nothing else: not on the clock, not on the order
in which packets came, not on how they were cut into batches.
"""
