"""What layers share."""

import mygrad as mg
from mygrad import nnet
from mygrad.nnet.layers.utils import sliding_window_view


def test_sliding_window_view_is_the_one_of_the_core():
    assert sliding_window_view is mg.sliding_window_view
    assert nnet.layers.utils.sliding_window_view is mg.sliding_window_view
