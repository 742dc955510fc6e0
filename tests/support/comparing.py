"""What tests compare: results with NumPy's, and gradients with differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.testing import assert_allclose

import mygrad as mg
from catalogue import Example
from mygrad import Tensor
from mygrad.testing import numerical_jacobian

__all__ = [
    "are_variables",
    "assert_derivative",
    "assert_gradients",
    "assert_same",
    "converted",
    "gradients",
    "is_precise",
    "leaves",
    "outcome",
    "product",
    "weights_of",
]

Array = np.ndarray[Any, Any]
Run = Callable[[Example], Any]


def outcome(run: Run, example: Example) -> Any:
    """What a call returns, or the type of what it raises; and what it warns of, in whatever part of it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = run(example)
        except Exception as error:
            result = type(error)
    return result, {str(w.message).partition(" encountered in ")[0] for w in caught}


def converted(a: Array, dtype: Any) -> Array:
    """An array of another dtype; of complex numbers, of one of these that has as much precision."""
    kept = np.asarray(np.nan_to_num(a))
    return kept.astype(np.result_type(dtype, np.complex64) if a.dtype.kind == "c" else dtype)


def leaves(x: Any) -> list[Any]:
    """The arrays and tensors in a result."""
    return [leaf for part in x for leaf in leaves(part)] if isinstance(x, (list, tuple)) else [x]


def assert_same(ours: Any, numpys: Any, *, tensor: bool = True, exact: bool = False) -> None:
    """The same structure, values, dtypes, shapes and types. But tensors for arrays, and for their scalars."""
    if isinstance(numpys, (list, tuple)):
        assert type(ours) is type(numpys) or getattr(ours, "_fields", ()) == getattr(numpys, "_fields", None)
        assert len(ours) == len(numpys)
        for a, b in zip(ours, numpys, strict=True):
            assert_same(a, b, tensor=tensor, exact=exact)
    elif isinstance(numpys, (np.ndarray, np.generic)):
        assert type(ours) is Tensor if tensor else type(ours) in (type(numpys), Tensor)
        assert ours.dtype == numpys.dtype
        assert ours.shape == numpys.shape
        tolerance = 50 * float(np.finfo(numpys.dtype).eps) if numpys.dtype.kind in "fc" and not exact else 0
        assert_allclose(mg.asarray(ours), numpys, rtol=tolerance, atol=tolerance)
    else:
        assert type(ours) is type(numpys)
        assert ours == numpys


def are_variables(tensors: list[Tensor]) -> bool:
    """Whether these can be what came of variables: with a gradient, but integers have none."""
    constants = {y.constant for y in tensors if y.dtype.kind in "fc"}
    return constants != {True} and all(y.constant for y in tensors if y.dtype.kind not in "fc")


def gradients(run: Run, example: Example) -> tuple[list[Array], list[Array]]:
    """Those of ``sum(weights * results)`` in the variables of an example, and these weights."""
    tensors: list[Tensor] = []

    def variable(a: Array) -> Tensor:
        tensors.append(Tensor(a))
        return tensors[-1]

    results = leaves(run(example.mapped(variable)))
    weights = weights_of(results)
    total = product(weights, results)
    if isinstance(total, Tensor) and not total.constant:  # else the derivative had better be zero
        total.backward()
    return [np.zeros(t.shape) if t.grad is None else t.grad for t in tensors], weights


def weights_of(results: list[Any], seed: int = 0) -> list[Array]:
    """Numbers by which to sum results up: complex ones by complex, and by 0 what is not finite or has no derivative."""
    rng = np.random.default_rng(seed)
    weights = [random_like(rng.uniform, -1.5, 1.5, mg.asarray(y)) for y in results]
    return [np.where(is_smooth(y), w, 0) for w, y in zip(weights, results, strict=True)]


def random_like(draw: Callable[..., Array], low: float, high: float, y: Array) -> Array:
    w = draw(low, high, y.shape)
    return w + 1j * draw(low, high, y.shape) if y.dtype.kind == "c" else w


def is_smooth(y: Any) -> Any:
    y = mg.asarray(y)
    return np.isfinite(y) if y.dtype.kind in "fc" else False


def product(weights: list[Array], results: list[Any]) -> Any:
    """The real part. What is weighted by zero may be infinite."""
    terms = [np.sum(np.where(w, y, 0) * w) for w, y in zip(weights, results, strict=True)]
    return sum([np.real(term) if term.dtype.kind == "c" else term for term in terms])


def is_precise(run: Run, example: Example) -> bool:
    """Whether there are results, and as precise ones as the variables are, so that differences tell."""
    results, _ = outcome(run, example)
    if isinstance(results, type):
        return False
    size = np.result_type(np.float16, *example.variables()).type(0).real.dtype
    return all(np.can_cast(size, y.dtype) for y in map(np.asarray, leaves(results)) if y.dtype.kind in "fc")


def assert_gradients(run: Run, example: Example, plain: Run | None = None) -> None:
    """Compare the gradients with differences of `plain`, by default of `run`, of arrays."""
    grads, weights = gradients(run, example)

    def f(*xs: Array) -> Any:
        replaced = iter(xs)
        return product(weights, leaves((plain or run)(example.mapped(lambda _: next(replaced)))))

    assert_derivative(grads, f, example.variables())


def assert_derivative(grads: list[Array], f: Callable[..., Any], xs: list[Array], directions: int = 1) -> None:
    """Compare the gradients of the scalar function ``f(*xs)`` with differences along random directions."""
    assert [g.shape for g in grads] == [x.shape for x in xs]
    rng = np.random.default_rng(1)
    for _ in range(directions if any(x.size for x in xs) else 0):
        ways = [np.empty_like(x, np.result_type(x, float)) for x in xs]  # in their order, which may matter to `f`
        for x, way in zip(xs, ways, strict=True):
            way[...] = rng.choice([-1, 1], x.shape) * random_like(rng.uniform, 0.5, 1.5, x)
            way *= np.where(np.isfinite(x), np.maximum(np.abs(x), 1), 0)  # what is not finite has no derivative

        def along(t: Array) -> Array:
            return np.asarray(f(*[np.asarray(x + t * way) for x, way in zip(xs, ways, strict=True)]))  # noqa: B023

        with np.errstate(all="ignore"):
            expected, error = numerical_jacobian(along, np.zeros(()))
        scale = max(abs(expected), 1.0)
        assert error <= 1e-5 * scale, f"no smooth point: {expected} +- {error}"
        got = product([np.conjugate(way) for way in ways], grads)
        assert_allclose(got, expected, rtol=1e-6, atol=1e-7 * scale + 10 * error)
