"""How each library runs and differentiates a function. A worker imports only one: two have the same name."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib.metadata import version
from typing import Any

import numpy as np

__all__ = ["PEERS"]

Array = np.ndarray[Any, Any]
RATE = 1e-6  # of descent: small, so that the numbers stay what they are for as long as one cares to measure


class NumPy:
    """Plain arrays: the forward pass alone, or both passes if a row has them written by hand."""

    xp: Any = np
    own: Any = np
    differentiates = False
    #: Whether going forward alone says something. Autograd tracks nothing unless it is to differentiate.
    tracks_forward = True

    def version(self) -> str:
        return version("numpy")

    def variable(self, array: Array) -> Any:
        return array

    def constant(self, array: Array) -> Any:
        return array

    def untracked(self) -> AbstractContextManager[Any]:
        return nullcontext()

    def differentiate(self, f: Callable[..., Any], variables: list[Any]) -> Any:
        return f(*variables)

    def gradients(self, variables: list[Any], result: Any) -> list[Array]:
        """The gradients, after `differentiate` has returned `result`."""
        return list(result)

    def descend(self, variables: list[Any], result: Any) -> None:
        for variable, gradient in zip(variables, result, strict=True):
            variable -= RATE * gradient

    def array(self, value: Any) -> Array:
        return np.asarray(value)

    def set_guard(self, on: bool) -> None:
        pass


class MyGrad(NumPy):
    """Ours, and the `mygrad` of old: one interface."""

    differentiates = True

    def __init__(self) -> None:
        import mygrad

        self.own = mygrad

    def version(self) -> str:
        return str(getattr(self.own, "__version__", "of unknown version"))

    def variable(self, array: Array) -> Any:
        return self.own.tensor(array)

    def untracked(self) -> AbstractContextManager[Any]:
        manager: AbstractContextManager[Any] = self.own.no_autodiff
        return manager

    def trace(self, f: Callable[..., Any], variables: list[Any]) -> Callable[[], Any]:
        """Go forward; what is returned goes backward."""
        backward: Callable[[], Any] = f(*variables).backward
        return backward

    def differentiate(self, f: Callable[..., Any], variables: list[Any]) -> Any:
        f(*variables).backward()

    def gradients(self, variables: list[Any], result: Any) -> list[Array]:
        return [v.grad for v in variables]

    def descend(self, variables: list[Any], result: Any) -> None:
        for v in variables:
            v.data -= RATE * v.grad

    def array(self, value: Any) -> Array:
        return value if isinstance(value, np.ndarray | np.generic) else np.array(value.data)

    def set_guard(self, on: bool) -> None:
        if on:
            self.own.turn_memory_guarding_on()
        else:
            self.own.turn_memory_guarding_off()


class Torch(NumPy):
    differentiates = True

    def __init__(self) -> None:
        import torch

        torch.set_num_threads(1)
        self.xp = self.own = torch

    def version(self) -> str:
        return str(self.own.__version__)

    def variable(self, array: Array) -> Any:
        return self.own.tensor(array, requires_grad=True)

    def constant(self, array: Array) -> Any:
        return self.own.tensor(array)

    def untracked(self) -> AbstractContextManager[Any]:
        manager: AbstractContextManager[Any] = self.own.no_grad()
        return manager

    def trace(self, f: Callable[..., Any], variables: list[Any]) -> Callable[[], Any]:
        for v in variables:
            v.grad = None  # else gradients add up
        backward: Callable[[], Any] = f(*variables).backward
        return backward

    def differentiate(self, f: Callable[..., Any], variables: list[Any]) -> Any:
        for v in variables:
            v.grad = None
        f(*variables).backward()

    def gradients(self, variables: list[Any], result: Any) -> list[Array]:
        return [v.grad.numpy() for v in variables]

    def descend(self, variables: list[Any], result: Any) -> None:
        with self.own.no_grad():
            for v in variables:
                v -= RATE * v.grad

    def array(self, value: Any) -> Array:
        array: Array = value.detach().numpy()
        return array


class Autograd(NumPy):
    differentiates = True
    tracks_forward = False

    def __init__(self) -> None:
        import autograd

        self.xp = self.own = autograd.numpy
        self._make_vjp = autograd.make_vjp

    def version(self) -> str:
        return version("autograd")

    def trace(self, f: Callable[..., Any], variables: list[Any]) -> Callable[[], Any]:
        vjp, value = self._make_vjp(f, argnum=tuple(range(len(variables))))(*variables)
        return lambda: vjp(np.ones_like(value))

    def differentiate(self, f: Callable[..., Any], variables: list[Any]) -> Any:
        return self.trace(f, variables)()


PEERS: dict[str, Callable[[], NumPy]] = {
    "ours": MyGrad,
    "torch": Torch,
    "mygrad": MyGrad,
    "autograd": Autograd,
    "numpy": NumPy,
}


def describe(peer: NumPy) -> dict[str, Any]:
    """What a figure depends on, beside the machine."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    threads = peer.own.get_num_threads() if hasattr(peer.own, "get_num_threads") else 1
    return {
        "version": peer.version(),
        "python": sys.version.split()[0],
        "numpy": version("numpy"),
        "blas": f"{blas['name']} {blas['version']}",
        "threads": threads,
    }
