"""Every public name is there, and is what it says."""

import inspect
import pkgutil
import sys
from operator import attrgetter

import numpy as np
import pytest

import mygrad as mg
from mygrad._dispatch.functions import implementation
from mygrad._dispatch.registry import IMPLEMENTATIONS
from mygrad._engine.names import name_of
from mygrad._rules.rule import RULES

#: What ``dir(mygrad)`` of mygrad 2.5.0 lists, less modules that were never documented (no_grad_funcs, tensor_base).
MYGRAD_2 = """
    Tensor abs absolute add add_sequence allclose amax amin any arange arccos arccosh arccot arccoth
    arccsc arccsch arcsec arcsin arcsinh arctan arctan2 arctanh argmax argmin asarray astensor atleast_1d
    atleast_2d atleast_3d bincount bool_ broadcast_to can_cast cbrt ceil clip concatenate copyto cos cosh
    cot coth csc csch cumprod cumsum divide divmod double e einsum empty empty_like equal errors
    euler_gamma execute_op exp exp2 expand_dims expm1 eye float16 float32 float64 floor floor_divide fmod
    full full_like geomspace greater greater_equal half identity indexing_routines inf int16 int32 int64
    int8 intp isclose isfinite isinf isnan isnat less less_equal linalg linspace log log10 log1p log2
    logaddexp logaddexp2 logical_and logical_not logical_or logical_xor logspace longdouble math matmul
    max maximum may_share_memory mean mem_guard_active mem_guard_off mem_guard_on min min_scalar_type
    minimum mod moveaxis multi_matmul multiply multiply_sequence nan negative newaxis no_autodiff
    not_equal ones ones_like operation_base pi positive power prod random ravel reciprocal remainder
    repeat reshape result_type rint roll sec sech shape shares_memory sign signbit sin sinc single sinh
    sliding_window_view sqrt square squeeze stack std subtract sum swapaxes tan tanh tensor
    tensor_creation tensor_manip transpose true_divide trunc turn_memory_guarding_off
    turn_memory_guarding_on typing ufunc ufuncs uint16 uint32 uint64 uint8 uintp var where zeros
    zeros_like
"""
OF_PLUGINS = "load nnet save"
MYGRAD_2_LINALG = "norm"
MYGRAD_2_RANDOM = "rand randint randn random random_sample ranf sample seed"
PACKAGES = [mg.math, mg.linalg, mg.tensor_creation, mg.tensor_manip, mg.indexing_routines, mg.random]


@pytest.mark.parametrize("name", MYGRAD_2.split())
def test_what_mygrad_2_had(name):
    assert hasattr(mg, name)
    assert name in mg.__all__
    assert name in dir(mg)


def test_what_mygrad_2_had_in_its_packages():
    assert set(MYGRAD_2_LINALG.split()) <= set(mg.linalg.__all__)
    assert set(MYGRAD_2_RANDOM.split()) <= set(mg.random.__all__)


def test_what_plugins_provide_is_not_taken():
    assert set(OF_PLUGINS.split()).isdisjoint(mg.__all__)


@pytest.mark.parametrize("package", [mg, *PACKAGES], ids=lambda package: package.__name__)
def test_all_is_sorted_and_true(package):
    assert len(set(package.__all__)) == len(package.__all__)
    assert all(hasattr(package, name) for name in package.__all__)


def test_every_function_of_the_packages_is_at_the_top_level():
    for package in PACKAGES:
        if package in (mg.linalg, mg.random):
            continue
        for name in package.__all__:
            assert getattr(mg, name) is getattr(package, name), name


def test_numpys_names_mean_the_same():
    """What NumPy has under the same name is either this very object, or is replaced by what it wraps for tensors."""
    of_their_own = {"asarray", "ufunc"}  # the former returns an array
    for name in set(mg.__all__) - of_their_own:
        theirs, ours = getattr(np, name, None), getattr(mg, name)
        if isinstance(ours, (mg.ufunc, type(mg.quantile))):
            assert theirs is None or ours._function is theirs, name
        elif callable(theirs) and theirs is not ours:
            assert implementation(theirs) is inspect.unwrap(ours), name


