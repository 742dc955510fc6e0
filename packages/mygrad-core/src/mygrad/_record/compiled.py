"""`mygrad.compile`."""

from __future__ import annotations

import gc
import inspect
import pickle
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import RLock
from typing import Any, NamedTuple, overload

import numpy as np

from mygrad._engine.exits import differentiating
from mygrad._record.arguments import Arguments, Differentiated, described, name_of, owner_of, parameters_of
from mygrad._record.checks import check, difference
from mygrad._record.passes import optimized
from mygrad._record.quiet import with_quick_errstate
from mygrad._record.results import Results, flat
from mygrad._record.source import Source, Unforeseen, write
from mygrad._record.stanzas import number_of_steps
from mygrad._record.trace import Trace
from mygrad.errors import RecordingError

__all__ = ["Compiled", "compile"]

#: The number of steps up to which a recording is checked at several places.
_FEW_STEPS = 5000


#: What the conditions of a program refer to, beside what they compare with.
_NUMPY: dict[str, Any] = {"np": np, "ndarray": np.ndarray}


class Signature(NamedTuple):
    """What a program was recorded for.

    Attributes
    ----------
    arguments : tuple[tuple[str, ...], ...]
        For each array or number among the arguments: its name, and its shape and dtype, or its type.
    steps : int
        How many calls of NumPy the program makes.
    """

    arguments: tuple[tuple[Any, ...], ...]
    steps: int


class _Recording:
    """A program, ready to run. It is pickled by its source.

    Attributes
    ----------
    key : tuple
        The arguments that it is for; see `Arguments`.
    shown, text : str
        The source, for people and to be saved.
    signature : Signature
    run : Callable
    accepts : Callable
        Whether a program is for the arguments of a call.
    """

    def __init__(self, name: str, source: Source, parameters: str, arguments: Arguments, results: Results, steps: int):
        self.key = arguments.key
        self.source: Source | str = source
        self.signature = Signature(arguments.key, steps)
        body, quietly = with_quick_errstate(source.body)
        self.run = _function(body, name, source.namespace() | quietly)
        if not results.is_plain:
            self.run = _filled(self.run, results)
        self.assumes = source.assumes
        conditions = " and ".join(arguments.conditions) or "True"
        guard = f"def accepts({parameters}):\n    return {conditions}\n"
        self.accepts = _function(guard, "accepts", _NUMPY | arguments.constants)
        self._parts = name, guard, arguments.constants, None if results.is_plain else results

    @property
    def shown(self) -> str:
        return self.source if isinstance(self.source, str) else self.source.shown()

    @property
    def text(self) -> str:
        return self.source if isinstance(self.source, str) else self.source.text()

    def __getstate__(self) -> Any:
        return self.key, self.signature, self.text, self.assumes, self._parts

    def __setstate__(self, state: Any) -> None:
        self.key, self.signature, self.source, self.assumes, self._parts = state
        name, guard, constants, results = self._parts
        text, quietly = with_quick_errstate(self.text)
        self.run = _function(text, name, quietly)
        self.run.__globals__["Unforeseen"] = Unforeseen
        if results is not None:
            self.run = _filled(self.run, results)
        self.accepts = _function(guard, "accepts", _NUMPY | constants)


def _function(source: str, name: str, namespace: dict[str, Any]) -> Any:
    exec(python_compile(source, f"<{name}, compiled>", "exec"), namespace)
    return namespace[name]


def _filled(run: Any, results: Results) -> Any:
    return lambda *args, **kwargs: results.filled(run(*args, **kwargs))


