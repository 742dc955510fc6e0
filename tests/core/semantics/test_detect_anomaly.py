"""Where nan comes from: `mygrad.detect_anomaly` names the operation, the place and the values."""

import asyncio
import re
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any
from weakref import ref

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from random_programs import run_random_program

import mygrad as mg
from mygrad import functional
from mygrad.errors import AnomalyError

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


HERE = Path(__file__).name


def raised(compute: Callable[[], Any], **options: bool) -> str:
    with pytest.raises(AnomalyError) as error, mg.detect_anomaly(**options):
        compute()
    return str(error.value)


# -- results ---------------------------------------------------------------------------------------------


def test_names_the_first_operation_its_place_and_its_values():
    x = mg.tensor([-1.0, 0.5, 2.0])

    def compute() -> None:
        y = np.log(x)
        np.sum(3 * y + 1).backward()

    said = raised(compute)
    line = compute.__code__.co_firstlineno + 1
    assert said.startswith(f"nan came up in log, computed by `np.log(x)` in line {line} of {HERE}")
    assert "argument 1: float64 of shape (3,), from -1.0 to 2.0\n" in said
    assert re.search(r"result: float64 of shape \(3,\), from -0.69\d* to 0.69\d*, 1 nan\n", said)
    assert x.grad is None


def test_is_a_floating_point_error():
    with pytest.raises(FloatingPointError), mg.detect_anomaly():
        mg.log(mg.tensor(-1.0)).backward()


MASKED = {
    "where": lambda x: np.where(x > 0, np.log(x), 0),
    "where=": lambda x: np.log(x, where=(x > 0), out=mg.zeros(3)),
    "multiplied": lambda x: np.where(x > 0, 2 * np.log(x) + 1, 0),
    "index": lambda x: np.log(x)[x > 0],
    "slice": lambda x: np.log(x)[2:],
    "nansum": lambda x: np.nansum(np.where(x < 0, np.log(x), x)),
    "fmax": lambda x: np.fmax(np.log(x), -1e300),
}


@pytest.mark.parametrize("f", MASKED.values(), ids=MASKED)
@pytest.mark.parametrize("inf", [False, True])
def test_what_is_masked_out_passes(f, inf):
    x = mg.tensor([-1.0, 0.0, 2.0])
    expected = mg.tensor([-1.0, 0.0, 2.0])
    np.sum(f(expected)).backward()
    assert np.isfinite(expected.grad).all()
    with mg.detect_anomaly(inf=inf):
        np.sum(f(x)).backward()
    assert_array_equal(x.grad, expected.grad)


@pytest.mark.parametrize("inf", [False, True])
def test_what_is_overwritten_passes(inf):
    x = mg.tensor([-1.0, 0.0, 2.0])
    with mg.detect_anomaly(inf=inf):
        y = np.log(x)
        y[x <= 0] = 0.0
        y.sum().backward()
    assert_array_equal(x.grad, [0.0, 0.0, 0.5])


def test_of_several_the_first_that_gets_into_the_result():
    x = mg.tensor([-1.0, 2.0])

    def compute() -> None:
        masked = np.where(x > 0, np.log(x), 0)
        (masked + np.sqrt(x) + np.arccosh(x)).sum().backward()

    assert "nan came up in sqrt" in raised(compute)


def test_infinities_if_asked_for():
    x = mg.tensor([1000.0, 1.0])
    with mg.detect_anomaly():
        y = np.exp(x)
    assert np.isinf(y.data[0])
    said = raised(lambda: (np.exp(x) + 1).sum().backward(), inf=True)
    assert said.startswith("inf came up in exp, computed by `np.exp(x)`")
    assert "argument 1: float64 of shape (2,), from 1.0 to 1000.0\n" in said


def test_nan_that_was_given():
    x = mg.tensor([np.nan, 1.0])
    assert raised(lambda: (2 * x).sum().backward()).startswith("nan was given to multiply, computed by `2 * x`")
    assert raised(lambda: mg.tensor(np.nan).backward()).startswith("there is nan in the tensor that `backward` was")


def test_nan_computed_outside():
    y = np.log(mg.tensor([-1.0, 1.0]))
    assert "was given to sum" in raised(lambda: y.sum().backward())
    assert "computed outside of `detect_anomaly`" in raised(lambda: y.backward())


def test_looks_at_what_is_left_at_the_end_of_the_block():
    x = mg.tensor([-1.0, 1.0])
    with pytest.raises(AnomalyError, match="nan came up in log"), mg.detect_anomaly():
        y = np.log(x) + 1
    assert np.isnan(y.data[0])
    with mg.detect_anomaly():  # nothing is left
        np.log(x)
    with mg.detect_anomaly():
        z = np.log(x)
        total = np.where(x > 0, z, 0).sum()
        del total
    with mg.detect_anomaly(), mg.detect_anomaly(), mg.no_autodiff:
        z = np.log(x)
    assert np.isnan(z.data[0])


def test_does_not_look_after_another_exception():
    kept = []

    @mg.detect_anomaly()
    def f() -> None:
        kept.append(np.log(mg.tensor(-1.0)))
        raise KeyError

    with pytest.raises(KeyError):
        f()


