"""SciPy's optimisers and solvers take what `mygrad.functional` returns as it is, and give back plain arrays."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

import mygrad as mg
from optimisation.problems import ROSENBROCK
from optimisation.report import DOCUMENT, HEAD, recorded, row
from optimisation.runs import RUNS, Run

EACH = pytest.mark.parametrize("run", RUNS, ids=[f"{run.solver}, {run.problem.name}" for run in RUNS])


def everything_in(found: Any) -> Iterator[Any]:
    """A result of SciPy's, and all that is in it."""
    yield found
    if isinstance(found, np.ndarray):
        if found.dtype == object:
            yield from found.flat
    elif isinstance(found, dict):
        for value in found.values():
            yield from everything_in(value)
    elif isinstance(found, (list, tuple)):
        for value in found:
            yield from everything_in(value)
    elif hasattr(found, "__dict__"):
        yield from everything_in(vars(found))


@EACH
def test_it_solves_the_problem(run: Run) -> None:
    outcome = run(ours=True)
    assert outcome.error <= run.tolerance
    assert all(outcome.calls.values()), "nobody has asked for a derivative"
    assert len(outcome.calls) > 1 or "f and gradient" in outcome.calls


@EACH
def test_results_are_plain(run: Run) -> None:
    found = [*everything_in(run(ours=True).found)]
    assert len(found) > 2
    assert not [x for x in found if isinstance(x, mg.Tensor)]


@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "CG", "TNC", "SLSQP"])
def test_gradients_apart_from_values(method: str) -> None:
    """Any start will do, also integers."""
    f, start = ROSENBROCK.f, [1, 1, 0, 2, 1]
    apart = minimize(f, start, jac=mg.grad(f), method=method)
    together = minimize(mg.value_and_grad(f), start, jac=True, method=method)
    np.testing.assert_array_equal(apart.x, together.x)
    assert type(apart.fun) is type(together.fun) is not mg.Tensor


@EACH
def test_the_table_in_the_docs_is_of_such_runs(run: Run) -> None:
    """Numbers of calls may vary a little with who multiplies matrices, and errors more."""
    assert recorded()[:2] == [*HEAD]
    assert len(recorded()) == len(RUNS) + 2
    (line,) = [line for line in recorded() if line.startswith(f"| {run.solver} | {run.problem.name} |")]
    found, there = (cells.strip("| ").split(" | ") for cells in (row(run), line))
    assert len(found) == len(there)
    number = re.compile(r"\d[\d.e-]*")
    for what, other in zip(found, there, strict=True):
        assert number.sub("", what) == number.sub("", other)
        for a, b in zip(map(float, number.findall(what)), map(float, number.findall(other)), strict=True):
            if a >= 1 or b >= 1:
                assert abs(a - b) <= 3 + 0.25 * b
            else:
                assert max(a, b, 1e-9) <= 1e3 * max(min(a, b), 1e-9)


def test_the_examples_in_the_docs() -> None:
    examples = "".join(re.findall(r"^```py\n(.*?)^```$", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL))
    report: list[str] = []
    test = doctest.DocTestParser().get_doctest(examples, {}, DOCUMENT.name, None, 0)
    failed, tried = doctest.DocTestRunner(verbose=False).run(test, out=report.append)
    assert tried
    assert not failed, "".join(report)
