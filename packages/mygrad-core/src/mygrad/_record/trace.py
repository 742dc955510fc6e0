"""Recording: what NumPy is asked for, noted while it is done."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import Any
from weakref import ref

import numpy as np

from mygrad._engine.handle import Handle
from mygrad._engine.several import PART
from mygrad._engine.source import PASSED
from mygrad._record import methods as methods  # entered there
from mygrad._record.program import ASSUME, CALL, Const, Memory, Program, Step, Var, evaluate, vars_in
from mygrad._record.quiet import handling
from mygrad._record.rules import computed_whole, recorded_rule
from mygrad._record.traced import Traced
from mygrad._record.whole import Held, Way, called_whole
from mygrad._rules.recorded import RECORDED, active
from mygrad._rules.rule import Rule
from mygrad.errors import RecordingError

__all__ = ["Trace"]


class Trace:
    """A program that is being recorded.

    Parameters
    ----------
    limit : int
        The number of steps at which to give up.
    whole : bool
        Whether to record calls of rules that are not ours as one step each, as those of operations are.
    """

    def __init__(self, limit: int, whole: bool = False) -> None:
        self.steps: list[Step] = []
        self.inputs: list[Var] = []
        self.limit = limit
        self.whole = whole
        #: Whether there were calls of such rules.
        self.has_calls = False
        self._memories: dict[int, tuple[ref[Any], Memory]] = {}
        self._constants: dict[int, tuple[Any, Const]] = {}
        #: Code that is not the user's, and that is, by their ids: to look for code itself, its constants are compared.
        self._passed: dict[int, CodeType] = {}
        self._theirs: dict[int, CodeType] = {}
        self._retired: dict[int, tuple[Any, Any]] = {}
        self._started: CodeType | None = None
        self._handling = handling()
        self._filters = warnings.filters
        self._rules: dict[Rule, Rule] = {}
        #: Whether what is recorded now can be recorded as one call instead, which decides by values as it likes.
        self.is_tentative = False
        #: What was refused first: whoever caught it has decided by values.
        self.failed: RecordingError | None = None
        #: The error that this was, if it is one of values.
        self.raised: Exception | None = None
        #: The vjps of these.
        self.recorded: set[Any] = set()

    def input(self, value: Any, name: str) -> Any:
        """An argument of the function."""
        memory = Memory(outside=True)
        var = Var(value, memory, name)
        self.inputs.append(var)
        if isinstance(value, np.ndarray):
            self._memories[id(value)] = ref(value), memory
        return self._traced(value, var)

    def run(self, f: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Call the function that is recorded."""
        self._started = sys._getframe().f_code
        token = active.set(self)
        try:
            returned = f(*args, **kwargs)
        finally:
            active.reset(token)
            for array, content in self._retired.values():
                array[...] = content
        if self.failed is not None:
            raise self.failed
        return returned

    def array(self, array: Any) -> Any:
        """An array that depends on no argument, as one that may come to: a tensor's, which may be written to."""
        return self.do(CALL, np.copy, (array, "K"), {})

    def assume(self, condition: Any) -> None:
        """The program is to be for where a condition holds."""
        if self.is_tentative:
            raise RecordingError("mygrad.compile: a condition on values")
        self.do(ASSUME, None, (condition,), {})

    def call(self, name: str, run: Any, args: Any, constant: Any, rule: Any) -> Any:
        """A call of an operation, which nobody can look into; of a rule: or how it is to be applied."""
        if not any(type(a) in RECORDED or (isinstance(a, Handle) and type(a._memory) in RECORDED) for a in args):
            return rule
        if rule is NotImplemented:
            return called_whole(self, name, run, args, constant)
        if rule.is_foreign:
            self.has_calls = True
            if self.whole:
                return called_whole(self, name, run, args, constant)
        return computed_whole(self, rule)

    def as_recorded(self, array: Any) -> Any:
        """An array as one that is recorded, if it is not."""
        return array if type(array) in RECORDED else self.array(array)

    def retire(self, array: Any) -> None:
        """From now on, nobody may use this array."""
        owner = _owner(array)
        if id(owner) not in self._retired:
            self._retired[id(owner)] = owner, owner.copy()
        if array.dtype.kind in "fc":
            array.fill(np.nan)  # should anybody do so all the same

    def rule(self, rule: Rule) -> Rule:
        """The rule that a node is to have."""
        if type(rule) is not Rule or rule is PART:
            return rule
        found = self._rules.get(rule)
        if found is None:
            found = self._rules[rule] = recorded_rule(self, rule, self.where())
        return found

    def tentatively(self, fn: Callable[..., Any], args: Any, params: Any) -> Any:
        """What NumPy does in a function, recorded; or NotImplemented, if it decides by values there."""
        before, was, self.is_tentative = len(self.steps), self.is_tentative, True
        try:
            return fn(*args, **params)
        except RecordingError:
            del self.steps[before:]
            return NotImplemented
        finally:
            self.is_tentative = was

    def reads(self, args: Any) -> bool:
        """Whether there is a recorded array among arguments, and no tensor."""
        found = False
        for a in args:
            kind = type(a)
            if kind is Traced:
                found = True
            elif kind is tuple or kind is list:
                found = found or self.reads(a)
            elif isinstance(a, Handle):
                return False
        return found

    def finish(self, outputs: list[Any]) -> Program:
        """The program, whose results these are."""
        noted = [self._noted(x) if type(x) in RECORDED or isinstance(x, np.ndarray) else x for x in outputs]
        return Program(self.inputs, self.steps, noted)

    def forget(self) -> None:
        """Let go of the steps, before anybody goes through all objects to see which are garbage."""
        self.steps.clear()
        self._memories.clear()
        self._constants.clear()

    def _begun(self) -> tuple[bool, tuple[str, int] | None]:
        """Whether the step that begins is done where errors are ignored, and its line."""
        if active.get() is not self:
            raise self.refusal(
                "uses what depends on an argument outside of the recording: in another thread, or after it",
                "What a function keeps for later, in a variable or an attribute, it is to return instead.",
            )
        filters = warnings.filters
        if filters is not self._filters and filters and filters[0][0] == "error":
            raise self.refusal("computes where warnings are errors, which depends on values", _FINITE)
        quiet, stops = handling()
        if stops and not self._handling[1]:
            raise self.refusal(
                "computes where floating-point errors are raised, or call something, which depends on values", _FINITE
            )
        # What is quiet is the way back, which is in no line of the user's.
        return quiet, None if quiet and not self._handling[0] else self._line()

    def do(self, form: str, fn: Any, args: tuple[Any, ...], kwargs: dict[str, Any], writes: Any = None) -> Any:
        """Do a step, and note it.

        Parameters
        ----------
        form, fn, args, kwargs
            See `Step`. The arguments as they were given.
        writes : Traced, optional
            What is written to.
        """
        quiet, line = self._begun()
        if writes is not None:
            writes.settle()
        step = Step(form, fn, self._noted(args), self._noted(kwargs) if kwargs else {}, None, None, quiet, line)
        if writes is not None:
            step.writes = writes.symbol.memory
            step.writes.written = True
            if step.writes.outside:
                raise self.refusal(
                    "writes into an argument of the recorded function",
                    "Write into a copy, such as `np.copy(x)`.",
                )
        try:
            result = evaluate(step, _values(args), _values(kwargs) if kwargs else kwargs)
        except _OF_VALUES as failure:
            self._raised(failure)
            raise
        if type(result) not in _KNOWN and isinstance(result, np.ndarray):
            raise self.refusal(f"makes an array of the class {type(result).__name__}", "Plain arrays are recorded.")
        if len(self.steps) >= self.limit:
            raise self._too_many()
        self.steps.append(step)
        found, step.out = self._results(result)
        return found

    def computed(self, ufunc: np.ufunc, inputs: tuple[Any, ...]) -> Any:
        """`do` for a call of a ufunc that makes something new. Most steps are, and this takes half of the time."""
        args, values, uses = [], [], []
        for x in inputs:
            kind = type(x)
            if kind is Traced:
                var = x.symbol
                args.append(var)
                uses.append(var)
                values.append(x.value)
            elif kind in _QUICK:
                args.append(x)
                values.append(x)
            else:
                args.append(self._noted(x))
                uses += vars_in(args[-1])
                values.append(_values(x))
        quiet, line = self._begun()
        if _is_pythons(ufunc):
            raise self.refusal(
                f"calls {ufunc.__name__}, a function of Python's that was made a ufunc", "Call the function itself."
            )
        try:
            result = ufunc(*values)
        except _OF_VALUES as failure:
            self._raised(failure)
            raise
        if len(self.steps) >= self.limit:
            raise self._too_many()
        noted = tuple(args)
        step = Step(CALL, ufunc, noted, _NO_KWARGS, None, None, quiet, line, uses if len(uses) != len(args) else noted)
        self.steps.append(step)
        if type(result) is tuple:
            found, step.out = self._results(result)
            return found
        memory = Memory()  # which `_noted` makes known once somebody may take a view
        step.out = var = Var(result, memory)
        t = Traced(self, result, var, None)
        memory.users = [ref(t)]
        return t

    def _results(self, result: Any) -> tuple[Any, Any]:
        """What a step has returned, as the one that called gets it, and as the program has it."""
        kind = type(result)
        if kind is tuple or kind is list or (isinstance(result, tuple) and hasattr(result, "_make")):
            pairs = [self._results(part) for part in result]
            make = getattr(kind, "_make", kind)
            return make([found for found, _ in pairs]), tuple([out for _, out in pairs])
        if isinstance(result, np.ndarray):
            var = Var(result, self._memory(result))
        elif isinstance(result, (np.generic, bool, int, float, complex)):
            var = Var(result, Memory())
        else:
            return self._held(result)
        return self._traced(result, var), var

    def _held(self, result: Any) -> tuple[Any, Any]:
        if not isinstance(result, Way):
            return result, None
        var = Var(0, Memory())
        return Held(result, var), var

    def _traced(self, value: Any, var: Var) -> Traced:
        users = var.memory.users
        t = Traced(self, value, var, users[0]() if users else None)
        if users:
            users.append(ref(t))
        else:
            var.memory.users = [ref(t)]
        return t

    def hand_over(self, t: Traced, made: Traced) -> None:
        """From now on, `t` is an array over what the program takes for the memory of `made`."""
        made.symbol.memory.users = [ref(t)]
        if isinstance(t.value, np.ndarray):
            owner = _owner(t.value)
            self._memories[id(owner)] = ref(owner), made.symbol.memory

    def _memory(self, array: Any, memory: Memory | None = None) -> Memory:
        """The memory that an array lies in: what is known, or else the one given, or a new one."""
        owner = _owner(array)
        known = self._memories.get(id(owner))
        if known is not None and known[0]() is owner:
            return known[1]
        memory = memory or Memory()
        self._memories[id(owner)] = ref(owner), memory
        return memory

    def _noted(self, x: Any) -> Any:
        """An argument as a step has it."""
        kind = type(x)
        if kind is Traced:
            if isinstance(x.value, np.ndarray):
                self._memory(x.value, x.symbol.memory)
            return x.symbol
        if kind is Held:
            return x.symbol
        if kind in _QUICK:
            return x
        if kind is tuple:
            return tuple([self._noted(part) for part in x])
        if kind is list:
            return [self._noted(part) for part in x]
        if kind is dict:
            return {key: self._noted(part) for key, part in x.items()}
        if isinstance(x, np.ndarray):
            return self._constant(x)
        if kind is slice:
            if any(type(bound) is Traced for bound in (x.start, x.stop, x.step)):
                raise self.refusal("cuts out a part whose size depends on values", _SIZE)
            return x
        return x

    def _constant(self, array: Any) -> Const:
        """An array from outside, copied."""
        known = self._constants.get(id(array))
        if known is not None and known[0] is array and _same(array, known[1].value):
            return known[1]
        if self._retired and id(_owner(array)) in self._retired:
            raise self.refusal(
                "uses an array that does not depend on an argument, into which a value was written that does",
                "Make the array by `np.zeros_like(x)`, or `np.zeros(shape, like=x)`, of an argument `x`.",
            )
        const = Const(_copied(array))
        self._constants[id(array)] = array, const
        return const

    def _raised(self, failure: Exception) -> None:
        """Remember an error that depends on values, should anybody catch it."""
        if self.failed is None:
            self.raised = failure
        self.refusal(
            f"raises {type(failure).__name__} for these values, which was caught",
            "What is to be done elsewhere then depends on values: choose by `np.where`.",
        )

    def _too_many(self) -> RecordingError:
        return self.refusal(
            f"is step number {self.limit} of the program, and more are not recorded",
            "A loop of Python is recorded once for each time that it goes round. Record what is done in it, and "
            "call that in a loop; or compute with arrays of more elements; or set `max_steps`.",
        )

    def refusal(self, what: str, instead: str) -> RecordingError:
        """An error that names the line of the user's."""
        by = _by()
        if by.startswith(", in `scipy`"):
            instead = "Of SciPy, its ufuncs are recorded, and the functions of `mygrad.scipy` that have a derivative."
        error = RecordingError(f"mygrad.compile: {self.where()} {what}{by}. {instead}")
        if self.failed is None and not self.is_tentative:
            self.failed = error
        return error

    def where(self) -> str:
        """The line that is recorded now."""
        place = self._line()
        return "the recorded function" if place is None else f"line {place[1]} of {place[0]}"

    def place_of(self, failure: BaseException) -> tuple[str, int] | None:
        """The line of the user's that an error comes from."""
        found, behind = None, failure.__traceback__
        while behind is not None:
            frame = behind.tb_frame
            if _is_users(frame):
                found = frame.f_code.co_filename, behind.tb_lineno
            behind = behind.tb_next
        return found

    def _line(self) -> tuple[str, int] | None:
        """The nearest line outside of NumPy and this package, if it is in what is recorded."""
        frame: Any = sys._getframe(2)
        passed, theirs = self._passed, self._theirs
        while frame is not None:
            code = frame.f_code
            if code is self._started:
                return None
            if id(code) not in passed:
                if id(code) in theirs or _is_users(frame):
                    theirs[id(code)] = code
                    return code.co_filename, frame.f_lineno
                passed[id(code)] = code
            frame = frame.f_back
        return None


