"""Every ufunc of `scipy.special` that has a rule: views of the catalogue in tests/support/special_functions."""

import importlib
import math

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import _ufuncs

import mygrad as mg
from mygrad.errors import InvalidBackprop
from mygrad.extend import has_rule
from special_functions import CASES

pytestmark = pytest.mark.filterwarnings("ignore:non-integer arg n is deprecated")  # as bdtri says at any n

try:
    _loops = importlib.import_module("scipy.special._special_ufuncs")
except ImportError:  # SciPy 1.13
    _loops = None

EACH = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def outputs_of(case, *args):
    results = case.ufunc(*args)
    return results if isinstance(results, tuple) else (results,)


def derivatives(case, output, i):
    """The gradients of one output by the argument `i`, at all points."""
    columns = [np.array(column) for column in zip(*case.points, strict=True)]
    columns[i] = mg.tensor(columns[i], dtype=float)
    outputs_of(case, *columns)[output].sum().backward()
    return columns[i].grad


@EACH
def test_values_are_scipys(case):
    for point in case.points:
        expected = outputs_of(case, *map(np.asarray, point))
        args = [mg.tensor(a) if i in case.wrt else a for i, a in enumerate(point)]
        for result, plain in zip(outputs_of(case, *args), expected, strict=True):
            assert isinstance(result, mg.Tensor)
            assert not result.constant
            assert result.dtype == plain.dtype
            assert_array_equal(result.data, plain)


@EACH
def test_first_derivatives(case):
    for i in case.wrt:
        for output in range(len(case.references)):
            expected = [float(case.derivative(output, point, i)) for point in case.points]
            assert_allclose(
                derivatives(case, output, i), expected, rtol=case.accuracy, atol=1e-30, err_msg=f"{output} by {i}"
            )


def second_derivative(case, output, point, i, j):
    def first(*args):
        return mg.grad(lambda v: outputs_of(case, *args[:i], v, *args[i + 1 :])[output])(args[i])

    return mg.grad(lambda v: first(*point[:j], v, *point[j + 1 :]))(point[j])


@pytest.mark.once
@EACH
def test_second_derivatives(case):
    if not case.second:
        pytest.skip("its rule is a quotient of functions whose second derivatives are tested")
    for output in range(len(case.references)):
        for i, j in case.pairs:
            for point in case.points:
                if (i, j) in case.refused:
                    with pytest.raises(TypeError, match="variable"):
                        second_derivative(case, output, point, i, j)
                elif case.solves_for is None:
                    expected = float(case.derivative(output, point, i, j))
                    found = second_derivative(case, output, point, i, j)
                    assert_allclose(found, expected, rtol=case.second, atol=1e-12, err_msg=f"{i}, {j} at {point}")


# --- views that need no reference: the derivatives above, in other circumstances ------------------------


def first_point(case):
    return [np.asarray(a) for a in case.points[0]]


def gradients(case, args, **keywords):
    """The gradients of the sum of all outputs by what can be differentiated, at arrays."""
    variables = {i: mg.tensor(np.asarray(args[i], dtype=keywords.pop("kind", None))) for i in case.wrt}
    given = [variables.get(i, a) for i, a in enumerate(args)]
    results = outputs_of(case, *given)
    sum(r.sum() for r in results).backward()
    return {i: v.grad for i, v in variables.items()}


@EACH
def test_broadcasting(case):
    point = first_point(case)
    alone = gradients(case, point)
    for wide in case.wrt:
        shapes = [(3, 1) if i == wide else (1, 4) for i in range(len(point))]
        args = [np.broadcast_to(a, shape).copy() for a, shape in zip(point, shapes, strict=True)]
        together = gradients(case, args)
        count = 3 if len(point) == 1 else 12
        for i, g in together.items():
            assert g.shape == shapes[i]
            assert_allclose(g, np.full(shapes[i], count / g.size * alone[i]), rtol=1e-12)


