"""How each library runs and differentiates a function. A worker imports only one: two have the same name."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.workloads import Row

__all__ = ["PEERS", "Peer", "Unsupported", "describe"]

Array = np.ndarray[Any, Any]
Run = Callable[[], Any]
RATE = 1e-6  # of descent: small, so that the numbers stay what they are for as long as one cares to measure


class Unsupported(Exception):
    """The peer does not do this; that is no failure."""


class Peer:
    """What the peers have in common. Unless they say otherwise, their variables are plain arrays."""

    #: The namespace that rows are given, and the one of the peer's own functions.
    xp: Any = np
    own: Any = np
    #: The distributions that it consists of, without what they require.
    distributions: tuple[str, ...]
    #: Whether going forward alone says something. Autograd tracks nothing unless it is to differentiate.
    tracks_forward = True

    def version(self) -> str:
        return version(self.distributions[0])

    def blas(self) -> str:
        """What computes its large products."""
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{blas['name']} {blas['version']}"

    def variable(self, array: Array) -> Any:
        return array

    def constant(self, array: Array) -> Any:
        return array

    def array(self, value: Any) -> Array:
        return np.asarray(value)

    def untracked(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def forward(self, row: Row, constants: list[Any], variables: list[Any]) -> Run:
        """The work of `row` without derivatives, ready to be done again and again."""
        return partial(self.function(row, constants), *variables)

    def gradient(self, row: Row, constants: list[Any], variables: list[Any]) -> Run:
        """The work of `row`, forward and backward. What it returns tells `gradients` and `descend` enough."""
        return partial(self.differentiate, self.function(row, constants), variables)

    def compiled(self, row: Row, constants: list[Any], variables: list[Any]) -> Run:
        """The same by a compiled function, if the peer has two ways. It returns the gradients, or sets them."""
        return self.gradient(row, constants, variables)

    def function(self, row: Row, constants: list[Any]) -> Callable[..., Any]:
        return partial(row.function, self.own if row.own else self.xp, *constants)

    def differentiate(self, f: Callable[..., Any], variables: list[Any]) -> Any:
        return self.trace(f, variables)()

    def trace(self, f: Callable[..., Any], variables: list[Any]) -> Run:
        """Go forward; what is returned goes backward."""
        raise Unsupported

    def derivative(self, row: Row, constants: list[Any], arrays: list[Array]) -> Run:
        """The derivative of the row's mode, ready to be computed again and again: what it returns is a list."""
        f, (x, *v) = self.function(row, constants), arrays
        return lambda: [self.derivatives()[row.mode](f, x, *v)]

    def derivatives(self) -> dict[str, Callable[..., Any]]:
        """By mode, what takes a function, an array and maybe a vector."""
        raise Unsupported

    def gradients(self, variables: list[Any], result: Any) -> list[Array]:
        """The gradients, after `differentiate` has returned `result`."""
        return list(result)

    def descend(self, variables: list[Any], result: Any) -> None:
        for variable, gradient in zip(variables, result, strict=True):
            variable -= RATE * gradient

    def set_guard(self, on: bool) -> None:
        pass


class NumPy(Peer):
    """Plain arrays: the forward pass alone, or both passes if a row has them written by hand."""

    distributions = ("numpy",)

    def derivative(self, row: Row, constants: list[Any], arrays: list[Array]) -> Run:
        return self.gradient(row, constants, arrays)

    def gradient(self, row: Row, constants: list[Any], variables: list[Any]) -> Run:
        by_hand = row.hand
        if by_hand is None:
            raise Unsupported
        kept: list[Any] = []  # until the next, as tensors keep theirs: other memory is in the cache then

        def run() -> Any:
            kept.clear()
            kept.extend(by_hand(*constants, *variables))
            return kept

        return run


class MyGrad(Peer):
    """Ours, and the `mygrad` of old: one interface."""

    distributions = ("mygrad",)

    def __init__(self) -> None:
        import mygrad

        self.own = mygrad

    def version(self) -> str:
        return str(getattr(self.own, "__version__", "of unknown version"))

    def variable(self, array: Array) -> Any:
        return self.own.tensor(array)

    def array(self, value: Any) -> Array:
        return value if isinstance(value, np.ndarray | np.generic) else np.array(value.data)

    def untracked(self) -> AbstractContextManager[Any]:
        manager: AbstractContextManager[Any] = self.own.no_autodiff
        return manager

    def trace(self, f: Callable[..., Any], variables: list[Any]) -> Run:
        backward: Run = f(*variables).backward
        return backward

    def differentiate(self, f: Callable[..., Any], variables: list[Any]) -> Any:
        f(*variables).backward()

    def gradients(self, variables: list[Any], result: Any) -> list[Array]:
        return [v.grad for v in variables]

    def descend(self, variables: list[Any], result: Any) -> None:
        for v in variables:
            v.data -= RATE * v.grad

    def set_guard(self, on: bool) -> None:
        if on:
            self.own.turn_memory_guarding_on()
        else:
            self.own.turn_memory_guarding_off()


