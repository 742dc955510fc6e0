"""Messages that say why a backward pass brings no gradient."""

from __future__ import annotations

from typing import Any
from weakref import ref

from mygrad._engine.handle import Handle, grad_base_of, node_of, present_node, root_of
from mygrad._engine.node import Node
from mygrad._engine.several import operation_name
from mygrad.errors import InvalidBackprop

__all__ = ["COMPLEX_RESULT", "differentiable_node", "no_gradient", "why_constant"]

#: What is said where the gradient of a complex number is asked for, after what it is.
COMPLEX_RESULT = (
    "{}, and only real numbers have a gradient. Differentiate a real number that is computed from it, such as its real "
    "part (`np.real(y)`) or its absolute value, or give the gradient of such a number with respect to it."
)

_CLEARED = (
    "The graph by which this tensor was computed has been cleared, by an earlier backward pass or by `clear_graph`, so "
    "gradients cannot go back through it once more. Repeat the computation from its inputs, and call `backward` once; "
    "for the derivatives of several results, on their sum."
)


def differentiable_node(t: Handle) -> Node:
    """The node of a tensor that is to be differentiated.

    Raises
    ------
    InvalidBackprop
        If it is a result whose graph was cleared, and that has not been used for a new graph since.
    """
    if not t._constant:
        node = present_node(grad_base_of(t))
        if node is not None and node.cleared:
            raise InvalidBackprop(_CLEARED)
    return node_of(t)


def no_gradient(t: Handle) -> str:
    """Why nothing gets a gradient from a backward pass that begins at a constant."""
    what = f"This tensor, of shape {t._memory.shape} and dtype {t._memory.dtype}, is a constant"
    return f"{what}, so that `backward` brings no gradients: {why_constant(t)}"


def why_constant(t: Handle) -> str:
    """Why a tensor is a constant."""
    dtype = t._memory.dtype
    if dtype.kind not in "fc":
        return (
            f"numbers of dtype {dtype} have no derivatives. Make variables of floating-point numbers, as in "
            f"`mg.tensor([1.0, 2.0])` or `mg.tensor(x, dtype=float)`."
        )
    root = node_of(t)
    if _is_detached(t):
        return "it is detached from a variable, whose memory it shares (`detach`, `stop_gradient`, `constant=True`)."
    if root.rule is None:
        return "it was made a constant, or is the result of a graph that was cleared."
    leaves: list[Any] = []
    seen, unseen = {root}, [root]
    while unseen:
        node = unseen.pop()
        if node.rule is None:
            leaves.append(node)
        for p in node.parents or ():
            if type(p) is Node and p not in seen:
                if not p.constant:
                    return (
                        f"it was computed with `constant=True`, or into a constant, from tensors that are variables: "
                        f"in {operation_name(node)}, of shape {node.shape}."
                    )
                seen.add(p)
                unseen.append(p)
    dtypes = sorted({str(leaf.dtype) for leaf in leaves if leaf.dtype.kind not in "fc"})
    if dtypes:
        return (
            f"it was computed from constants alone, among them numbers of dtype {', '.join(dtypes)}, which have no "
            f"derivatives. Make variables of floating-point numbers, as in `mg.tensor([1.0, 2.0])`."
        )
    for leaf in leaves:
        owner = leaf.owner() if type(leaf.owner) is ref else None
        if owner is not None and _is_detached(owner):
            return (
                f"it was computed from constants alone, among them one of shape {leaf.shape} that is detached from a "
                f"variable (`detach`, `stop_gradient`, `constant=True`)."
            )
    return "it was computed from constants alone. Make variables of what derivatives are wanted for."


def _is_detached(t: Handle) -> bool:
    """Whether a constant shares the memory of a variable."""
    return not root_of(t)._constant
