"""Every method of SciPy's that takes derivatives, with ours and with the differences that it takes itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import Bounds, NonlinearConstraint, curve_fit, least_squares, minimize, root, root_scalar

import mygrad as mg
from optimisation import problems
from optimisation.problems import Equations, Evolution, Fit, Minimum

__all__ = ["RUNS", "Outcome", "Run"]

Solve = Callable[[bool, "Calls"], tuple[Any, Any, int | None]]


class Calls(Counter[str]):
    """How often functions were called, by what they compute."""

    def of(self, what: str, f: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any) -> Any:
            self[what] += 1
            return f(*args)

        return counting


@dataclass(frozen=True)
class Outcome:
    """What a run came to.

    Parameters
    ----------
    found : Any
        What SciPy returned.
    error : float
        Of the solution, that of the worst entry.
    steps : int | None
    calls : Calls
    """

    found: Any
    error: float
    steps: int | None
    calls: Calls


@dataclass(frozen=True)
class Run:
    solver: str
    problem: Minimum | Fit | Equations | Evolution
    solve: Solve
    tolerance: float = 1e-5

    @property
    def by_differences(self) -> bool:
        """Whether the method can do without derivatives that it is given."""
        return "trust-exact" not in self.solver and "dogleg" not in self.solver

    def __call__(self, ours: bool) -> Outcome:
        """Solve the problem with derivatives of ours, or of SciPy's."""
        calls = Calls()
        found, solution, steps = self.solve(ours, calls)
        return Outcome(found, float(np.max(np.abs(solution - self.problem.solution))), steps, calls)


def minimizing(problem: Minimum, method: str, second: str | None = None, **options: Any) -> Run:
    """`second` says in what form a method takes second derivatives: as a "matrix", or as "products"."""

    def solve(ours: bool, calls: Calls) -> Any:
        f, settings = problem.f, {}
        value_and_grad, matrix = calls.of("f and gradient", mg.value_and_grad(f)), calls.of("Hessian", mg.hessian(f))
        products = calls.of("product", lambda x, p: mg.hvp(f, x, p))
        if ours and second:
            settings = {"hess": matrix} if second == "matrix" else {"hessp": products}
        elif second and method not in ("Newton-CG", "trust-constr"):  # which do without
            settings = {"hess": "2-point"}
        by_gradient = ours or (second is not None and method != "trust-constr")
        found = minimize(
            value_and_grad if by_gradient else calls.of("f", f),
            problem.start,
            jac=by_gradient,
            method=method,
            bounds=None if problem.bounds is None else Bounds(*np.transpose(problem.bounds)),
            constraints=_constraints(problem, method, ours),
            options=options,
            **settings,
        )
        return found, found.x, found.nit

    form = {None: "", "matrix": ", Hessian", "products": ", products"}[second]
    return Run(f"minimize {method}{form}", problem, solve, 1e-4 if method in ("trust-constr", "CG") else 1e-5)


def _constraints(problem: Minimum, method: str, ours: bool) -> Any:
    at_least, exactly = problem.at_least, problem.exactly
    if at_least is None or exactly is None:
        return ()
    if method == "SLSQP":
        both = {"ineq": at_least, "eq": exactly}
        return [{"type": kind, "fun": f, **({"jac": mg.grad(f)} if ours else {})} for kind, f in both.items()]

    def stacked(x: Any) -> Any:
        return np.stack([at_least(x), exactly(x)])

    def weighted(x: Any, v: Any) -> Any:
        return mg.hessian(lambda x: stacked(x) @ v)(x)

    given: dict[str, Any] = {"jac": mg.jacobian(stacked), "hess": weighted} if ours else {}
    return NonlinearConstraint(stacked, [0.0, 0.0], [np.inf, 0.0], **given)


def fitting(problem: Fit, method: str, **options: Any) -> Run:
    def solve(ours: bool, calls: Calls) -> Any:
        data = problem.model(problem.at, *problem.solution)
        f = lambda p: problem.model(problem.at, *p) - data  # noqa: E731
        jacobian = {"jac": calls.of("Jacobian", mg.jacobian(f))} if ours else {}
        found = least_squares(calls.of("f", f), problem.start, method=method, **jacobian, **options)
        return found, found.x, None

    settings = "".join(f", {value}" for name, value in options.items() if name == "loss")
    return Run(f"least_squares {method}{settings}", problem, solve)


def curve_fitting(problem: Fit, method: str) -> Run:
    def solve(ours: bool, calls: Calls) -> Any:
        by_vector = mg.jacobian(lambda p, t: problem.model(t, *p))
        jacobian = calls.of("Jacobian", lambda t, *p: by_vector(np.array(p), t))
        found = curve_fit(
            calls.of("f", problem.model),
            problem.at,
            problem.model(problem.at, *problem.solution),
            p0=problem.start,
            method=method,
            jac=jacobian if ours else None,
        )
        return found, found[0], None

    return Run(f"curve_fit {method}", problem, solve)


