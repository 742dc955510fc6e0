"""Einstein summation. The derivative of an einsum is an einsum.

With ``y = einsum("ij,jk->ik", a, b)``, the gradient of `a` is ``einsum("ik,jk->ij", g, b)``: swap the operand
with the output. Three things are left to mend (see `_Plan`): a label that occurs in that operand alone was
summed over, so that the gradient does not depend on it; a label along which the operand was broadcast is
summed over now; and a label that occurs twice in the operand stands for a diagonal.

Gradients are contracted in pairs by BLAS (`contract`), whatever the forward call asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from mygrad._rules.rule import RULES, defvjp, defvjp_variadic, primitive

__all__ = [
    "LOWERCASE",
    "UPPERCASE",
    "contract",
    "contractible",
    "einsum_of_diagonal",
    "einsum_of_many",
    "einsum_of_one",
    "in_pairs",
    "spread",
]

#: Not from the module `string`, the import of which takes a fiftieth of the time of importing mygrad.
LOWERCASE = "abcdefghijklmnopqrstuvwxyz"
UPPERCASE = LOWERCASE.upper()

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]


@primitive
def einsum_of_one(a: Array, *, subscripts: str, **params: Any) -> Array:
    """Sums and transposes: a view of the operand, where NumPy takes one."""
    return np.einsum(subscripts, a, **params)


@primitive
def einsum_of_diagonal(a: Array, *, subscripts: str, **params: Any) -> Array:
    """Diagonals and traces. Elements off the diagonal have no part in the result."""
    return np.einsum(subscripts, a, **params)


@primitive
def einsum_of_many(*arrays: Array, subscripts: str, **params: Any) -> Array:
    explicit = None if params else contractible(subscripts, arrays)
    if explicit is not None:
        return np.ascontiguousarray(contract(*arrays, subscripts=explicit))
    return np.einsum(subscripts, *arrays, **params)


def contractible(subscripts: str, arrays: Sequence[Any]) -> str | None:
    """The subscripts as `contract` takes them, if BLAS knows the dtype and is worth it."""
    if len({a.dtype for a in arrays}) != 1 or arrays[0].dtype.char not in "fdFD":
        return None
    return _for_contraction(subscripts, tuple([a.shape for a in arrays]))


@lru_cache(maxsize=1024)
def _for_contraction(subscripts: str, shapes: tuple[Shape, ...]) -> str | None:
    """The subscripts as `contract` takes them, if the operands are so large that BLAS is worth it."""
    try:
        np.einsum_path(subscripts, *[np.broadcast_to(0.0, shape) for shape in shapes])
    except (ValueError, IndexError):
        return None  # NumPy will raise its error
    terms, output = _parse(subscripts, map(len, shapes))
    explicit = ",".join(terms) + "->" + output
    products = [product for _group, _step, product in _steps(explicit, shapes)]
    return explicit if any(p is not None and p.multiply is np.matmul for p in products) else None


# ----------------------------------------------------------------------------------------------------
# Parsing: every ellipsis becomes letters
# ----------------------------------------------------------------------------------------------------


def _parse(subscripts: str, ndims: Iterable[int]) -> tuple[tuple[str, ...], str]:
    """The labels of each operand and those of the output. NumPy has accepted the subscripts before."""
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    unused = [letter for letter in LOWERCASE + UPPERCASE if letter not in inputs]
    terms = []
    longest = ""
    for term, ndim in zip(inputs.split(","), ndims, strict=True):
        if "..." in term:
            # Broadcasting aligns axes at the last one, and so do the labels that stand for an ellipsis.
            dots = "".join(unused[: ndim - len(term) + 3][::-1])
            longest = max(longest, dots, key=len)
            term = term.replace("...", dots)
        terms.append(term)
    if arrow:
        output = output.replace("...", longest)
    else:
        labels = inputs.replace(",", "").replace(".", "")
        output = longest + "".join(sorted(label for label in labels if labels.count(label) == 1))
    return tuple(terms), output


def _unique(term: str) -> str:
    return "".join(dict.fromkeys(term))


def _size(sizes: Iterable[int]) -> int:
    """The size to which axes of such sizes are broadcast."""
    return next((n for n in sizes if n != 1), 1)


# ----------------------------------------------------------------------------------------------------
# The gradient
# ----------------------------------------------------------------------------------------------------


class _Plan:  # (these are no named tuples, each of which takes a fifth of a millisecond to make)
    """How to get the gradient of one operand.

    Contract `subscripts` over the output's gradient and the other operands, insert axes of size 1 to reach
    the shape `inserted` (None: there are none to insert), broadcast to `shape`, and put the result on the
    diagonal `term`, if that is not "".
    """

    __slots__ = ("inserted", "shape", "subscripts", "term")

    def __init__(self, subscripts: str, inserted: Shape | None, shape: Shape, term: str) -> None:
        self.subscripts = subscripts
        self.inserted = inserted
        self.shape = shape
        self.term = term


@lru_cache(maxsize=1024)
def _plan(subscripts: str, shapes: tuple[Shape, ...], position: int) -> _Plan:
    terms, output = _parse(subscripts, map(len, shapes))
    mine, own = terms[position], dict(zip(terms[position], shapes[position], strict=True))
    others = [(t, s) for i, (t, s) in enumerate(zip(terms, shapes, strict=True)) if i != position]
    elsewhere = [(output, ()), *others]
    labels = _unique(mine)
    kept = [k for k in labels if own[k] != 1 and any(k in term for term, _ in elsewhere)]
    backward = ",".join(term for term, _ in elsewhere) + "->" + "".join(kept)
    # A kept label has size 1 if it is summed over and all other operands are broadcast along it.
    sizes = {k: own[k] if k in output else _size(s[t.index(k)] for t, s in others if k in t) for k in kept}
    inserted = tuple(sizes.get(k, 1) for k in labels)
    return _Plan(
        backward,
        inserted if len(kept) < len(labels) else None,
        tuple(own[k] for k in labels),
        mine if len(labels) < len(mine) else "",
    )


def _laid_out(plan: _Plan, g: Any, others: Sequence[Any]) -> Any:
    """The gradient of an operand, or of its diagonal."""
    g = contract(g, *others, subscripts=plan.subscripts) if others else _rearranged(g, plan.subscripts)
    if plan.inserted is not None:
        g = np.reshape(g, plan.inserted)
    return g if g.shape == plan.shape else np.broadcast_to(g, plan.shape)


def _rearranged(g: Any, subscripts: str) -> Any:
    before, after = subscripts.split("->")
    return g if before == after else einsum_of_one(g, subscripts=subscripts)


def _vjp_of_one(g: Any, _y: Any, _a: Any, *, subscripts: str, **_params: Any) -> Any:
    plan = _plan(subscripts, (_a.shape,), 0)
    g = _laid_out(plan, g, ())
    return spread(g, plan.term, _a.shape) if plan.term else g


def _add_into(buffer: Array, g: Array, *, subscripts: str, **_params: Any) -> None:
    plan = _plan(subscripts, (buffer.shape,), 0)
    if plan.term:
        buffer = _diagonal(buffer, plan.term)
    buffer += _laid_out(plan, g, ())


def _vjp_of_many(position: int, g: Any, _y: Any, *arrays: Any, subscripts: str, **_params: Any) -> Any:
    shapes = tuple([a.shape for a in arrays])
    others = arrays[:position] + arrays[position + 1 :]
    return _by_plan(_plan(subscripts, shapes, position), g, others, shapes[position])


def _by_plan(plan: _Plan, g: Any, others: Sequence[Any], shape: Shape) -> Any:
    g = _laid_out(plan, g, others)
    return spread(g, plan.term, shape) if plan.term else g


def _vjp_all_of_many(node: Any, g: Array, _may_write: bool) -> Iterator[Any]:
    """The gradients of the operands; of one that is repeated, as in ``ij,ij->i`` of an array with itself, once."""
    arrays = [getattr(p, "data", p) for p in node.parents]
    shapes = tuple([a.shape for a in arrays])
    subscripts = node.params["subscripts"]
    g = g.copy("C") if 0 in g.strides else g
    calls: list[Any] = []  # what the gradient of each operand is computed from
    for i, p in enumerate(node.parents):
        others = arrays[:i] + arrays[i + 1 :]
        calls.append(None if getattr(p, "constant", True) else (p, _plan(subscripts, shapes, i), *map(id, others)))
    for i, call in enumerate(calls):
        if call is None or call in calls[:i]:
            yield None
        else:
            times = calls.count(call)
            first = times > 1 and g.size <= arrays[i].size  # multiply the smaller array
            r = _by_plan(call[1], g * times if first else g, arrays[:i] + arrays[i + 1 :], shapes[i])
            yield r if times == 1 or first else r * times


def _diagonal(a: Array, term: str) -> Array:
    """A view of the elements of `a` whose indices agree where labels do."""
    return np.einsum(f"{term}->{_unique(term)}", a)


@primitive
def spread(g: Array, term: str, shape: Shape) -> Array:
    """Zeros of `shape`, with `g` on the diagonal that `term` stands for: the transpose of taking it."""
    a = np.zeros(shape, g.dtype)
    _diagonal(a, term)[...] = g
    return a


# ----------------------------------------------------------------------------------------------------
# Contraction by BLAS
# ----------------------------------------------------------------------------------------------------


@primitive
def contract(*arrays: Array, subscripts: str) -> Array:
    """``np.einsum(subscripts, *arrays)`` for two or more arrays, in the fastest way known.

    The subscripts are explicit, and have neither spaces nor ellipses.
    """
    return in_pairs(
        subscripts,
        list(arrays),
        lambda product, step, *pair: np.einsum(step, *pair) if product is None else _multiply(product, *pair),
    )


def in_pairs(subscripts: str, operands: list[Any], combine: Callable[..., Any]) -> Any:
    """One step after another, each computed by ``combine(product, subscripts, *operands)``.

    With tensors, each makes a node: so gradients share what they can.
    """
    for group, step, product in _steps(subscripts, tuple([a.shape for a in operands])):
        result = combine(product, step, *[operands[i] for i in group])
        operands = [*_without(operands, group), result]
    return operands[0]


def _without(operands: list[Any], group: tuple[int, ...]) -> list[Any]:
    return [x for i, x in enumerate(operands) if i not in group]


Prepared = tuple[str, Shape | None, Shape | None]


class _Product:
    """A contraction of two arrays as a (batched) product of matrices, or as a product of elements.

    Of each operand, `a` and `b` are: a preparing einsum or "", the order of axes, and the shape, that it needs for
    `multiply`. Then come the shape and the order of axes of the result. None stands for an order or a shape
    that is right already.
    """

    __slots__ = ("a", "axes", "b", "multiply", "shape")

    def __init__(self, multiply: np.ufunc, a: Prepared, b: Prepared, shape: Shape, axes: Shape | None) -> None:
        self.multiply = multiply
        self.a = a
        self.b = b
        self.shape = shape
        self.axes = axes


Step = tuple[tuple[int, ...], str, _Product | None]


@lru_cache(maxsize=1024)
def _steps(subscripts: str, shapes: tuple[Shape, ...]) -> tuple[Step, ...]:
    """Which operands to contract in which order, and how.

    A step takes the operands at the positions of its group, in that order, and puts its result after those left.
    """
    inputs, output = subscripts.split("->")
    terms = list(zip(inputs.split(","), shapes, strict=True))
    path: Sequence[Any] = [(0, 1)]
    if len(terms) > 2:
        path = np.einsum_path(subscripts, *[np.broadcast_to(0.0, s) for s in shapes], optimize="greedy")[0][1:]
    steps: list[Step] = []
    for positions in path:
        group = tuple(sorted(positions))
        taken, terms = [terms[i] for i in group], _without(terms, group)
        labels = _unique("".join(t for t, _ in taken))
        sizes = {k: _size(s[t.index(k)] for t, s in taken if k in t) for k in labels}
        result = "".join(k for k in labels if k in output or any(k in t for t, _ in terms)) if terms else output
        product = None
        if len(group) == 2:
            (a, _), (b, _) = taken
            if next((k in b for k in result if (k in a) != (k in b)), False):  # or the result would come out transposed
                group, taken = group[::-1], taken[::-1]
            product = _product(taken[0], taken[1], result, sizes)
        steps.append((group, ",".join(t for t, _ in taken) + "->" + result, product))
        terms.append((result, tuple(sizes[k] for k in result)))
    return tuple(steps)


#: Up to this number of multiplications einsum's own loop is faster than preparing matrices for BLAS.
_SMALL = 16_000


def _product(a: tuple[str, Shape], b: tuple[str, Shape], output: str, sizes: dict[str, int]) -> _Product | None:
    """How to contract two operands by one multiplication; None if einsum's own loop is as good."""
    # A label of which an operand has size 1 only does not count as that operand's.
    full_a, full_b = ([k for k, n in zip(*term, strict=True) if n == sizes[k]] for term in (a, b))
    kept_a = _unique("".join(k for k in full_a if k in full_b or k in output))
    kept_b = _unique("".join(k for k in full_b if k in full_a or k in output))
    batch = [k for k in kept_a if k in kept_b and k in output]
    summed = [k for k in kept_a if k in kept_b and k not in output]
    rows = [k for k in kept_a if k not in kept_b]
    columns = [k for k in kept_b if k not in kept_a]

    def elements(term: str, kept: str) -> Prepared:
        axes = _permutation(kept, [k for k in output if k in kept])
        shape = tuple(sizes[k] if k in kept else 1 for k in output)
        return _preparation(term, kept), axes, shape if len(kept) < len(output) else None

    def matrices(term: str, kept: str, first: list[str], last: list[str]) -> Prepared:
        axes = _permutation(kept, batch + first + last)
        shape = (*(sizes[k] for k in batch), prod(sizes[k] for k in first), prod(sizes[k] for k in last))
        return _preparation(term, kept), axes, None if len(first) == len(last) == 1 else shape

    if not summed:
        shape = tuple(sizes[k] for k in output)
        return _Product(np.multiply, elements(a[0], kept_a), elements(b[0], kept_b), shape, None)
    if not (rows or columns) or prod(sizes.values()) <= _SMALL:
        return None
    order = batch + rows + columns
    return _Product(
        np.matmul,
        matrices(a[0], kept_a, rows, summed),
        matrices(b[0], kept_b, summed, columns),
        tuple(sizes[k] for k in order),
        _permutation(order, output),
    )