class Compiled:
    """A function that records itself at the first call with arguments of certain shapes and dtypes.

    It is made by `mygrad.compile`.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        static_argnums: Sequence[int],
        static_argnames: Sequence[str],
        max_recordings: int,
        max_steps: int,
        threads: int,
    ) -> None:
        self.__wrapped__ = f
        self.__name__: str = name_of(f)
        self.__doc__ = f.__doc__
        self._f = f
        self._static_argnums = tuple(static_argnums)
        self._static_argnames = tuple(static_argnames)
        self._max_recordings = max_recordings
        self._max_steps = max_steps
        self._threads = threads
        self._parameters = parameters_of(f)
        self._owner = owner_of(f)
        self._recordings: list[_Recording] = []
        self._last: _Recording | None = None
        self._lock = RLock()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        last = self._last
        if last is not None:
            try:
                accepted = last.accepts(*args, **kwargs)
            except (
                TypeError,
                AttributeError,
                KeyError,
                IndexError,
            ):  # another number of arguments, or other containers
                accepted = False
            if accepted:
                return last.run(*args, **kwargs) if not last.assumes else self._run(last, args, kwargs)
        try:
            recording = self._found(args, kwargs)
        except Differentiated:
            return self._f(*args, **kwargs)
        return self._run(recording, args, kwargs)

    def _run(self, recording: _Recording, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Run a program, or the function itself where something is not as the program takes for granted."""
        try:
            return recording.run(*args, **kwargs)
        except Unforeseen:
            return self._f(*args, **kwargs)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        raise TypeError(
            f"mygrad.compile: {self.__name__} is a method. Compile a function of the arrays that it needs, for those "
            f"of the object would be constants of the program."
        )

    @property
    def source(self) -> str:
        """The program of the last call, as Python. Of long constants, it says what they are; see `save`."""
        return self._present().shown

    @property
    def signatures(self) -> list[Signature]:
        """What programs were recorded for."""
        return [recording.signature for recording in self._recordings]

    def save(self, path: Any) -> None:
        """Write the program of the last call to a file: a module with a function, which needs NumPy alone.

        It returns what the program computes in a list, if that is in a container of a class of its own.
        """
        text = self._present().text
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def clear(self) -> None:
        """Forget all programs."""
        with self._lock:
            self._recordings = []
            self._last = None

    def __repr__(self) -> str:
        return f"<compiled {self.__name__}, recorded {len(self._recordings)} times>"

    def __reduce__(self) -> tuple[Any, ...]:
        """By the sources of its programs; and by the name of the function, if that can be found by its name."""
        f: Any = self._f
        try:
            pickle.dumps(f)
        except Exception:
            f = _Gone(self.__name__)
        limits = self._max_recordings, self._max_steps, self._threads
        return _restored, (
            f,
            (self._static_argnums, self._static_argnames, *limits),
            self.__name__,
            self._parameters,
            self._recordings,
        )

    def _present(self) -> _Recording:
        if self._last is None:
            raise ValueError(f"{self.__name__} has not been recorded yet. Call it first.")
        return self._last

    def _found(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Recording:
        bound, parameters = self._bound(args, kwargs)
        arguments = Arguments(bound, self._static(bound))
        if self._owner is not None:
            arguments.depend_on(self._owner)
        with self._lock:
            for recording in self._recordings:
                if recording.key == arguments.key:
                    self._last = recording
                    return recording
            if len(self._recordings) == self._max_recordings:
                warnings.warn(
                    f"mygrad.compile: {self.__name__} is recorded anew for the {self._max_recordings + 1}th time, and "
                    f"the oldest program is forgotten: each shape, dtype, memory order and static argument takes one. "
                    f"Pad arrays to a common shape, or set `max_recordings`.",
                    stacklevel=3,
                )
            recording = self._recorded(arguments, parameters)
            self._recordings = [*self._recordings[-self._max_recordings + 1 :], recording]
            self._last = recording
            return recording

    def _recorded(self, arguments: Arguments, parameters: str) -> _Recording:
        trace = Trace(self._max_steps)
        try:
            return self._attempted(trace, arguments, parameters)
        except RecordingError as failure:
            if trace.has_calls:
                with suppress(RecordingError):
                    return self._attempted(Trace(self._max_steps, whole=True), arguments, parameters)
            raise failure

    def _attempted(self, trace: Trace, arguments: Arguments, parameters: str) -> _Recording:
        try:
            return self._record(trace, arguments, parameters)
        except RecordingError:
            raise
        except Exception as failure:
            if trace.failed is not None and failure is not trace.raised:  # of which somebody made another error
                raise trace.failed from None
            args, kwargs = self._call(arguments.filled([leaf.value for leaf in arguments.leaves]))
            self._f(*args, **kwargs)  # which raises the same, or it is for the recording alone
            place = trace.place_of(failure)
            where = self.__name__ if place is None else f"line {place[1]} of {place[0]}"
            raise RecordingError(
                f"mygrad.compile: {where} cannot be recorded, for there an error is raised ({failure!r}) that is not "
                f"raised elsewhere. What NumPy does with arrays is recorded; what else needs their values is not."
            ) from failure

    def _record(self, trace: Trace, arguments: Arguments, parameters: str) -> _Recording:
        collecting = gc.isenabled()
        gc.disable()  # of what is made here, next to nothing is garbage, and to look through it takes long
        try:
            recording = self._written(trace, arguments, parameters)
            trace.forget()
            if recording.signature.steps > _FEW_STEPS:
                self._check(recording, arguments, parameters, trace.whole)
        finally:
            if collecting:
                gc.enable()
        if recording.signature.steps <= _FEW_STEPS:
            self._check(recording, arguments, parameters, trace.whole)
        return recording

    def _check(self, recording: _Recording, arguments: Arguments, parameters: str, whole: bool) -> None:
        def eager(leaves: list[Any]) -> Any:
            args, kwargs = self._call(arguments.filled(leaves))
            return self._f(*args, **kwargs)

        def replayed(leaves: list[Any]) -> Any:
            args, kwargs = self._call(arguments.filled(leaves))
            return self._run(recording, args, kwargs)

        values = [leaf.value for leaf in arguments.leaves]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                few = recording.signature.steps <= _FEW_STEPS
                check(eager, replayed, values, few, described(self._f, self.__name__))
            except RecordingError as failure:
                raise self._explained(failure, whole, arguments, parameters) from None

    def _explained(self, failure: RecordingError, whole: bool, arguments: Arguments, parameters: str) -> RecordingError:
        """The failure of a check, with the line that does otherwise when it is recorded again, if there is one."""
        first, second = (Trace(self._max_steps, whole) for _ in range(2))
        try:
            for trace in (first, second):
                self._written(trace, arguments, parameters)
        except Exception:  # whatever the function raises this time: the check has failed before
            return failure
        found = difference(first.steps, second.steps)
        if found is None or found[0].line is None:
            return failure
        (file, line), how = found[0].line, found[1]
        return RecordingError(
            f"mygrad.compile: line {line} of {file} computes with what changes from call to call: {how}. Random "
            f"numbers, times, and variables from outside are to be arguments."
        )

    def _written(self, trace: Trace, arguments: Arguments, parameters: str) -> _Recording:
        inputs = [trace.input(_own(leaf.value), leaf.name) for leaf in arguments.leaves]
        with differentiating():
            args, kwargs = self._call(arguments.filled(inputs))
            given = flat([args, kwargs])
            returned = trace.run(self._f, args, kwargs)
            left = flat([args, kwargs])
        if len(given) != len(left) or any(a is not b for a, b in zip(given, left, strict=True)):
            raise RecordingError(
                f"mygrad.compile: {described(self._f, self.__name__)} writes into a container among its arguments, "
                f"which a program would not do. Let it make another, and return that."
            )
        results = Results(returned, described(self._f, self.__name__))
        program = optimized(trace.finish(results.values))
        results.values = []  # which are of the recording
        unpacked = [f"{leaf.name} = {leaf.path}" for leaf in arguments.leaves if leaf.name != leaf.path]
        steps = number_of_steps(program)
        source = write(program, self.__name__, parameters, unpacked, results.text, self._threads)
        return _Recording(self.__name__, source, parameters, arguments, results, steps)

    # -- arguments by name -----------------------------------------------------------------------------------

    def _bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[dict[str, Any], str]:
        """The arguments by the names of their parameters, and these as they are written in a definition."""
        signature = self._parameters
        if signature is None:
            names = [f"x{i}" for i in range(len(args))]
            text = [*names, "/"] if names else []
            text += ["*", *kwargs] if kwargs else []
            return {**dict(zip(names, args, strict=True)), **kwargs}, ", ".join(text)
        bound = signature.bind(*args, **kwargs).arguments
        kinds = inspect.Parameter
        text = []
        starred = False
        for name in bound:
            kind = signature.parameters[name].kind
            if kind is kinds.VAR_POSITIONAL:
                text.append(f"*{name}")
                starred = True
            elif kind is kinds.VAR_KEYWORD:
                text.append(f"**{name}")
            else:
                if kind is kinds.KEYWORD_ONLY and not starred:
                    text.append("*")
                    starred = True
                text.append(name)
        return dict(bound), ", ".join(text)

    def _call(self, bound: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        signature = self._parameters
        if signature is None:
            args = [bound[name] for name in bound if name.startswith("x") and name[1:].isdigit()]
            return tuple(args), {name: x for name, x in bound.items() if not (name[:1] == "x" and name[1:].isdigit())}
        made = inspect.BoundArguments(signature, bound)
        return made.args, made.kwargs

    def _static(self, bound: dict[str, Any]) -> frozenset[str]:
        names = list(bound) if self._parameters is None else list(self._parameters.parameters)
        return frozenset([*self._static_argnames, *[names[i] for i in self._static_argnums if i < len(names)]])


python_compile = compile


@overload
def compile(
    f: Callable[..., Any],
    *,
    static_argnums: int | Sequence[int] = ...,
    static_argnames: str | Sequence[str] = ...,
    max_recordings: int = ...,
    max_steps: int = ...,
    threads: int = ...,
) -> Compiled: ...
@overload
def compile(
    f: None = None,
    *,
    static_argnums: int | Sequence[int] = ...,
    static_argnames: str | Sequence[str] = ...,
    max_recordings: int = ...,
    max_steps: int = ...,
    threads: int = ...,
) -> Callable[[Callable[..., Any]], Compiled]: ...
def compile(
    f: Callable[..., Any] | None = None,
    *,
    static_argnums: int | Sequence[int] = (),
    static_argnames: str | Sequence[str] = (),
    max_recordings: int = 16,
    max_steps: int = 250_000,
    threads: int = 1,
) -> Compiled | Callable[[Callable[..., Any]], Compiled]:
    """A function that runs as a straight line of NumPy calls, recorded at its first call.

    What is recorded is all that NumPy does: in the function, and in the derivatives that it takes. So
    ``compile(grad(f))`` is the gradient as a program. It computes with plain arrays, without a graph, and returns the
    very bits that the function returns. Each shape, dtype and static argument takes a program of its own.

    Nothing in it depends on the values of the first call. Where the function branches on a value, makes a number of it,
    or has arrays whose shape depends on it, recording is refused with the line that does so. A program is checked when
    it has been recorded: against the function, for the arguments given and for others.

    Parameters
    ----------
    f : Callable
        Of arrays, numbers, and containers of these as in `mygrad.functional`; what else is among its arguments is
        static. As a decorator with options, `compile` is called without it.
    static_argnums, static_argnames : int | str | Sequence
        The arguments that are a part of the program: sizes, flags, functions. They are compared by ``==``.
    max_recordings : int
        How many programs to keep. A warning says if there would be more.
    max_steps : int
        How many calls of NumPy a program may have: a loop of Python is recorded once for each time that it goes round.
    threads : int
        How many threads do the blocks of which large arrays consist in elementwise operations. The results have the
        same bits whatever the number.

    Returns
    -------
    Compiled
        With attributes `source` (the program of the last call), `signatures`, and methods ``save(path)``, which writes
        a module that needs NumPy alone, and ``clear()``.

    Raises
    ------
    RecordingError
        If the function cannot be recorded.

    Examples
    --------
    >>> import numpy as np
    >>> import mygrad as mg
    >>> @mg.compile
    ... @mg.value_and_grad
    ... def f(x):
    ...     return np.sum(np.sin(x) ** 2)
    >>> value, gradient = f(np.array([0.0, 1.0]))
    >>> gradient
    array([0.        , 0.90929743])
    >>> print(f.source)  # doctest: +SKIP
    """
    nums = (static_argnums,) if isinstance(static_argnums, int) else tuple(static_argnums)
    names = (static_argnames,) if isinstance(static_argnames, str) else tuple(static_argnames)
    if type(threads) is not int or threads < 1:
        raise ValueError(f"mygrad.compile: threads is to be the number of threads, 1 or more, but is {threads!r}")
    if f is None:
        return lambda g: Compiled(g, nums, names, max_recordings, max_steps, threads)
    if not callable(f):
        raise TypeError(f"mygrad.compile: expected a function, but got {type(f).__name__}")
    return Compiled(f, nums, names, max_recordings, max_steps, threads)


class _Gone:
    """In the place of a function that could not be pickled: its programs can."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RecordingError(
            f"mygrad.compile: {self.__name__} was pickled with its programs alone, for it cannot be found by its name. "
            f"There is none for these arguments."
        )


def _restored(f: Any, options: tuple[Any, ...], name: str, parameters: Any, recordings: list[_Recording]) -> Compiled:
    made = Compiled(f, *options)
    made.__name__, made._parameters, made._recordings = name, parameters, recordings
    made._last = recordings[-1] if recordings else None
    return made


def _own(x: Any) -> Any:
    return x.copy("K") if isinstance(x, np.ndarray) and x.copy("K").strides == x.strides else x
