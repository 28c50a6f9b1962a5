"""What is known of stored values is kept, as far as nothing new concerns it."""

import numpy as np

from sensorium.model.flags import QC
from sensorium.model.quality import Quality
from sensorium.process.quality.block import SECOND, Block, Rule
from sensorium.process.quality.masks import find_masks, find_settled, with_known

RULE = Rule(Quality(0, 50, 6.0), 1.0, 1)


def test_what_is_far_away_does_not_touch_a_run_of_which_only_a_part_is_there():
    """A new value stands next to the last that was read, and minutes lie between them."""
    seconds, values = [16, 17, 849, 850], [9.0, 9.0, 3.0, 4.0]
    is_stored = np.array([True, True, False, False])
    places = np.full(len(seconds), np.nan)
    block = Block(
        np.zeros(len(seconds), np.int64),
        np.array(seconds) * SECOND,
        np.array(values),
        places,
        places,
        np.zeros(len(seconds), np.int64),
        (RULE,),
    )
    found = find_masks(block)
    words = np.where(is_stored, int(QC.EXECUTED | QC.REPEATING), 0)
    known = with_known(found, words, find_settled(found, is_stored))
    assert known.repeating.tolist() == [True, True, False, False]