class Ours(MyGrad):
    distributions = ("mygrad-core",)

    def derivatives(self) -> dict[str, Callable[..., Any]]:
        functional = self.own.functional
        return {
            "batch_jacobian": lambda f, x: functional.batch_jacobian(f)(x),
            "hessian": lambda f, x: functional.hessian(f)(x),
            "hvp": functional.hvp,
            "jacobian": lambda f, x: functional.jacobian(f)(x),
            "jvp": lambda f, x, v: functional.jvp(f, [x], [v])[1],
        }

    def compiled(self, row: Row, constants: list[Any], variables: list[Any]) -> Run:
        arrays = [np.array(v.data) for v in variables]
        derivative = self.own.functional.value_and_grad(self.function(row, constants), tuple(range(len(arrays))))
        compiled = self.own.compile(derivative)
        return lambda: compiled(*arrays)[1]

    def descend(self, variables: list[Any], result: Any) -> None:
        with self.untracked():  # as the optimizers of mygrad.nnet do: to hand out an array has it locked from then on
            for v in variables:
                v -= RATE * v.grad


class Eager(Ours):
    """Ours without compiling, for rows that are compiled."""

    def forward(self, row: Row, constants: list[Any], variables: list[Any]) -> Run:
        raise Unsupported

    def gradient(self, row: Row, constants: list[Any], variables: list[Any]) -> Run:
        raise Unsupported

    def derivative(self, row: Row, constants: list[Any], arrays: list[Array]) -> Run:
        raise Unsupported

    def compiled(self, row: Row, constants: list[Any], variables: list[Any]) -> Run:
        return super().gradient(row, constants, variables)


class Torch(Peer):
    distributions = ("torch",)

    def __init__(self) -> None:
        import torch

        torch.set_num_threads(1)
        self.xp = self.own = torch

    def version(self) -> str:
        return str(self.own.__version__)

    def blas(self) -> str:
        words = self.own.__config__.show().replace(",", "\n").split()
        return next((word.partition("=")[2] for word in words if word.startswith("BLAS_INFO=")), "unknown BLAS")

    def variable(self, array: Array) -> Any:
        return self.own.tensor(array, requires_grad=True)

    def constant(self, array: Array) -> Any:
        return self.own.tensor(array)

    def array(self, value: Any) -> Array:
        array: Array = value.detach().numpy()
        return array

    def untracked(self) -> AbstractContextManager[Any]:
        manager: AbstractContextManager[Any] = self.own.no_grad()
        return manager

    def trace(self, f: Callable[..., Any], variables: list[Any]) -> Run:
        for v in variables:
            v.grad = None  # else gradients add up
        backward: Run = f(*variables).backward
        return backward

    def differentiate(self, f: Callable[..., Any], variables: list[Any]) -> Any:
        for v in variables:
            v.grad = None
        f(*variables).backward()

    def gradients(self, variables: list[Any], result: Any) -> list[Array]:
        return [v.grad.numpy() for v in variables]

    def derivative(self, row: Row, constants: list[Any], arrays: list[Array]) -> Run:
        f, (x, *v) = self.function(row, constants), [self.own.tensor(a) for a in arrays]
        return lambda: [self.derivatives()[row.mode](f, x, *v)]

    def derivatives(self) -> dict[str, Callable[..., Any]]:
        func = self.own.func
        return {
            "batch_jacobian": lambda f, x: func.vmap(func.jacrev(f))(x),
            "hessian": lambda f, x: func.hessian(f)(x),
            "hvp": lambda f, x, v: func.jvp(func.grad(f), (x,), (v,))[1],
            "jacobian": lambda f, x: func.jacfwd(f)(x),
            "jvp": lambda f, x, v: func.jvp(f, (x,), (v,))[1],
        }

    def descend(self, variables: list[Any], result: Any) -> None:
        with self.own.no_grad():
            for v in variables:
                v -= RATE * v.grad


class Autograd(Peer):
    distributions = ("autograd",)
    tracks_forward = False

    def __init__(self) -> None:
        import autograd

        self.xp = self.own = autograd.numpy
        self._make_vjp = autograd.make_vjp

    def trace(self, f: Callable[..., Any], variables: list[Any]) -> Run:
        vjp, value = self._make_vjp(f, argnum=tuple(range(len(variables))))(*variables)
        return lambda: vjp(np.ones_like(value))

    def derivatives(self) -> dict[str, Callable[..., Any]]:
        import autograd

        return {
            "batch_jacobian": lambda f, x: np.stack([autograd.jacobian(f)(example) for example in x]),
            "hessian": lambda f, x: autograd.hessian(f)(x),
            "hvp": lambda f, x, v: autograd.hessian_vector_product(f)(x, v),
            "jacobian": lambda f, x: autograd.jacobian(f)(x),
            "jvp": lambda f, x, v: autograd.make_jvp(f)(x)(v)[1],
        }


