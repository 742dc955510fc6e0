"""Nets under `mygrad.detect_anomaly`: the same gradients, although the backward pass is computed twice."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import mygrad as mg
from mygrad.errors import AnomalyError
from mygrad.nnet.activations import softmax
from mygrad.nnet.layers import batchnorm, conv_nd, dropout, gru, lstm, max_pool
from mygrad.nnet.losses import multiclass_hinge, softmax_crossentropy

LABELS = np.array([0, 1, 1])


def _weights(*shape: int) -> Any:
    return np.cos(np.arange(1.0, np.prod(shape) + 1)).reshape(shape)


NETS: dict[str, Callable[[Any], Any]] = {
    "softmax_crossentropy": lambda x: softmax_crossentropy(x.reshape(3, 8), LABELS),
    "multiclass_hinge": lambda x: multiclass_hinge(x.reshape(3, 8), LABELS),
    "softmax": lambda x: softmax(x.reshape(3, 8)) ** 2,
    "batchnorm": lambda x: batchnorm(x.reshape(4, 6), gamma=np.ones(6), beta=np.zeros(6), eps=1e-5),
    "conv_nd": lambda x: conv_nd(x.reshape(1, 2, 3, 4), _weights(2, 2, 2, 2), stride=1),
    "max_pool": lambda x: max_pool(x.reshape(2, 3, 4), (2, 2), 1),
    "dropout": lambda x: dropout(x, 0.5, rng=np.random.default_rng(0)),
    "gru": lambda x: gru(x.reshape(2, 3, 4), *(_weights(4, 3), _weights(3, 3), _weights(3)) * 3),
    "lstm": lambda x: lstm(x.reshape(2, 3, 4), *(_weights(4, 3), _weights(3, 3), _weights(3)) * 4)[0],
}


@pytest.mark.parametrize("net", NETS.values(), ids=NETS)
def test_computes_the_same(net):
    values = np.sin(np.arange(24.0))
    x, watched = mg.tensor(values), mg.tensor(values)
    y = net(x)
    np.sum(y * y).backward()
    with mg.detect_anomaly():
        z = net(watched)
        assert_array_equal(z, y)
        np.sum(z * z).backward()
    assert_array_equal(watched.grad, x.grad)


@pytest.mark.parametrize("name", ["gru", "lstm", "softmax_crossentropy"])
def test_nan_is_found_where_it_was_given(name):
    values = np.sin(np.arange(24.0))
    values[3] = np.nan
    with pytest.raises(AnomalyError, match="nan was given to"), mg.detect_anomaly():
        np.sum(NETS[name](mg.tensor(values))).backward()
