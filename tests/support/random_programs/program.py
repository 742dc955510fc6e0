"""A program that is written and run, line by line, and differentiated at the end."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np

import mygrad as mg
from mygrad.functional import derivatives, grad, jvp
from random_programs.generator import Slot, Writer
from random_programs.worlds import Arrays, ComplexArrays, Line, Tensors, array_of, is_complex, memory_of, memory_order

__all__ = ["Program", "replay", "run_random_program", "write_random_program"]

BACKWARD = Line("loss.backward()")


class Program:
    """Runs every line on arrays and on tensors, and checks that they agree.

    Parameters
    ----------
    random : random.Random
        Makes the choices.
    """

    def __init__(self, random: Random | None = None) -> None:
        self.arrays = Arrays()
        self.tensors = Tensors()
        self.writer = Writer(random or Random(0), self.arrays)
        self.lines: list[Line] = []
        # Since which line the contents of memory are what they are now, and a variable that had that memory then, by
        # the id of the array that owns it.
        self.since: dict[int, tuple[int, str]] = {}
        self.detached = False  # whether values were carried on without their derivatives since the last backward pass
        self.single = False  # whether anything was computed in single precision

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines))

    # -- writing and running -----------------------------------------------------------------------------

    def add(self, line: Line | None) -> None:
        """Run a line, and check what it did."""
        if line is None:
            return
        self.lines.append(line)
        if line.text == BACKWARD.text:
            self._backward()
            return
        with np.errstate(all="ignore"):
            line.settle(self.arrays)
            self.arrays.run(line)
            self.tensors.run(line)
        self.writer.note(line, self.tensors.names.get(line.makes))
        self.single |= "float32" in line.text
        target = self.writer.slots.get(line.writes or "")
        self.detached |= not line.tracked or "copy(" in line.text or (target is not None and target.constant)
        changed = self.writer.slots.get(line.makes or line.writes or "")
        if changed is not None and (line.writes or line.replaces or not self.shares_memory(changed)):
            self.since[id(changed.owner)] = len(self.lines), changed.name
        self.check_values()
        if line.makes is not None:
            self.check_memory(line.makes)

    def names_of(self, tensor: Any) -> list[str]:
        return [s.name for s in self.slots() if self.tensors[s.name] is tensor]

    def shares_memory(self, slot: Slot) -> bool:
        """Whether a variable is a view of something, or another name for it."""
        return any(s.owner is slot.owner for s in self.slots() if s.name != slot.name)

    def slots(self) -> list[Slot]:
        return list(self.writer.slots.values())

    def scribble(self) -> Line | None:
        """A line that writes into an array which the user has, if the guard allows it: no graph may rely on it.

        (The guard cannot know of other views that a user took of an array of his own.)
        """
        handed_out = {id(array) for array in self.tensors.handed_out}
        escaped = [
            s.name
            for s in self.slots()
            if (id(memory_of(self.tensors[s.name])) in handed_out if s.tensor else not s.is_view)
            and isinstance(self.arrays[s.name], np.ndarray)
            and array_of(self.tensors[s.name]).flags.writeable
        ]
        if not escaped or not mg.mem_guard_active():
            return None
        return Line(f"scribble({self.writer.choose(escaped)}, {self.writer.number()})")

    def step(self) -> None:
        """Add a random line."""
        writer = self.writer
        kind = writer.random.random()
        if not writer.slots or kind < 0.1:
            line: Line | None = writer.leaf()
        elif kind < 0.3:
            line = writer.view()
        elif kind < 0.57:
            line = writer.compute()
        elif kind < 0.9:
            line = writer.write()
        elif kind < 0.93:
            line = self.scribble()
        else:
            line = writer.other()
        self.add(line)

    # -- checks ------------------------------------------------------------------------------------------

    def check_values(self) -> None:
        for slot in self.slots():
            array, tensor = self.arrays[slot.name], self.tensors[slot.name]
            data = memory_of(tensor)
            assert data.dtype == array.dtype, f"{slot.name}: dtype {data.dtype}, NumPy has {array.dtype}\n{self}"
            assert data.shape == array.shape, f"{slot.name}: shape {data.shape}, NumPy has {array.shape}\n{self}"
            assert np.array_equal(data, array, equal_nan=True), f"{slot.name}:\n{data}\nNumPy has\n{array}\n{self}"

    def check_memory(self, name: str) -> None:
        """Whether a new variable shares memory with what it should, and its `base` says so."""
        slot = self.writer.slots[name]
        array, tensor = self.arrays[name], self.tensors[name]
        data = memory_of(tensor)
        if not slot.tensor or not array.size:
            return
        assert memory_order(data) == memory_order(array), f"{name}: strides {data.strides}, not {array.strides}\n{self}"
        for other in self.slots():
            if other.tensor:
                same = array is self.arrays[other.name]
                assert (tensor is self.tensors[other.name]) == same, f"{name} is {other.name}\n{self}"
            if other.tensor and not same:
                here = np.shares_memory(data, memory_of(self.tensors[other.name]))
                there = np.shares_memory(array, self.arrays[other.name])
                assert here == there, f"{name} and {other.name} share memory: {here}, NumPy: {there}\n{self}"
        assert (tensor.base is not None) == slot.is_view or self.owner_is_gone(slot), f"{name}.base\n{self}"
        owners = [s for s in self.slots() if s.owner is slot.owner and not s.is_view]
        if slot.is_view and owners:
            assert tensor.base is self.tensors[owners[0].name], f"{name}.base is not {owners[0].name}\n{self}"

    def owner_is_gone(self, slot: Slot) -> bool:
        """Whether the variable that owned the memory was deleted, so that only views of it are left."""
        return all(s.is_view or s.owner is not slot.owner for s in self.slots())

    # -- gradients ---------------------------------------------------------------------------------------

    def backward(self, everything: bool) -> None:
        """Differentiate a weighted sum of variables, and compare with complex steps."""
        writer = self.writer
        used = [s.name for s in self.slots() if s.tensor and not s.constant and (everything or writer.chance(0.5))]
        terms = []
        for name in used:
            by_another = f"{name} * v1.sum()" if "v1" in writer.slots else name
            factor = writer.choose([name, writer.power(name, "2"), by_another])
            terms.append(f"np.sum({factor} * {writer.literal(self.arrays[name].shape)})")
        if terms:
            self.add(Line(f"loss = {' + '.join(terms)}"))
            self.add(BACKWARD)

    def _backward(self) -> None:
        loss = self.tensors["loss"]
        assert not loss.constant
        earlier = {s.name: self.tensors[s.name].grad for s in self.variables()}
        functional = self.functional_gradients(loss) if self.writer.chance(0.3) else {}
        loss.backward()
        self.check_constants()
        self.check_gradients(earlier)
        if self.writer.chance(0.2):
            self.check_as_a_function()
        for name, gradient in functional.items():
            grad = self.tensors[name].grad
            expected = np.zeros(gradient.shape) if grad is None or grad is earlier[name] else grad
            size = np.max(np.abs(expected), initial=1e-3)
            np.testing.assert_allclose(
                gradient, expected, atol=size * (1e-4 if self.single else 1e-10), err_msg=str(self)
            )
        del self.tensors.names["loss"], self.arrays.names["loss"], self.writer.slots["loss"]
        self.detached = False
        # Nothing reaches back behind the cleared graph.
        self.since = {id(s.owner): (len(self.lines), s.name) for s in self.slots()}

    def variables(self) -> list[Slot]:
        return [s for s in self.slots() if s.tensor and not s.constant]

    def owners(self) -> list[Slot]:
        """The variables that have memory of their own, each once, whatever the number of its names."""
        return list({id(self.tensors[s.name]): s for s in self.variables() if not s.is_view}.values())

    def functional_gradients(self, loss: Any) -> dict[str, np.ndarray]:
        """Gradients that are tensors; they are differentiated again."""
        owners = self.owners()
        gradients = derivatives(loss, [self.tensors[s.name] for s in owners])
        assert all(g.dtype == self.tensors[s.name].dtype for g, s in zip(gradients, owners, strict=True))
        # By results, second derivatives are not determined: a gradient may be computed from a result or its operands.
        leaves = [(s, g) for s, g in zip(owners, gradients, strict=True) if self.tensors[s.name].creator is None]
        if leaves and not self.single and not self.detached:
            self.check_second_derivatives([g for _, g in leaves], [s for s, _ in leaves])
        return {s.name: g.data.copy() for s, g in zip(owners, gradients, strict=True)}

    def check_second_derivatives(self, gradients: list[Any], owners: list[Slot]) -> None:
        """Compare with central differences between complex steps, by all variables at once."""
        rng = np.random.default_rng(1)
        weights = [self.direction(s, rng) for s in owners]
        n = self.writer.random.randrange(len(owners))
        seconds = derivatives(np.sum(gradients[n] * weights[n]), [self.tensors[s.name] for s in owners])
        got = sum(np.sum(g.data * v) for g, v in zip(seconds, weights, strict=True))

        def first(h: float) -> float:
            moves = [(s, h * v) for s, v in zip(owners, weights, strict=True)]
            return self.derivative(owners[n], weights[n], moves)

        h = 1e-4
        expected = (8 * (first(h) - first(-h)) - (first(2 * h) - first(-2 * h))) / (12 * h)
        size = sum(np.sum(np.abs(g.data * v)) for g, v in zip(seconds, weights, strict=True))
        size += abs(expected) + abs(first(0.0)) + 1e-3
        assert abs(got - expected) <= 1e-5 * size, (
            f"the second derivative by {owners[n].name} and all variables is {got}, expected {expected}\n{self}"
        )

    def check_constants(self) -> None:
        """What does not depend on a variable is a constant."""
        world = self.on_complex_numbers(lambda number, world: None)
        for slot in self.slots():
            if slot.tensor:
                assert self.tensors[slot.name].constant != is_complex(world[slot.name]), f"{slot.name}.constant\n{self}"

    def check_gradients(self, earlier: dict[str, Any]) -> None:
        """Compare with complex steps. A variable that was not used since has its `earlier` gradient still."""
        rng = np.random.default_rng(0)
        owners = self.owners()
        for slot in [*owners, *self.orphans()]:
            tensor, before = self.tensors[slot.name], earlier[slot.name]
            direction = self.direction(slot, rng)
            expected = self.derivative(slot, direction)
            grad = tensor.grad
            if before is not None:
                assert grad is before, f"{slot.name}.grad\n{self}"
            if grad is None or grad is before:
                assert expected == 0, f"{slot.name}.grad is {grad}; its derivative is {expected}\n{self}"
                continue
            assert type(grad) is np.ndarray
            assert grad.shape == tensor.shape
            assert grad.dtype == tensor.dtype
            if slot.is_view:  # where elements of it lie in the same place, each shows the gradient of that
                direction = direction / self.multiplicity(slot)
            assert self.is_derivative(grad, direction, expected), (
                f"{slot.name}.grad is\n{grad}\nexpected\n{self.derivatives(slot)}\n{self}"
            )
        for slot in self.slots():
            if slot.constant and slot.tensor:
                assert self.tensors[slot.name].grad is None
        self.check_gradients_own_their_memory(owners)
        self.check_gradients_of_views()

    def is_derivative(self, gradient: np.ndarray, direction: np.ndarray, expected: float) -> bool:
        """Whether a gradient gives the `expected` derivative in a direction, up to rounding.

        Where what flows into it cancels, as in ``x / x``, it is rounded by a part of that, however small it is itself.
        """
        flowing = [g for s in self.owners() if (g := self.tensors[s.name].grad) is not None]
        size = 1e-3 + 1e-2 * max((np.max(np.abs(g), initial=0.0) for g in flowing), default=0.0)
        size += np.sum(np.abs(gradient * direction)) + abs(expected)
        found = np.sum(gradient * direction, dtype=float)
        return bool(abs(found - expected) <= (2e-3 if self.single else 1e-9) * size)

    def check_gradients_own_their_memory(self, owners: list[Slot]) -> None:
        grads = [g for s in owners if (g := self.tensors[s.name].grad) is not None and g.size]
        data = [memory_of(self.tensors[s.name]) for s in self.slots() if s.tensor]
        for i, g in enumerate(grads):
            assert g.flags.writeable
            assert not any(np.shares_memory(g, other) for other in grads[:i] + data), f"shared gradients\n{self}"

    def check_gradients_of_views(self) -> None:
        """The gradient of a view is that view of the gradient of its base."""
        for slot in self.slots():
            view = self.tensors[slot.name]
            if not (slot.tensor and slot.is_view) or slot.constant or view.base is None:
                continue
            whole = view.base.grad
            if whole is None:
                assert view.grad is None, f"{slot.name}.grad\n{self}"
                continue
            grad = view.grad
            assert grad.shape == view.shape
            if grad.size == 0 or overlaps(view.base):
                continue
            assert np.shares_memory(grad, whole), f"{slot.name}.grad is no view of its base's\n{self}"
            assert grad.base is whole
            names = self.names_of(view.base)
            if not names:
                continue  # it was deleted: see `orphans`
            at = dict(zip(self.positions(self.writer.slots[names[0]]).flat, whole.flat, strict=True))
            expected = [at[position] for position in self.positions(slot).flat]
            expected = np.array(expected, grad.dtype).reshape(grad.shape)
            assert np.array_equal(grad, expected), f"{slot.name}.grad is\n{grad}\nexpected\n{expected}\n{self}"

    def orphans(self) -> list[Slot]:
        """The views of what has no name any more."""
        views = [s for s in self.variables() if s.is_view and self.owner_is_gone(s)]
        return [s for s in views if not overlaps(self.base_of(s))]

    def base_of(self, slot: Slot) -> Any:
        """The base of a view; the view, if its base has other memory now."""
        view = self.tensors[slot.name]
        return view if view.base is None else view.base

    def derivative(self, slot: Slot, direction: np.ndarray, moves: list[tuple[Slot, np.ndarray]] = []) -> float:  # noqa: B006
        """The derivative of the loss if the present contents of a variable are moved in a direction.

        It is taken at the point to which `moves` lead.
        """
        moves = [*moves, (slot, ComplexArrays.step * 1j * direction)]

        def move(number: int, world: ComplexArrays) -> None:
            for moved, amounts in moves:
                since, name = self.since[id(moved.owner)]
                if number == since:
                    world.move(name, self.positions(moved), amounts)

        return self.on_complex_numbers(move).derivative

    def direction(self, slot: Slot, rng: np.random.Generator) -> np.ndarray:
        """A random direction for the contents of a variable: where elements lie in the same place, it is the same."""
        positions, where = np.unique(self.positions(slot), return_inverse=True)
        return rng.uniform(0.5, 1.5, positions.shape)[where].reshape(self.arrays[slot.name].shape)

    def multiplicity(self, slot: Slot) -> np.ndarray:
        """How many elements lie in the place of each."""
        _, where, counts = np.unique(self.positions(slot), return_inverse=True, return_counts=True)
        return counts[where].reshape(self.arrays[slot.name].shape)

    def positions(self, slot: Slot) -> np.ndarray:
        """Where the elements of a variable are in the memory that they belong to."""
        array, owner = self.arrays[slot.name], slot.owner
        if isinstance(array, np.generic) or not array.size:
            return np.zeros(array.shape, int)
        steps = [np.arange(n) * step for n, step in zip(array.shape, array.strides, strict=True)]
        offset = array.__array_interface__["data"][0] - owner.__array_interface__["data"][0]
        return (offset + sum(np.ix_(*steps), np.zeros((), int))) // array.itemsize

    def on_complex_numbers(self, after: Callable[[int, ComplexArrays], None]) -> ComplexArrays:
        """Run the whole program anew; `after` is called after each line."""
        world = ComplexArrays()
        with np.errstate(all="ignore"):
            for number, line in enumerate(self.lines, start=1):
                if line.text == BACKWARD.text:
                    world.backward()
                else:
                    world.run(line)
                after(number, world)
        return world

    def check_as_a_function(self) -> None:
        """Differentiate the program as a function of its first variable."""
        first, *others = self.lines
        texts = [line.text for line in self.lines]
        if not first.text.startswith("v1 = variable") or BACKWARD.text in texts[:-1] or "scribble" in str(self):
            return

        def run(v1: Any) -> Any:
            world = Tensors()
            world.names["v1"] = v1
            for line in others[:-1]:
                world.run(line)
            return world["loss"]

        arrays = Arrays()
        arrays.run(first)
        value = arrays["v1"]
        direction = np.random.default_rng(2).uniform(0.5, 1.5, value.shape)
        with np.errstate(all="ignore"):
            gradient = grad(run)(value)
            _, along = jvp(run, [value], [direction])

        def move(number: int, world: ComplexArrays) -> None:
            if number == 1:
                world["v1"][...] += ComplexArrays.step * 1j * direction

        expected = self.on_complex_numbers(move).derivative
        assert self.is_derivative(gradient, direction, expected), f"the gradient by the argument is\n{gradient}\n{self}"
        assert self.is_derivative(gradient, direction, along), f"the derivative along the argument is {along}\n{self}"

    def derivatives(self, slot: Slot) -> np.ndarray:
        """The same for one element after the other."""
        result = np.zeros(self.arrays[slot.name].shape)
        for i in np.ndindex(result.shape):
            direction = np.zeros_like(result)
            direction[i] = 1
            result[i] = self.derivative(slot, direction)
        return result

    def end(self) -> None:
        """Forget all tensors: the arrays that the user still has are as writeable then as they are in NumPy."""
        arrays = [
            (s, array_of(self.tensors[s.name]), self.arrays[s.name].flags.writeable)
            for s in self.slots()
            if s.tensor and isinstance(self.arrays[s.name], np.ndarray)
        ]
        self.tensors.names.clear()
        for slot, array, writeable in arrays:
            assert array.flags.writeable == writeable, f"{slot.name} stays locked\n{self}"
        assert all(array.flags.writeable for array in self.tensors.given)


def overlaps(base: Any) -> bool:
    """Whether elements of the base of a view lie in one place, so that of their gradients either may have been meant.

    It is a number, broadcast: NumPy makes a view of that, of which nobody has the base.
    """
    return 0 in memory_order(memory_of(base))


def run_random_program(random: Random, length: int = 20, guard: bool = True) -> Program:
    """Write and run a program of about `length` lines, and differentiate it."""
    with mg.mem_guard_on if guard else mg.mem_guard_off:
        program = Program(random)
        for _ in range(length):
            program.step()
        if random.random() < 0.3:
            program.backward(everything=True)
            for _ in range(length // 2):
                program.step()
        program.backward(everything=False)
        program.end()
    return program


def write_random_program(random: Random, length: int = 20) -> list[Line]:
    """Only write one, that ends with a backward pass."""
    program = Program(random)
    for _ in range(length):
        program.step()
    program.backward(everything=True)
    return program.lines


def replay(text: str, guard: bool = True) -> Program:
    """Run the lines of a program that was written before."""
    with mg.mem_guard_on if guard else mg.mem_guard_off:
        program = Program()
        for line in text.strip().splitlines():
            program.add(Line(line.strip()))
    return program
