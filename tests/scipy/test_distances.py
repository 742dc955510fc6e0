"""`mygrad.scipy.spatial.distance`: the values are SciPy's, bit for bit, and the derivatives agree with differences."""

import numpy as np
import pytest
import scipy.spatial.distance as theirs

import mygrad as mg
import mygrad.scipy.spatial.distance as ours
from mygrad.testing import check_grads

rng = np.random.default_rng(9)
A, B = rng.standard_normal((3, 4)), rng.standard_normal((2, 4))
POSITIVE = rng.uniform(0.5, 2.0, (3, 4)), rng.uniform(0.5, 2.0, (2, 4))
W, VI = np.array([1.0, 2.0, 0.5, 0.1]), np.diag([1.0, 2.0, 0.5, 1.5]) + 0.1
#: What each metric is given, other than nothing.
METRICS = {
    "braycurtis": {"w": W},
    "canberra": {"w": W},
    "chebyshev": {"w": W - 0.1},
    "cityblock": {"w": W},
    "correlation": {"w": W},
    "cosine": {"w": W},
    "euclidean": {"w": W},
    "jensenshannon": {},
    "mahalanobis": {"VI": VI},
    "minkowski": {"p": 3, "w": W},
    "seuclidean": {"V": W},
    "sqeuclidean": {"w": W},
    "pnorm": {"p": np.inf},
    theirs.cityblock: {},
}


@pytest.mark.parametrize("metric", METRICS)
def test_distances(metric):
    a, b = POSITIVE if metric == "jensenshannon" else (A, B)
    for options in ({"VI": VI},) if metric == "mahalanobis" else ({}, METRICS[metric]):
        mine = ours.cdist(mg.tensor(a), mg.tensor(b), metric, **options)
        np.testing.assert_array_equal(mine.data, theirs.cdist(a, b, metric, **options))
        mine = ours.pdist(mg.tensor(a), metric, **options)
        np.testing.assert_array_equal(mine.data, theirs.pdist(a, metric, **options))
        check_grads(lambda a, b, options=options: ours.cdist(a, b, metric, **options), a, b)
        check_grads(lambda a, options=options: ours.pdist(a, metric, **options), a, order=2)


@pytest.mark.parametrize("metric", ["braycurtis", "cosine", "correlation", "euclidean", "mahalanobis", "seuclidean"])
def test_by_weights(metric):
    ((name, weights),) = METRICS[metric].items()
    check_grads(lambda a, w: ours.pdist(a, metric, **{name: w}), A, weights)
    check_grads(lambda a, b, w: ours.cdist(a, b, metric, **{name: w}), A, B, weights)


def test_squareform():
    d = rng.uniform(1.0, 2.0, 6)
    for dtype in (np.float64, np.float32):
        mine, expected = ours.squareform(mg.tensor(d, dtype=dtype)), theirs.squareform(d.astype(dtype))
        assert mine.dtype == expected.dtype
        np.testing.assert_array_equal(mine.data, expected)
        np.testing.assert_array_equal(ours.squareform(mine).data, theirs.squareform(expected))
        assert type(ours.squareform(expected)) is np.ndarray
    check_grads(ours.squareform, d)
    check_grads(lambda d: ours.squareform(ours.squareform(d)), d)
    check_grads(lambda a: mg.lift(theirs.squareform)(ours.pdist(a)), A)
    for wrong in (np.ones(5), np.arange(9.0).reshape(3, 3)):
        with pytest.raises(ValueError, match=r"Incompatible vector size|must be symmetric"):
            ours.squareform(mg.tensor(wrong))
    t = mg.tensor(np.zeros((1, 1)))
    assert ours.squareform(t).shape == theirs.squareform(np.zeros((1, 1))).shape
    assert ours.squareform(mg.tensor(np.zeros(0))).shape == (1, 1)


def test_covariances_of_the_points_themselves():
    many = rng.standard_normal((6, 2))
    for metric in ("mahalanobis", "seuclidean"):
        np.testing.assert_array_equal(ours.pdist(mg.tensor(many), metric).data, theirs.pdist(many, metric))
        check_grads(lambda a, metric=metric: ours.pdist(a, metric), many)
        check_grads(lambda a, metric=metric: ours.cdist(a, many[:3], metric), many[3:])


def test_points_that_coincide():
    a = mg.tensor([[1.0, 2.0], [1.0, 2.0]])
    for metric in ("euclidean", "minkowski", "cityblock", "chebyshev", "braycurtis", "canberra", "jensenshannon"):
        ours.pdist(a, metric).sum().backward()
        np.testing.assert_array_equal(a.grad, np.zeros((2, 2)))


def test_what_is_refused():
    a = mg.tensor(A)
    for f, metric, options in [
        (ours.pdist, "hamming", {}),
        (ours.pdist, "minkowski", {"p": mg.tensor(3.0)}),
    ]:
        with pytest.raises(TypeError, match=r"pdist: .*(has no derivative here|cannot be given|no gradient flows)"):
            f(a, metric, **options)
    for metric, options in [("hammock", {}), ("hamming", {"q": 1}), ("euclidean", {"q": 1})]:
        with pytest.raises((TypeError, ValueError)) as expected:
            theirs.pdist(A, metric, **options)
        with pytest.raises(expected.type):
            ours.pdist(a, metric, **options)
    np.testing.assert_array_equal(ours.pdist(A, "hamming"), theirs.pdist(A, "hamming"))
