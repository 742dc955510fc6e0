"""What a rule of the derivative table is, and the functions that fill the table.

A *rule* ties a NumPy function to one vector-Jacobian product (vjp) per array argument::

    defvjp(np.sin, lambda g, _y, x: g * np.cos(x))
    defvjp(np.multiply, lambda g, _y, _a, b: g * b,
                        lambda g, _y, a, _b: g * a)

A vjp is called as ``vjp(g, out, *args, **params)`` with the arguments of the forward call, in the
order and under the names in which they were given; its signature therefore mirrors NumPy's.
It follows these conventions:

* It is a pure function, written with NumPy functions and operators only, so that the one rule runs on
  ndarrays (an ordinary backward pass) and on Tensors (a gradient that is itself differentiated).
* A parameter whose name starts with an underscore is not read for its *value*, which is therefore not
  kept in memory for the backward pass. In its place stands an object that has the value's ``shape``,
  ``dtype``, ``ndim`` and ``size`` and nothing else.
* It need not undo broadcasting: the engine sums a gradient back to the shape of its argument, and casts
  it to the argument's dtype.
* Of complex numbers ``z = x + iy``, a gradient is here ``dL/dx - i dL/dy``, the conjugate of what users see. So a
  holomorphic function has the rule ``g * f'(z)``, as of real numbers, and others conjugate (see `complexes.py`).
* It never returns one of its array arguments itself, except `g`. (The engine may add other gradients into
  the returned array.)

This module knows nothing of tensors. Where a vjp needs a function that NumPy lacks - the transpose of
indexing, say - that function is a `primitive`: a plain array function that honours NumPy's
``__array_function__`` protocol, with a rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import numpy as np

from mygrad._rules.real_numbers import of_reals
from mygrad._rules.recorded import RECORDED
from mygrad._rules.signatures import TAKES_ANY, VJP, check_vjps, positional, values_read
from mygrad._rules.waiting import import_for

__all__ = [
    "RULES",
    "Rule",
    "check_vjps",
    "defvjp",
    "defvjp_several",
    "defvjp_variadic",
    "primitive",
]


class Rule:
    """A differentiable function: how to compute it, and how to pull a gradient back through it.

    Attributes
    ----------
    fn : Callable
        Computes the function on plain arrays.
    name : str
    vjps : tuple[Callable | None, ...]
        One vjp per leading positional argument; None marks an argument that takes no gradient.
        For a variadic rule, a single vjp that takes the argument's position first.
    variadic : bool
        Whether every positional argument is differentiable and served by the one vjp.
    view : bool
        Whether the result may share memory with the first argument.
    add_into : Callable | None
        ``add_into(buffer, g, *args[1:], **params)``: adds the vjp of the first argument, which is the only
        one that has a vjp, to an ndarray in place, touching only what it must. A faster, ndarray-only form.
    reads, reads_out : bool
        Whether any vjp reads the value of an argument; that of the result.
    special : bool
        Whether the rule is variadic, has several results, or has `add_into` or `vjp_all`.
    vjp_all : Callable | None
        ``vjp_all(node, g, may_write)``: the gradients of all parents of a graph node, in order, and None for a parent
        that gets none; ndarrays only. If `may_write`, it may overwrite `g`.
    foreign : bool
        Whether `vjp_all` is code of the user, which may keep what it returns.
    elementwise : bool
        Whether each entry of the gradient depends on the one entry of `g` in its place, by a factor.
    masks : bool
        Whether the vjps set entries to zero because the values there had no part in the result: by selection, so that
        nan is lost there as well.
    singular : bool
        Whether entries where `g` is zero may become nan, by factors computed from values. So do those of elementwise
        rules which read values; of others, this is to be said.
    symmetric : bool
        Whether the two arguments may be swapped, so that both have the same gradient where they are the same.
    simple : bool
        Whether the rule has one or two vjps, and is neither special nor masks.
    dense : bool
        Whether the vjps are much faster if `g` has no strides of zero (products that BLAS computes).
    linear : bool
        Whether the function is linear in the arguments that have a vjp: in all together, or if vjps read some of them,
        in each. Then it is the function itself that leads tangents forward. Of our own rules, those of views and
        those that are `dense` are linear; of others, this is to be said.
    joint : bool
        Whether that is: in all together.
    several : bool
        Whether the function returns several results. Then `g` and `out` are sequences, with an entry for each.
    steps : tuple[int, ...]
        Of several results: those that have no derivative, or one of zero, and are returned as plain arrays.
    plain_of_constants : bool
        Whether the result is a plain array where all operands are constants, as of remainders, which are mostly taken
        of integers. (Of ufuncs with several outputs it always is.)
    implementation : Callable | None
        What is called, in the place of NumPy's function, with the arguments that this was given: it brings them into
        the form that the vjps take, and calls the rule. None: they have it as they come.
    """

    __slots__ = (
        "_kept",
        "_reads",
        "add_into",
        "both_kept",
        "dense",
        "elementwise",
        "fn",
        "foreign",
        "implementation",
        "joint",
        "linear",
        "masks",
        "name",
        "one_kept",
        "pair_kept",
        "plain_of_constants",
        "reads",
        "reads_out",
        "several",
        "simple",
        "singular",
        "special",
        "steps",
        "symmetric",
        "variadic",
        "view",
        "vjp_all",
        "vjps",
    )

    fn: Callable[..., Any]
    name: str
    vjps: tuple[VJP | None, ...]
    variadic: bool
    view: bool
    add_into: Callable[..., None] | None
    reads: bool
    reads_out: bool
    special: bool
    vjp_all: Callable[..., Any] | None
    foreign: bool
    elementwise: bool
    masks: bool
    singular: bool
    symmetric: bool
    simple: bool
    dense: bool
    several: bool
    steps: tuple[int, ...]
    plain_of_constants: bool
    implementation: Callable[..., Any] | None
    both_kept: tuple[bool, bool, bool] | None
    one_kept: tuple[tuple[bool, ...], tuple[bool, ...]]
    pair_kept: tuple[tuple[tuple[bool, bool, bool] | None, ...], tuple[tuple[bool, bool, bool] | None, ...]]

    def __init__(
        self,
        fn: Callable[..., Any],
        vjps: tuple[VJP | None, ...],
        *,
        name: str | None = None,
        variadic: bool = False,
        reads: str = "",
        view: bool = False,
        add_into: Callable[..., None] | None = None,
        vjp_all: Callable[..., Any] | None = None,
        dense: bool = False,
        elementwise: bool = False,
        linear: bool | None = None,
        masks: bool = False,
        singular: bool = False,
        symmetric: bool = False,
        several: bool = False,
        steps: tuple[int, ...] = (),
    ) -> None:
        self.fn = fn
        self.name = name if name is not None else fn.__name__
        self.vjps = vjps
        self.variadic = variadic
        self.view = view
        self.add_into = add_into
        self.vjp_all = vjp_all
        self.dense = dense
        self.elementwise = elementwise
        self.several = several
        self.steps = steps
        self.special = variadic or several or vjp_all is not None or add_into is not None
        self.masks = masks
        self.symmetric = symmetric
        self.plain_of_constants = False
        self.implementation = None
        self.foreign = False
        self.simple = 1 <= len(vjps) <= 2 and not self.special and not masks and None not in vjps
        self._reads = None if variadic else tuple(map(values_read, vjps))
        self._kept: dict[Any, tuple[bool, tuple[int, ...]]] = {}
        if variadic:
            self._kept[None] = ("out" in reads, "args" in reads)  # type: ignore[assignment]
        # What `kept` answers for one tensor (by position) and for two (by which of them is constant), looked up.
        if self._reads is None:
            self.reads, self.reads_out = True, self._kept[None][0]
        else:
            self.reads = self.reads_out = False
            for out, args in self._reads:
                self.reads |= args != ()
                self.reads_out |= out
        self.singular = singular or (elementwise and not masks and (self.reads or self.reads_out))
        self.linear: bool = view or dense if linear is None else linear
        self.joint: bool = self.linear and not self._reads_variables()
        of_a, of_b = self._reads_of(0), self._reads_of(1)
        self.one_kept = of_a[:2], of_b[::2]
        both = of_a[0] or of_b[0], of_a[1] or of_b[1], of_a[2] or of_b[2]
        self.both_kept = _or_none(both)
        self.pair_kept = (self.both_kept, _or_none(of_a)), (_or_none(of_b), None)

    def __repr__(self) -> str:
        return f"<rule of {self.name}>"

    @property
    def is_foreign(self) -> bool:
        """Whether it is the rule of a function that is neither NumPy's nor one of this package's own."""
        module = str(getattr(self.fn, "__module__", None) or "numpy")
        return not module.startswith(("numpy", "_operator", "mygrad._"))

    @property
    def nests(self) -> bool:
        """Of a rule without vjps: whether it has derivatives of higher order all the same."""
        return False

    def computed_by(self, fn: Callable[..., Any]) -> Rule:
        """The same rule with another way to compute the function, for one call: which costs less than a new rule."""
        rule: Rule = object.__new__(type(self))
        for slot in Rule.__slots__:
            setattr(rule, slot, getattr(self, slot))
        rule.fn = fn
        return rule

    def vjp(self, position: int) -> VJP | None:
        """The vjp of the argument at `position`, called as ``vjp(g, out, *args, **params)``."""
        if self.variadic:
            shared = self.vjps[0]
            assert shared is not None
            return lambda g, out, *args, **params: shared(position, g, out, *args, **params)
        return self.vjps[position] if position < len(self.vjps) else None

    def argument(self, position: int) -> str:
        """What to call the argument at `position` in a message: by its name, if a vjp tells it."""
        for vjp in self.vjps:
            code = getattr(getattr(vjp, "__wrapped__", vjp), "__code__", None)
            if code is not None and position + 2 < code.co_argcount:
                return f"`{code.co_varnames[position + 2].removeprefix('_')}`"
        return f"number {position}"

    def kept(self, wanted: tuple[int, ...], nargs: int) -> tuple[bool, tuple[int, ...]]:
        """Which values the backward pass reads if only the arguments at `wanted` take a gradient.

        Returns
        -------
        tuple[bool, tuple[int, ...]]
            Whether the output's value is read, and the positions of the arguments whose values are.
        """
        key = (wanted, nargs)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = self._find_kept(wanted, nargs)
        return kept

    def _reads_of(self, position: int) -> tuple[bool, bool, bool]:
        """Whether the vjp of the argument at `position` reads the output, the first and the second argument."""
        if self._reads is None:
            out, args = self._kept[None]
            return out, bool(args), bool(args)
        if position >= len(self._reads):
            return False, False, False
        out, args = self._reads[position]
        return out, 0 in args, 1 in args

    def _reads_variables(self) -> bool:
        """Whether a vjp reads an argument that has a vjp."""
        if self._reads is None:
            return self.reads and bool(self._kept[None][1])
        return any(self.vjps[i] is not None for _out, args in self._reads for i in args if i < len(self.vjps))

    def _find_kept(self, wanted: tuple[int, ...], nargs: int) -> tuple[bool, tuple[int, ...]]:
        if self._reads is None:
            out, args = self._kept[None]
            return out, tuple(range(nargs)) if args else ()
        reads_out = False
        positions: set[int] = set()
        for position in wanted:
            if position < len(self._reads):
                out, args = self._reads[position]
                reads_out |= out
                positions.update(args)
        return reads_out, tuple(sorted(p for p in positions if p < nargs))


def _or_none(kept: tuple[bool, bool, bool]) -> tuple[bool, bool, bool] | None:
    return kept if True in kept else None


class _Table(dict[Callable[..., Any], Rule]):
    """The table. ``RULES[np.linalg.det]`` finds a rule that waits to be imported, too."""

    __slots__ = ()

    def __missing__(self, fn: Callable[..., Any]) -> Rule:
        from mygrad._rules.brought import bring_rules

        for bring in (partial(import_for, fn), bring_rules):
            bring()
            if fn in self:
                return self[fn]
        raise KeyError(fn)


#: The table: every differentiable function, by the NumPy function (or primitive) itself.
RULES = _Table()


def _enter(fn: Callable[..., Any], rule: Rule) -> None:
    """Enter a rule into the table. In the place of another, it is called as that was."""
    if fn in RULES:
        rule.implementation = RULES[fn].implementation
    RULES[fn] = rule


def defvjp(
    fn: Callable[..., Any],
    *vjps: VJP | None,
    forward: Callable[..., Any] | None = None,
    view: bool = False,
    dense: bool = False,
    elementwise: bool | None = None,
    linear: bool | None = None,
    masks: bool = False,
    singular: bool = False,
    symmetric: bool = False,
    add_into: Callable[..., None] | None = None,
    vjp_all: Callable[..., Any] | None = None,
    real: bool = False,
    name: str | None = None,
) -> None:
    """Enter the rule of a function into the table.

    Parameters
    ----------
    fn : Callable
        The function, as users call it.
    *vjps : Callable | None
        One ``vjp(g, out, *args, **params)`` per leading positional argument; None for an argument that
        takes no gradient (an axis, a condition). Arguments beyond the last one take none either. Variables
        given for these are refused: at the call or, by ufuncs, in the backward pass.
    forward : Callable, optional
        Computes `fn` on ndarrays, if there is a faster way than calling it.
    view : bool
        Whether the result may be a view of the first argument.
    elementwise : bool, optional
        See `Rule`. By default, whether `fn` is a ufunc of scalars.
    real : bool
        Whether the vjps are those of a function of real numbers, and refuse complex ones.
    name : str, optional
        What the function is called in graphs, if it is not what users call.
    linear, masks, singular, dense, symmetric, add_into, vjp_all
        See `Rule`.

    Raises
    ------
    TypeError
        If a vjp cannot be called with the gradient, the result and the arguments of `fn`. (Of the rules that are here,
        a test makes sure of that: to look at each import would take a fortieth of its time.)
    """
    if real:
        vjps = tuple([of_reals(fn.__name__, vjp) for vjp in vjps])
    if elementwise is None:
        elementwise = isinstance(fn, np.ufunc) and fn.signature is None
    rule = Rule(
        forward or fn,
        vjps,
        name=name or fn.__name__,
        view=view,
        dense=dense,
        elementwise=elementwise,
        linear=linear,
        masks=masks,
        singular=singular,
        symmetric=symmetric,
        add_into=add_into,
        vjp_all=vjp_all,
    )
    _enter(fn, rule)


def defvjp_variadic(
    fn: Callable[..., Any],
    vjp: VJP,
    *,
    reads: str = "",
    forward: Callable[..., Any] | None = None,
    view: bool = False,
    dense: bool = False,
    linear: bool | None = None,
    masks: bool = False,
    vjp_all: Callable[..., Any] | None = None,
) -> None:
    """Enter the rule of a function that takes any number of arrays, ``fn(*arrays, **params)``.

    Parameters
    ----------
    fn : Callable
    vjp : Callable
        ``vjp(position, g, out, *arrays, **params)``
    reads : str
        Which values it reads: "", "out", "args" or "out args".
    forward : Callable, optional
        Computes `fn` on ndarrays, if there is a faster way than calling it.
    view, dense, linear, masks, vjp_all
        See `Rule`.
    """
    least, most = positional(vjp)
    if len(least) > 3 or (most < 3 and not vjp.__code__.co_flags & TAKES_ANY):
        raise TypeError(f"defvjp_variadic({fn.__name__}): the vjp is called as vjp(position, g, out, *arrays)")
    rule = Rule(
        forward or fn,
        (vjp,),
        name=fn.__name__,
        variadic=True,
        vjp_all=vjp_all,
        reads=reads,
        view=view,
        dense=dense,
        linear=linear,
        masks=masks,
    )
    _enter(fn, rule)


def defvjp_several(
    fn: Callable[..., Any],
    *vjps: VJP | None,
    forward: Callable[..., Any] | None = None,
    masks: bool = False,
    steps: tuple[int, ...] = (),
    real: bool = False,
) -> None:
    """Enter the rule of a function that returns a tuple of arrays, or of a ufunc with several outputs.

    Parameters
    ----------
    fn : Callable
    *vjps : Callable | None
        One ``vjp(gs, outs, *args, **params)`` per leading positional argument; None for one that takes no gradient.
        `gs` are the gradients of the results, None for a result that no gradient has reached; `outs` are the results.
    forward : Callable, optional
        Computes `fn` on ndarrays, if there is a faster way than calling it.
    steps : tuple[int, ...]
        The positions of results whose derivative is zero or that have none, although they are of a floating-point
        type. They are returned as plain arrays, and their gradients are None.
    masks
        See `Rule`.
    real : bool
        See `defvjp`.
    """
    if real:
        vjps = tuple([of_reals(fn.__name__, vjp) for vjp in vjps])
    _enter(fn, Rule(forward or fn, vjps, name=fn.__name__, masks=masks, several=True, steps=steps))


def primitive(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Make `fn` honour NumPy's ``__array_function__`` protocol in its positional arguments (NEP 18).

    Examples
    --------
    >>> @primitive
    ... def double(x):
    ...     return x + x
    >>> double(np.array([1.0]))
    array([2.])
    """

    @wraps(fn)
    def dispatching(*args: Any, **params: Any) -> Any:
        for arg in args:
            kind = type(arg)
            if kind is not np.ndarray:
                override = getattr(kind, "__array_function__", None)
                if override is not None and (not isinstance(arg, np.ndarray) or kind in RECORDED):
                    return override(arg, dispatching, (kind,), args, params)
        return fn(*args, **params)

    dispatching.__wrapped__ = fn
    return dispatching
