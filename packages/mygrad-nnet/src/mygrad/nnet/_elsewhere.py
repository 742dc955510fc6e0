"""What other libraries call things that are done in another way here, for those who look for them by these names."""

from __future__ import annotations

__all__ = ["word_on"]

WORDS = {
    "zero_grad": "gradients need no zeroing: `step()` uses them up, and each backward pass brings new ones. To add up "
    "those of several passes, call `optimizer.accumulate()` after each",
    "forward": "what a module computes is its method `__call__`",
    "register_buffer": "assign a constant tensor as an attribute: it is in the state, and is not trained",
    "register_parameter": "assign a tensor as an attribute",
    "add_module": "assign the module as an attribute",
    "requires_grad_": "`freeze()` has no gradients computed for a module, and `unfreeze()` has them again",
    "buffers": "buffers are constant tensors; `state_dict()` has them by name",
    "named_buffers": "buffers are constant tensors; `state_dict()` has them by name",
    "children": "`modules()` and `named_modules()` go through all that a module consists of",
    "apply": "go through `modules()`, and do to each what is to be done",
    "append": "make another one, of `*model` and what comes after",
    "param_groups": "each group of parameters has an optimizer of its own, and `Groups` makes them one",
    "add_param_group": "each group of parameters has an optimizer of its own, and `Groups` makes them one",
}


def word_on(name: str) -> str:
    """How a message goes on about the attribute `name`, which is not there: with a hint, if there is one."""
    return f": {WORDS[name]}" if name in WORDS else ""