def _preparation(term: str, kept: str) -> str:
    return f"{term}->{kept}" if kept != term else ""


def _permutation(labels: Sequence[str], wanted: Sequence[str]) -> Shape | None:
    axes = tuple(labels.index(k) for k in wanted)
    return None if axes == tuple(range(len(axes))) else axes


def _multiply(p: _Product, a: Array, b: Array) -> Array:
    a = _prepared(a, *p.a)
    b = _prepared(b, *p.b)
    if p.multiply is np.matmul:
        a, b = _for_blas(a), _for_blas(b)
    c = p.multiply(a, b)
    if c.shape != p.shape:
        c = c.reshape(p.shape)
    return c if p.axes is None else c.transpose(p.axes)


def _prepared(x: Array, prepare: str, axes: Shape | None, shape: Shape | None) -> Array:
    if prepare:
        x = np.einsum(prepare, x)
    if axes is not None:
        x = x.transpose(axes)
    return x if shape is None else x.reshape(shape)


def _for_blas(x: Array) -> Array:
    """`x` with unit stride in one of the two directions, for otherwise `np.matmul` would not use BLAS."""
    return x if x.itemsize in x.strides[-2:] else x.copy("C")


defvjp(einsum_of_one, _vjp_of_one, view=True, add_into=_add_into)
defvjp(einsum_of_diagonal, _vjp_of_one, view=True, masks=True, add_into=_add_into)
defvjp_variadic(einsum_of_many, _vjp_of_many, reads="args", masks=True, vjp_all=_vjp_all_of_many)
for _public in (einsum_of_one, einsum_of_diagonal, einsum_of_many):
    RULES[_public].name = "einsum"  # which users see, in messages and pictures
defvjp_variadic(contract, _vjp_of_many, reads="args", masks=True, dense=True)
defvjp(spread, lambda g, _y, _g, term, shape: einsum_of_diagonal(g, subscripts=f"{term}->{_unique(term)}"))