#: Functions of NumPy that are differentiable, and have no name of ours.
NAMELESS = {
    "these make arrays of what may hold tensors; `mygrad.tensor` and `mygrad.asarray` are ours": """
        array asanyarray ascontiguousarray asfortranarray require
        frombuffer fromfile fromfunction fromiter fromstring genfromtxt loadtxt
    """,
    "these write into their first argument, be it a tensor or an array, and return nothing": """
        fill_diagonal place put put_along_axis putmask
    """,
    "they make complex numbers of real ones, which `numpy.emath` is for": """
        lib.scimath.arccos lib.scimath.arcsin lib.scimath.arctanh lib.scimath.log lib.scimath.log10
        lib.scimath.log2 lib.scimath.logn lib.scimath.power lib.scimath.sqrt
    """,
    "it is at the top, where MyGrad has it": "lib.stride_tricks.sliding_window_view",
    "it is what NumPy used to call `trapezoid`": "trapz",
}


def numpy_has(name):
    try:
        return callable(attrgetter(name)(np))
    except AttributeError:
        return False


def test_every_differentiable_function_of_numpy_has_a_name():
    """It is public under the name that it has in NumPy."""
    nameless = set()
    for function in {*RULES, *IMPLEMENTATIONS}:
        library, _, name = name_of(function).partition(".")
        if library == "np" and "_" not in (part[0] for part in name.split(".")):
            module, _, attribute = f"mygrad.{name}".rpartition(".")
            if not hasattr(sys.modules.get(module), attribute):
                nameless.add(name)
    assert nameless == set(filter(numpy_has, " ".join(NAMELESS.values()).split()))


def test_aliases():
    assert mg.abs is mg.absolute
    assert mg.divide is mg.true_divide
    assert mg.amax is mg.max
    assert mg.amin is mg.min
    assert mg.around is mg.round
    assert mg.concat is mg.concatenate
    assert mg.permute_dims is mg.transpose
    assert mg.pow is mg.power
    assert mg.random.ranf is mg.random.sample is mg.random.random_sample is mg.random.random


def modules():
    for package in PACKAGES:
        for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield __import__(info.name, fromlist=["_"])


def test_every_module_says_what_is_public():
    for module in modules():
        assert module.__doc__, module
        for name in module.__all__:
            assert hasattr(module, name), (module, name)


def public_functions():
    found = {}
    for module in [*modules(), *PACKAGES]:
        for name in module.__all__:
            value = getattr(module, name)
            if getattr(value, "__module__", "").startswith("mygrad") and not inspect.isclass(value):
                found[f"{module.__name__}.{name}"] = value
    return found


@pytest.mark.parametrize("function", public_functions().values(), ids=public_functions().keys())
def test_docstrings(function):
    doc = inspect.getdoc(function)
    summary, _, rest = doc.partition("\n\n")
    if isinstance(function, mg.ufunc):  # which begin with the signature
        summary, _, rest = rest.partition("\n\n")
    assert "\n" not in summary
    assert summary.endswith(".")
    for section in ("Parameters", "Returns", "Examples"):
        if section == "Returns" and function is mg.random.seed:
            continue
        assert f"\n{section}\n{'-' * len(section)}\n" in f"\n{rest}", section
    documented = rest.partition("Parameters\n")[2].partition("\nReturns\n")[0]
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.POSITIONAL_ONLY and isinstance(function, mg.ufunc):
            continue
        lines = [line for line in documented.splitlines() if not line.startswith(" ")]
        words = {word.strip("*,") for line in lines for word in line.partition(":")[0].split()}
        assert name in words or (function is mg.arange and name in ("args", "kwargs")), name