def finding_root(problem: Equations, method: str) -> Run:
    def solve(ours: bool, calls: Calls) -> Any:
        jacobian = calls.of("Jacobian", mg.jacobian(problem.f))
        found = root(calls.of("f", problem.f), problem.start, jac=jacobian if ours else None, method=method)
        return found, found.x, None

    return Run(f"root {method}", problem, solve)


def finding_scalar_root(problem: Equations, method: str) -> Run:
    def solve(ours: bool, calls: Calls) -> Any:
        first = mg.grad(problem.f)
        given: dict[str, Any] = {"method": "secant", "x1": 1.01 * problem.start}  # what SciPy does without derivatives
        if ours:
            given = {"method": method, "fprime": calls.of("f'", first)}
            if method == "halley":
                given["fprime2"] = calls.of("f''", mg.grad(first))
        found = root_scalar(calls.of("f", problem.f), x0=problem.start, **given)
        return found, found.root, found.iterations

    return Run(f"root_scalar {method}", problem, solve)


def integrating(problem: Evolution, method: str) -> Run:
    def solve(ours: bool, calls: Calls) -> Any:
        found = solve_ivp(
            calls.of("f", problem.rhs),
            (0.0, problem.until),
            problem.start,
            method=method,
            jac=calls.of("Jacobian", mg.jacobian(problem.rhs, 1)) if ours else None,
            rtol=problem.rtol,
            atol=problem.atol,
        )
        return found, found.y[:, -1], len(found.t) - 1

    return Run(f"solve_ivp {method}", problem, solve)


#: Where dogleg may start: its Hessian has to be positive definite all the way.
_CONVEX = problems.ROSENBROCK._replace(start=np.full(5, 1.2))
_SECOND = [
    (method, second)
    for method in ("Newton-CG", "trust-ncg", "trust-krylov", "trust-exact", "trust-constr")
    for second in ("matrix", "products")
    if (method, second) != ("trust-exact", "products")
]


def _tight(method: str) -> dict[str, float]:
    return {"xtol": 1e-10} if method in ("Newton-CG", "trust-constr") else {"gtol": 1e-8}


RUNS = [
    minimizing(problems.ROSENBROCK, "BFGS", gtol=1e-8),
    minimizing(problems.ROSENBROCK, "L-BFGS-B", gtol=1e-8, ftol=1e-14),
    minimizing(problems.ROSENBROCK, "CG", gtol=1e-8),
    minimizing(problems.ROSENBROCK, "TNC", maxfun=5000, gtol=1e-8, ftol=1e-14),
    minimizing(problems.ROSENBROCK, "SLSQP", ftol=1e-14, maxiter=200),
    *[minimizing(problems.ROSENBROCK, method, second, **_tight(method)) for method, second in _SECOND],
    minimizing(_CONVEX, "dogleg", "matrix"),
    minimizing(problems.BOUNDED, "L-BFGS-B", gtol=1e-8, ftol=1e-14),
    minimizing(problems.BOUNDED, "TNC", gtol=1e-8, ftol=1e-14),
    minimizing(problems.BOUNDED, "SLSQP", ftol=1e-12),
    minimizing(problems.BOUNDED, "trust-constr", "matrix", gtol=1e-12, barrier_tol=1e-12),
    minimizing(problems.HOCK_SCHITTKOWSKI, "SLSQP", ftol=1e-12),
    minimizing(problems.HOCK_SCHITTKOWSKI, "trust-constr", "matrix", gtol=1e-12, barrier_tol=1e-12),
    minimizing(problems.LOGISTIC, "BFGS", gtol=1e-6),
    minimizing(problems.LOGISTIC, "L-BFGS-B", gtol=1e-8, ftol=1e-15),
    minimizing(problems.LOGISTIC, "Newton-CG", "products", xtol=1e-10),
    minimizing(problems.LOGISTIC, "trust-ncg", "products", gtol=1e-8),
    minimizing(problems.LOGISTIC, "trust-exact", "matrix", gtol=1e-8),
    *[fitting(problems.DECAY, method, xtol=1e-14, ftol=1e-14) for method in ("trf", "dogbox", "lm")],
    fitting(problems.DECAY, "trf", loss="soft_l1", xtol=1e-14, ftol=1e-14),
    *[curve_fitting(problems.DECAY, method) for method in ("trf", "dogbox", "lm")],
    *[finding_root(problems.CIRCLE, method) for method in ("hybr", "lm")],
    *[finding_scalar_root(problems.KEPLER, method) for method in ("newton", "halley")],
    *[
        integrating(problem, method)
        for problem in (problems.STIFF, problems.ROBERTSON)
        for method in ("Radau", "BDF", "LSODA")
    ],
]