def test_blocks_may_be_nested():
    x = mg.tensor(-1.0)
    watching = mg.detect_anomaly()
    with watching:
        with watching:
            x * 2
        with pytest.raises(AnomalyError), watching:
            y = np.log(x)
        z = np.where(x > 0, y, 0.0)
    assert z.item() == 0.0
    assert np.isnan(np.log(x).data)


OPERATIONS = {
    "pair": (lambda x: (x - x) / (x - x), "divide"),
    "scalar": (lambda x: np.inf * (x - x), "multiply"),
    "reflected": (lambda x: x % 0.0, "remainder"),
    "array": (lambda x: x * np.array([np.inf, 0.0]), None),
    "keyword": (lambda x: np.log(-x, dtype=np.float64), "log"),
    "where=": (lambda x: np.add(x, np.log(-x, where=[True, False], out=mg.zeros(2))), "log"),
    "reduction": (lambda x: np.sum((x - x) / (x - x), axis=0), "divide"),
    "method": (lambda x: mg.log(-x).mean(), "log"),
    "in place": (lambda x: _in_place(x), "divide"),
    "view": (lambda x: _through_view(x), "subtract"),
    "written": (lambda x: _written(x), "log"),
    "stacked": (lambda x: np.stack([x, np.log(-x)]), "log"),
    "reshaped": (lambda x: np.log(-x).reshape(2, 1).T * 2, "log"),
    "several": (lambda x: np.linalg.qr(np.log(-x).reshape(2, 1))[1], "log"),
    "ufunc with outputs": (lambda x: np.modf(np.log(-x))[0], "log"),
    "einsum": (lambda x: np.einsum("i,i", x, np.log(-x)), "log"),
    "operation": (lambda x: mg.execute_op(Logarithm, -x), "Logarithm"),
    "lifted": (lambda x: mg.lift(lambda x: np.asarray(np.log(-np.asarray(x))))(x), "log"),
}


def _in_place(x: Any) -> Any:
    y = +x
    y /= y - x
    y /= y
    return y


def _through_view(x: Any) -> Any:
    y = x * np.inf
    part = y[1:]
    part -= y[1:]
    return y


def _written(x: Any) -> Any:
    y = mg.zeros((2, 2))
    y[0] = x
    y[1] = np.log(-x)
    y[:, 0] = 1.0
    return y


class Logarithm(mg.Operation):
    def __call__(self, x: Any) -> Any:
        self.variables = (x,)
        return np.log(x.data)

    def backward_var(self, grad: Any, index: int, **kwargs: Any) -> Any:
        return grad / self.variables[0].data


@pytest.mark.parametrize(
    ("f", "name"), [f for f in OPERATIONS.values() if f[1]], ids=[k for k, f in OPERATIONS.items() if f[1]]
)
def test_every_way_to_compute(f, name):
    x = mg.tensor([1.0, 2.0])
    assert f"nan came up in {name}, computed by" in raised(lambda: np.sum(f(x)).backward())


@pytest.mark.parametrize("f", [f for f, _ in OPERATIONS.values()], ids=OPERATIONS)
def test_computes_the_same(f):
    """Watched operations go another way, to the same results and gradients."""
    x = mg.tensor([1.0, 2.0])
    y = f(x)
    np.sum(y).backward()
    watched = mg.tensor([1.0, 2.0])
    with mg.detect_anomaly():
        z = f(watched)
        assert type(z) is type(y)
        assert_array_equal(z, y)
        del z
    np.sum(f(watched)).backward()
    assert_array_equal(watched.grad, x.grad)


# -- gradients -------------------------------------------------------------------------------------------


def test_gradients_that_are_not_finite():
    x = mg.tensor([0.0, 4.0])

    def compute() -> None:
        y = np.sqrt(x)
        (3 * y).sum().backward()

    said = raised(compute)
    line = compute.__code__.co_firstlineno + 1
    assert said.startswith(
        "the gradient of a variable of shape (2,) is float64 of shape (2,), from 0.75 to 0.75, 1 inf."
    )
    assert f"came up in the backward pass of sqrt, computed by `np.sqrt(x)` in line {line} of {HERE}" in said
    assert "argument 1: float64 of shape (2,), from 0.0 to 4.0" in said
    assert x.grad is None


def test_the_graph_stays_to_be_looked_at():
    x = mg.tensor([0.0, 4.0])
    with mg.detect_anomaly():
        y = np.sqrt(x).sum()
        with pytest.raises(AnomalyError):
            y.backward()
    assert y.creator is not None
    y.backward()
    assert_array_equal(x.grad, [np.inf, 0.25])


def test_infinite_derivatives_that_are_masked_out_pass():
    x = mg.tensor([0.0, 4.0])
    with mg.detect_anomaly():
        np.where(x > 0, np.sqrt(x), 0).sum().backward()
    assert_array_equal(x.grad, [0.0, 0.25])
    with mg.detect_anomaly():  # the derivative of an intermediate result is infinite, that of no variable
        np.sqrt(np.where(x > 0, x, 0)).sum().backward()
    assert_array_equal(x.grad, [0.0, 0.25])