_SIZE = "Multiply by a mask instead; or let an argument that is a size be static (`static_argnames`)."


@cache
def _is_pythons(ufunc: np.ufunc) -> bool:
    """Whether it calls a function of Python's, as those of `np.frompyfunc` do."""
    return bool(ufunc.types) and all(kind.strip("O->") == "" for kind in ufunc.types)


_FINITE = "Look for what is not finite outside, or by `np.where`."

#: What computes on behalf of its callers.
_PASSED = PASSED | {"scipy"} | sys.stdlib_module_names


def _is_users(frame: Any) -> bool:
    """Whether it is neither such code nor a program of ours."""
    if frame.f_code.co_filename.endswith(", compiled>"):
        return False
    return str(frame.f_globals.get("__name__")).partition(".")[0] not in _PASSED


def _by() -> str:
    """By which function of NumPy's or SciPy's that is written in Python, if the user's code has called one."""
    frame: Any = sys._getframe(2)
    found = ""
    while frame is not None and not _is_users(frame):
        code, module = frame.f_code, str(frame.f_globals.get("__name__"))
        if module.partition(".")[0] in ("numpy", "scipy") and not code.co_name.startswith("_wrap"):
            found = f", in `{module.partition('.')[0]}`'s `{code.co_qualname}`"
        frame = frame.f_back
    return found


def _owner(array: Any) -> Any:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


#: Errors that may be raised for some values and not for others.
_OF_VALUES = (ValueError, ArithmeticError, LookupError)
_KNOWN = frozenset({np.ndarray, np.float64, np.float32, tuple, list})

#: Of most steps: nobody writes to it.
_NO_KWARGS: dict[str, Any] = {}
_QUICK = frozenset({int, float, bool, complex, str, type(None), type(Ellipsis), np.float64, np.float32, type})


def _values(x: Any) -> Any:
    """Arguments as NumPy gets them."""
    kind = type(x)
    if kind is Traced or kind is Held:
        return x.value
    if kind is tuple:
        return tuple([_values(part) for part in x])
    if kind is list:
        return [_values(part) for part in x]
    if kind is dict:
        return {key: _values(part) for key, part in x.items()}
    return x


def _copied(array: Any) -> Any:
    """A copy that nobody can write to; of one number, broadcast, as such."""
    if array.size > 1 and not any(array.strides):
        return np.broadcast_to(array.flat[0], array.shape)
    copy = np.array(array)
    copy.flags.writeable = False
    return copy


def _same(a: Any, b: Any) -> bool:
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
