"""Every differentiable function, of complex numbers, and of these beside real ones.

Where NumPy takes them, the derivatives in both directions are right, to the second order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.testing import assert_allclose

import mygrad as mg
from catalogue import Example, every_example, name_of
from comparing import assert_derivative, assert_gradients, assert_same, gradients, leaves, outcome, product, weights_of
from functions import DIFFERENTIABLE, NUMPYS, PLAIN, of_complex_numbers, run, takes_like
from mygrad import Tensor
from mygrad._rules import decompositions, piecewise, reductions, special, transcendental
from mygrad.functional import derivatives

Array = np.ndarray[Any, Any]

#: What NumPy says where a function is asked for real numbers.
DISCARDED = {"Casting complex values to real discards the imaginary part"}
#: Those of which complex variables are refused: parts of derivatives of what NumPy has of real numbers alone.
OF_REALS = {transcendental.weight, transcendental.weight2, special.i0_derivative, piecewise.strict_sign}
#: Functions of NumPy that take complex numbers, and whose derivatives by them are 0 wherever they exist: steps in both
#: parts, and what does not depend on the values.
WITHOUT_SLOPES = {np.round, np.around, np.zeros_like, np.ones_like, np.empty_like}
#: Values in an order that depends on their bits.
UNORDERED = {np.unique_values}


FUNCTIONS = [fn for fn in DIFFERENTIABLE if fn not in UNORDERED and not takes_like(fn)]


def without_phases(fn: Any) -> Any:
    """How to call a function, of whose vectors those products are returned that do not depend on phases."""
    of_vectors = _PRODUCTS.get(fn)
    return run(fn) if of_vectors is None else lambda example: of_vectors(run(fn)(example))


def _of_eigenvectors(results: Any) -> Any:
    w, v = results
    return w, v[..., :, None, :] * np.conjugate(v)[..., None, :, :]


def _of_singular_vectors(results: Any) -> Any:
    if not isinstance(results, tuple):  # values alone
        return results
    u, s, vh = results
    return s, u[..., :, None, :] * np.swapaxes(vh, -1, -2)[..., None, :, :], np.abs(u), np.abs(vh)


_PRODUCTS: dict[Any, Any] = {
    **dict.fromkeys((np.linalg.eig, decompositions.eig, np.linalg.eigh, decompositions.eigh), _of_eigenvectors),
    **dict.fromkeys((np.linalg.svd, decompositions.svd), _of_singular_vectors),
}


class Gradient:
    """The gradient of a weighted sum of the results of a call, as a part of the graph."""

    def __init__(self, fn: Any, example: Example) -> None:
        self.inputs: list[Tensor] = []
        results = leaves(without_phases(fn)(example.mapped(self.variable)))
        total = product(weights_of(results), results)
        self.entries = derivatives(total, self.inputs) if isinstance(total, Tensor) and not total.constant else []

    def variable(self, a: Array) -> Tensor:
        self.inputs.append(Tensor(a))
        return self.inputs[-1]

    def total(self) -> Any:
        return product(weights_of(self.entries, 1), self.entries)

    def derivative(self) -> list[Array]:
        """That of the weighted sum of its entries."""
        total = self.total()
        if isinstance(total, Tensor) and not total.constant:
            total.backward()
        return [np.zeros(x.shape) if x.grad is None else x.grad for x in self.inputs]


def check(fn: Any, example: Example) -> None:
    """The values are NumPy's, and both derivatives those that differences tell."""
    called = run(fn)
    expected, warned = outcome(called, example)
    if isinstance(expected, type) or DISCARDED & warned:  # it takes no complex numbers
        return
    assert_same(leaves(called(example)), leaves(expected), tensor=False)
    called = without_phases(fn)
    assert_gradients(called, example)
    gradient = Gradient(fn, example)
    if gradient.entries:
        for entry, by_backward in zip(gradient.entries, gradients(called, example)[0], strict=True):
            assert_allclose(mg.asarray(entry), by_backward, rtol=1e-9, atol=1e-12)
        second = lambda *xs: mg.asarray(Gradient(fn, replaced(example, xs)).total())  # noqa: E731
        assert_derivative(gradient.derivative(), second, example.variables())


def replaced(example: Example, xs: Any) -> Example:
    each = iter(xs)
    return example.mapped(lambda _: next(each))


@every_example([fn for fn in FUNCTIONS if fn not in OF_REALS])
@np.errstate(all="ignore")
def test_derivatives(fn: Any, example: Example) -> None:
    if all(x.dtype == np.float64 for x in example.variables()):
        for given in example.of_complex_numbers():
            if not on_a_cut(fn, given):
                check(fn, given)


@every_example([fn for fn in FUNCTIONS if fn not in OF_REALS])
@np.errstate(all="ignore")
def test_single_precision(fn: Any, example: Example) -> None:
    if not all(x.dtype == np.float64 for x in example.variables()) or not example.variables():
        return
    single = next(example.of_complex_numbers()).mapped(lambda a: a.astype(np.complex64))
    expected, warned = outcome(run(fn), single)
    if isinstance(expected, type) or DISCARDED & warned:
        return
    assert_same(leaves(run(fn)(single)), leaves(expected), tensor=False)
    double = single.mapped(lambda a: a.astype(np.complex128))
    if [np.shape(y) for y in leaves(run(fn)(double))] != [np.shape(y) for y in leaves(expected)]:  # by `np.polydiv`
        return
    of_single, _ = gradients(without_phases(fn), single)
    of_double, _ = gradients(without_phases(fn), double)
    for a, b in zip(of_single, of_double, strict=True):
        assert a.dtype == np.complex64 or not a.any()
        assert_allclose(a, b, rtol=1e-3, atol=1e-4 * np.max(np.abs(b), initial=1.0))


def on_a_cut(fn: Any, example: Example) -> bool:
    """Whether roots are taken of complex numbers: NumPy does so about a complex mean of real numbers."""
    about = (reductions.std_about, reductions.nanstd_about)
    return fn in about and [x.dtype.kind for x in example.variables()] == ["f", "c"]


def refuses(fn: Any, example: Example) -> bool:
    expected, warned = outcome(run(fn), example)
    if isinstance(expected, type) or DISCARDED & warned:
        return True
    try:
        gradients(run(fn), example)
    except TypeError as error:
        return "real numbers" in str(error)
    return False


@every_example(sorted(OF_REALS, key=name_of), only=lambda fn, example: all(x.size for x in example.variables()))
@np.errstate(all="ignore")
def test_refusals(fn: Any, example: Example) -> None:
    """By name: of an argument that is complex, or in the backward pass."""
    assert refuses(fn, next(example.of_complex_numbers()))


@np.errstate(all="ignore")
def test_census() -> None:
    """No function of NumPy is refused because of complex numbers: it is differentiated, or has no slope by them."""
    outcomes = {fn: of_complex_numbers(fn) for fn in [*NUMPYS, *PLAIN]}
    assert {
        fn for fn, found in outcomes.items() if found and "flows" not in found and fn not in PLAIN
    } == WITHOUT_SLOPES
    assert {fn: found for fn, found in outcomes.items() if found - {"flows", "zero", "plain"}} == {}
    assert all(outcomes[fn] <= {"plain"} for fn in PLAIN if fn is not np.sign)
    assert sum("flows" in found for found in outcomes.values()) > 240