def test_names_the_operation_that_made_it_of_what_was_finite():
    x = mg.tensor([0.0, 1.0])

    def compute() -> None:
        y = np.abs(x)
        z = np.cbrt(y)
        (z * 2).sum().backward()

    assert "the backward pass of cbrt, computed by `np.cbrt(y)`" in raised(compute)


def test_a_seed_that_is_not_finite():
    x = mg.tensor([1.0, 2.0])
    assert "was to begin with is float64 of shape (2,), from 1.0 to 1.0, 1 nan" in raised(
        lambda: (x * x).backward([1.0, np.nan])
    )


def test_sums_that_overflow():
    x = mg.tensor(1e-10)
    said = raised(lambda: (1.7e308 * x + 1.7e308 * x).backward())
    assert said == (
        "the gradient of a variable of shape () is float64 of shape (), 1 inf: it is a sum of finite gradients, which "
        "is too large for its dtype"
    )


def test_operations_of_ones_own():
    x = mg.tensor([0.0, 1.0])
    assert "the backward pass of Logarithm, computed by `mg.execute_op(Logarithm, x)`" in raised(
        lambda: mg.execute_op(Logarithm, x).sum().backward()
    )


@pytest.mark.parametrize("of", ["checkpoint", "custom_vjp"])
def test_calls_that_are_one_operation(of):
    def f(x):
        return np.log(x)

    if of == "checkpoint":
        f = functional.checkpoint(f)
    else:
        f = functional.custom_vjp(f)
        f.defvjp(lambda x: (np.log(x), x), lambda x, g: (g / x,))

    def go_back(x):
        with mg.detect_anomaly(), np.errstate(all="ignore"):
            np.sum(np.exp(f(x)) + f(x)).backward()

    with pytest.raises(AnomalyError, match=r"(?s)^nan came up in f, computed by `.*f\(x\).*from -1.0 to 1.0"):
        go_back(mg.tensor([-1.0, 1.0]))
    x = mg.tensor([0.0, 1.0])
    name = "log" if of == "checkpoint" else "f"
    with pytest.raises(AnomalyError, match=rf"came up in the backward pass of {name}, computed by `"):
        go_back(x)
    if of == "checkpoint":  # what is masked out passes
        with mg.detect_anomaly(), np.errstate(all="ignore"):
            np.sum(np.where(x > 0, f(x), 0.0)).backward()
        assert x.grad.tolist() == [0.0, 1.0]


def test_computed_outside_the_block():
    y = np.sqrt(mg.tensor([0.0, 1.0])).sum()
    assert "sqrt, computed outside of `detect_anomaly`" in raised(y.backward)


# -- doors -----------------------------------------------------------------------------------------------

DOORS = {
    "grad": lambda f: functional.grad(f),
    "value_and_grad": lambda f: functional.value_and_grad(f),
    "jacobian": lambda f: functional.jacobian(f),
    "hessian": lambda f: functional.hessian(f),
    "vjp": lambda f: lambda x: functional.vjp(f, x)[1](1.0),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_in_functional(door):
    assert "the backward pass of sqrt, computed by `np.sqrt(x)`" in raised(
        lambda: door(lambda x: np.sum(np.sqrt(x)))(np.array([0.0, 1.0]))
    )
    assert "nan came up in log, computed by `np.log(x)`" in raised(
        lambda: door(lambda x: np.sum(np.log(x)))(np.array([-1.0, 1.0]))
    )
    with mg.detect_anomaly():
        door(lambda x: np.sum(np.where(x > 0, np.sqrt(x), 0)))(np.array([-1.0, 1.0]))


def test_derivatives_of_second_order_that_are_infinite():
    f = functional.hessian(lambda x: np.sum(np.power(x, 1.5)))
    assert "is float64 of shape (2,)" in raised(lambda: f(np.array([0.0, 1.0])))


def test_as_a_decorator():
    @mg.detect_anomaly()
    def f(x: Any) -> Any:
        return np.log(x)

    assert f(mg.tensor(1.0)).item() == 0.0
    with pytest.raises(AnomalyError):
        f(mg.tensor(-1.0))

    @mg.detect_anomaly(inf=True)
    async def g(x: Any) -> Any:
        return np.log(x)

    with pytest.raises(AnomalyError):
        asyncio.run(g(mg.tensor(0.0)))


def test_other_threads_are_not_watched():
    x = mg.tensor(-1.0)
    found: list[Any] = []

    def compute() -> None:
        np.log(x).backward()
        found.append(x.grad)

    with mg.detect_anomaly():
        thread = threading.Thread(target=compute)
        thread.start()
        thread.join()
    assert np.isnan(found[0])


def test_notes_keep_nothing_alive():
    x = mg.tensor([1.0, 2.0])
    with mg.detect_anomaly():
        y = np.exp(x)
        z = y * 2
        gone = ref(y)
        del y, z
        assert gone() is None


@pytest.mark.parametrize("seed", range(40))
def test_programs_are_computed_as_before(seed):
    """Values, locks and gradients are compared with NumPy's."""
    with mg.detect_anomaly():
        run_random_program(Random(seed), length=15)