@EACH
def test_single_precision(case):
    if not case.float32 or not any("f" in types.split("->")[0] for types in case.ufunc.types):
        pytest.skip("SciPy computes it in double precision")
    point = first_point(case)
    single = [a.astype(np.float32) if a.dtype == float else a for a in point]
    expected = gradients(case, [a.astype(float) if a.dtype == np.float32 else a for a in single])
    variables = {i: mg.tensor(single[i]) for i in case.wrt}
    results = outputs_of(case, *[variables.get(i, a) for i, a in enumerate(single)])
    plain = outputs_of(case, *single)
    assert [r.dtype for r in results] == [p.dtype for p in plain]
    sum(r.sum() for r in results).backward()
    for i, v in variables.items():
        assert v.grad.dtype == np.float32
        assert_allclose(v.grad, expected[i], rtol=2e-3, atol=1e-5)


#: These corrupt memory if `where` has gaps, whoever calls them: their loops move NumPy's pointers.
UNSAFE = [f for f in (vars(_loops).values() if _loops else ()) if isinstance(f, np.ufunc)]


@EACH
def test_where_and_out(case):
    if case.ufunc in UNSAFE:
        pytest.skip("SciPy's own loop is not fit for `where`")
    point = [np.repeat(a, 3) for a in first_point(case)]
    alone = gradients(case, first_point(case))
    where = np.array([True, False, True])
    variables = {i: mg.tensor(np.asarray(point[i], dtype=float)) for i in case.wrt}
    before = [mg.tensor(np.full(3, 7.0)) for _ in range(case.ufunc.nout)]
    targets = tuple([+b for b in before])
    case.ufunc(*[variables.get(i, a) for i, a in enumerate(point)], where=where, out=targets)
    for target, plain in zip(targets, outputs_of(case, *point), strict=True):
        assert_array_equal(target.data, np.where(where, plain, 7.0))
    sum(t.sum() for t in targets).backward()
    for b in before:
        assert_array_equal(b.grad, ~where)
    for i, v in variables.items():
        assert_allclose(v.grad, where * alone[i], rtol=1e-12)


@EACH
def test_arguments_without_derivative_are_refused_by_name(case):
    for i in set(range(case.ufunc.nin)) - set(case.wrt):
        variables = [mg.tensor(float(a)) if j == i else a for j, a in enumerate(case.points[0])]
        # at the call, in the backward pass, or by SciPy, for its loop takes integers alone
        refusals = (
            r"no gradient flows to the argument `|a variable for its argument `|not supported for the input types"
        )
        with pytest.raises((TypeError, InvalidBackprop), match=refusals), np.errstate(all="ignore"):
            outputs_of(case, *variables)[0].backward()


def test_every_ufunc_with_a_rule_is_in_the_catalogue():
    ruled = {f.__name__ for f in vars(_ufuncs).values() if isinstance(f, np.ufunc) and has_rule(f)}
    assert ruled == {case.ufunc.__name__ for case in CASES.values()} | UNTRIED | COMPLEX | {"round", "gammasgn"}


#: Their results are complex: see test_special_complex.py, and test_special_functions.py of Lambert's.
COMPLEX = {"wofz", "hankel1", "hankel1e", "hankel2", "hankel2e", "_lambertw"}

#: SciPy has no independent reference for these, and mpmath neither.
UNTRIED = {
    "mathieu_cem", "mathieu_sem", "mathieu_modcem1", "mathieu_modcem2", "mathieu_modsem1", "mathieu_modsem2",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(UNTRIED))
def test_mathieu_functions_against_differences(name):
    ufunc = getattr(_ufuncs, name)
    for m, q, x in [(2.0, 1.3, 0.7), (3.0, 5.0, 0.4), (1.0, 0.3, 1.1)]:
        if "mod" not in name:
            x *= 57
        for output in (0, 1):
            t = mg.tensor(x)
            ufunc(m, q, t)[output].backward()
            h = 1e-4 * x
            values = [ufunc(m, q, x + k * h)[output] for k in (-2, -1, 1, 2)]
            slope = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)
            assert math.isclose(t.grad, slope, rel_tol=1e-6, abs_tol=1e-8)


@pytest.mark.parametrize("ufunc", [_ufuncs.round, _ufuncs.gammasgn], ids=["round", "gammasgn"])
def test_steps(ufunc):
    x = mg.tensor([-0.3, 0.2, 1.7])
    y = ufunc(x)
    assert_array_equal(y.data, ufunc(x.data))
    y.sum().backward()
    assert_array_equal(x.grad, np.zeros(3))
