"""Random functions whose course depends on values: masks, sorts, steps, writes, linear algebra, other shapes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

import mygrad as mg

__all__ = ["EXPRESSIONS", "SHAPE", "WRITES", "function_of", "random_function"]

SHAPE = (3, 4)

#: Of `a` and `b`, of that shape; of which the result has the shape, or broadcasts to it.
EXPRESSIONS = """
np.maximum({a}, {b})                                            np.minimum({a}, {b})
np.where({a} > {b}, {a}, {b} * 2)                               np.where({a} > 0, np.sqrt(np.abs({a}) + 0.1), {b})
np.where({a} > 0, np.log({a}), {b})                             np.where({a} > 0, np.sqrt({a}), 0.5)
np.abs({a})                                                     np.clip({a}, -0.5, 0.5)
np.sort({a}, axis=-1)                                           np.take_along_axis({a}, np.argsort({b}), axis=-1)
np.floor({a}) + {a}                                             np.sign({a}) * {b}
np.round({a}) * {b}                                             {a} * ({b} > 0.1)
np.max({a}, axis=-1, keepdims=True) + {b}                       np.min({a}, axis=0) * {b}
np.cumsum({a}, axis=-1)                                         np.cumprod({a}, axis=-1)
np.prod({a}, axis=-1, keepdims=True) * {b}                      np.linalg.norm({a}, axis=-1, keepdims=True) * {b}
np.fft.ifft(np.fft.fft({a}) * 2).real                           np.einsum('ij,kj->ik', {a}, {b})[:, :1] + {a}
{a} @ {b}.T @ {a}                                               np.linalg.det({a}[:, :3]) * {b}
np.linalg.solve({a} @ {a}.T + 3 * np.eye(3), {b})               np.linalg.inv({a} @ {a}.T + 3 * np.eye(3)) @ {b}
np.tanh({a})                                                    np.exp(-({a} ** 2))
np.power(np.abs({a}) + 0.2, {b})                                {a} / ({b} ** 2 + 1)
np.median({a}, axis=0) + {b}                                    np.var({a}, axis=1, keepdims=True) * {b}
np.mean({a}, axis=0) + {b}                                      np.roll({a}, 1, axis=1) * {b}
np.arctan2({a}, {b})                                            np.hypot({a}, {b})
np.sum({a}, axis=1, keepdims=True, where={b} > 0) + {b}         np.ptp({a}, axis=0) + {b}
np.nan_to_num({a})                                              {a}.T.reshape(3, 4) + {b}
np.concatenate([{a}[:1], {b}[1:]])                              np.logaddexp({a}, {b})
np.sinh({a}) * {b}                                                 np.linalg.cholesky({a} @ {a}.T + 3 * np.eye(3)) @ {b}
np.real({a} * np.exp(1j * {b}))                                 np.abs({a} + 1j * {b})
np.quantile({a}, 0.3, axis=0) + {b}                             np.diff({a}, axis=1, append=0)
np.argmax({a}, axis=0) * {b}                                    np.count_nonzero({a} > 0) * {b}
np.tril({a}) + {b}                                              np.copysign({a}, {b})
np.select([{a} > 0.5, {a} > 0], [{a}, {b}], 0.1)                np.choose(np.argmax({a}, axis=0) % 2, [{a}, {b}])
np.partition({a}, 1, axis=1)                                    np.cbrt({a}) + {b}
{a} ** 3                                                        np.square({a}) ** 1.5
np.mod({a}, 0.7)                                                np.flip({a}) + {b}
np.interp({a}, np.linspace(-2, 2, 5), np.linspace(0, 1, 5))     np.unwrap({a})
"""

#: Into `c`.
WRITES = """
{c}[1:] = {a}[:2]                                               {c}[{a} > 0] = 0.3
{c} *= {b}                                                      {c}[0] += {b}[1]
{c}[..., ::2] = {b}[..., 1::2]                                  np.multiply({a}, {b}, out={c}, where={a} > 0)
{c}[[0, 2]] = {a}[[1, 1]]                                       np.exp({a}, out={c})
"""


def _listed(table: str) -> list[str]:
    return [cell.strip() for line in table.strip().splitlines() for cell in line.split("   ") if cell.strip()]


def function_of(source: str) -> Callable[..., Any]:
    """The function `f` that is defined by a piece of source."""
    names: dict[str, Any] = {"np": np, "mg": mg}
    exec(source, names)
    return names["f"]


def random_function(random: Random) -> str:
    """The source of a function of two arrays, which returns a number."""
    names, lines = ["x", "y"], []
    for i in range(random.randint(2, 7)):
        a, b, name = random.choice(names[-3:]), random.choice(names), f"v{i}"
        lines.append(f"{name} = {random.choice(_listed(EXPRESSIONS)).format(a=a, b=b)}")
        names.append(name)
        if random.random() < 0.3:
            lines.append(f"{name} = {name} + 0 * x")
            lines.append(random.choice(_listed(WRITES)).format(a=a, b=b, c=name))
    weights = f"np.linspace(-1, 2, 12).reshape{SHAPE}"
    lines.append(f"return np.sum({names[-1]} * {weights}) + np.sum(np.sin({names[-2]}))")
    return "\n    ".join(["def f(x, y):", *lines])