class Jax(Peer):
    """JAX, operation by operation. It tracks nothing unless it is to differentiate: forward rows are plain work.

    Its arrays may be results that are still to come, so each run waits for its own.
    """

    distributions = ("jax", "jaxlib")

    def __init__(self) -> None:
        import jax

        self.jax = jax
        self.xp = self.own = jax.numpy

    def blas(self) -> str:
        return "XLA"

    def variable(self, array: Array) -> Any:
        return self.jax.numpy.asarray(array)

    constant = variable

    def forward(self, row: Row, constants: list[Any], variables: list[Any]) -> Run:
        function = self._function(row)
        return lambda: self.jax.block_until_ready(function(*constants, *variables))

    def function(self, row: Row, constants: list[Any]) -> Callable[..., Any]:
        # Long loops in Python would run for a minute or, jitted, be compiled for many.
        function = row.function if row.scanned is None else partial(row.scanned, self.jax.lax)
        return partial(function, self.xp, *constants)

    def gradient(self, row: Row, constants: list[Any], variables: list[Any]) -> Run:
        function = self._value_and_grad(row, len(constants), len(variables))
        return lambda: self.jax.block_until_ready(function(*constants, *variables))[1]

    # Kept for as long as the process lives, as a program would keep them.
    @cache  # noqa: B019
    def _function(self, row: Row) -> Callable[..., Any]:
        return self._ready(self.function(row, []))

    @cache  # noqa: B019
    def _value_and_grad(self, row: Row, constants: int, variables: int) -> Callable[..., Any]:
        positions = tuple(range(constants, constants + variables))
        return self._ready(self.jax.value_and_grad(self.function(row, []), positions))

    def _ready(self, f: Callable[..., Any]) -> Callable[..., Any]:
        return f

    def derivative(self, row: Row, constants: list[Any], arrays: list[Array]) -> Run:
        of = self.derivatives()[row.mode]

        def compute(constants: list[Any], x: Any, *v: Any) -> Any:
            return of(self.function(row, constants), x, *v)

        found, given = self._ready(compute), [self.variable(a) for a in arrays]
        return lambda: [self.jax.block_until_ready(found(constants, *given))]

    def derivatives(self) -> dict[str, Callable[..., Any]]:
        jax = self.jax
        return {
            "batch_jacobian": lambda f, x: jax.vmap(jax.jacrev(f))(x),
            "hessian": lambda f, x: jax.hessian(f)(x),
            "hvp": lambda f, x, v: jax.jvp(jax.grad(f), (x,), (v,))[1],
            "jacobian": lambda f, x: jax.jacfwd(f)(x),
            "jvp": lambda f, x, v: jax.jvp(f, (x,), (v,))[1],
        }

    def trace(self, f: Callable[..., Any], variables: list[Any]) -> Run:
        value, vjp = self.jax.block_until_ready(self.jax.vjp(f, *variables))
        return lambda: self.jax.block_until_ready(vjp(self.jax.numpy.ones_like(value)))

    def descend(self, variables: list[Any], result: Any) -> None:
        variables[:] = self.jax.block_until_ready(self._descended(variables, list(result)))

    @property
    def _descended(self) -> Callable[..., list[Any]]:
        return _descended


class JaxJit(Jax):
    """JAX, compiled: the function and its derivative in one piece. Constants are arguments of it, too."""

    def _ready(self, f: Callable[..., Any]) -> Callable[..., Any]:
        compiled: Callable[..., Any] = self.jax.jit(f)
        return compiled

    def trace(self, f: Callable[..., Any], variables: list[Any]) -> Run:
        raise Unsupported  # there is no forward pass by itself

    @property
    def _descended(self) -> Callable[..., list[Any]]:
        return _compiled_descent(self.jax.jit)


def _descended(variables: list[Any], gradients: list[Any]) -> list[Any]:
    return [v - RATE * g for v, g in zip(variables, gradients, strict=True)]


@cache
def _compiled_descent(jit: Callable[..., Any]) -> Callable[..., list[Any]]:
    compiled: Callable[..., list[Any]] = jit(_descended)
    return compiled


PEERS: dict[str, Callable[[], Peer]] = {
    "ours": Ours,
    "before": Ours,
    "eager": Eager,
    "torch": Torch,
    "mygrad": MyGrad,
    "autograd": Autograd,
    "jax": Jax,
    "jax-jit": JaxJit,
    "numpy": NumPy,
}


def describe(peer: Peer) -> dict[str, Any]:
    """What a figure depends on, beside the machine."""
    return {
        "version": peer.version(),
        "python": sys.version.split()[0],
        "numpy": version("numpy"),
        "blas": peer.blas(),
        "threads": threads_at_work(peer),
    }


def threads_at_work(peer: Peer) -> int | str:
    """How many threads share in a large product, whatever the settings were meant to do. Linux knows."""
    tasks = Path("/proc/self/task")
    if not tasks.exists():
        return f"OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', 'unset')}, so supposedly 1"

    def ticks() -> dict[str, int]:
        fields = {task.name: (task / "stat").read_text().rpartition(")")[2].split() for task in tasks.iterdir()}
        return {name: int(field[11]) + int(field[12]) for name, field in fields.items()}

    a = peer.constant(np.ones((1000, 1000)))
    peer.array(a @ a)
    before = ticks()
    for _ in range(3):
        peer.array(a @ a)
    spent = [after - before.get(name, 0) for name, after in ticks().items()]
    return sum(one > 0.1 * sum(spent) for one in spent)
