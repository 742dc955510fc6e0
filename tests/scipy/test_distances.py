"""`mygrad.scipy.spatial.distance`: the values are SciPy's, bit for bit, and the derivatives agree with differences."""

import numpy as np
import pytest
import scipy.spatial.distance as theirs

import mygrad as mg
import mygrad.scipy.spatial.distance as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(9)
A, B = rng.standard_normal((3, 4)), rng.standard_normal((2, 4))
METRICS = ["chebyshev", "cityblock", "correlation", "cosine", "euclidean", "minkowski", "sqeuclidean"]


@pytest.mark.parametrize("metric", METRICS)
def test_distances(metric):
    for options in ({}, *([{"p": 3, "w": np.array([1.0, 2.0, 0.5, 0.1])}] if metric == "minkowski" else [])):
        mine = ours.cdist(mg.tensor(A), mg.tensor(B), metric, **options)
        np.testing.assert_array_equal(mine.data, theirs.cdist(A, B, metric, **options))
        mine = ours.pdist(mg.tensor(A), metric, **options)
        np.testing.assert_array_equal(mine.data, theirs.pdist(A, metric, **options))
        check_grads(lambda a, b, options=options: ours.cdist(a, b, metric, **options), A, B)
        check_grads(lambda a, options=options: ours.pdist(a, metric, **options), A, order=2)


def test_points_that_coincide():
    a = mg.tensor([[1.0, 2.0], [1.0, 2.0]])
    for metric in ("euclidean", "minkowski", "cityblock", "chebyshev"):
        ours.pdist(a, metric).sum().backward()
        np.testing.assert_array_equal(a.grad, np.zeros((2, 2)))


def test_what_is_refused():
    a = mg.tensor(A)
    for f, metric, options in [
        (ours.pdist, "hamming", {}),
        (ours.pdist, "euclidean", {"w": np.ones(4)}),
        (ours.pdist, "minkowski", {"p": mg.tensor(3.0)}),
    ]:
        with pytest.raises(TypeError, match=r"pdist: .*(has no derivative here|cannot be given|no gradient flows)"):
            f(a, metric, **options)
    np.testing.assert_array_equal(ours.pdist(A, "hamming"), theirs.pdist(A, "hamming"))
