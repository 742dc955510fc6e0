"""Plugins: not installed, broken, fine, registered twice, and named like something of the core."""

import importlib.metadata
import os
import subprocess
import sys
import traceback
from textwrap import dedent
from types import ModuleType

import pytest

import mygrad
from mygrad import _folders, _plugins


@pytest.fixture
def site(tmp_path):
    """Makes fake distributions, and runs code in a new interpreter that has them installed."""

    class Site:
        def install(self, distribution, entry_points, version="1.0", group="mygrad.plugins", **modules):
            info = tmp_path / f"{distribution}-{version}.dist-info"
            info.mkdir()
            about = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
            (info / "METADATA").write_text(about)
            (info / "entry_points.txt").write_text(f"[{group}]\n" + dedent(entry_points))
            for module, source in modules.items():
                (tmp_path / f"{module}.py").write_text(dedent(source))

        def run(self, code):
            path = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
            result = subprocess.run(
                [sys.executable, "-W", "error", "-c", dedent(code)],
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
                capture_output=True,
                text=True,
            )
            assert result.returncode == 0, result.stderr
            return result.stdout.splitlines()

    return Site()


@pytest.mark.parametrize(("name", "distribution"), _plugins.FIRST_PARTY.items())
def test_first_party_names_are_there_or_name_what_to_install(name, distribution):
    try:
        importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        assert not hasattr(mygrad, name)
        with pytest.raises(AttributeError, match=f"{name!r}.*`pip install {distribution}`") as error:
            getattr(mygrad, name)
        assert "Did you mean" not in "".join(traceback.format_exception(error.value))
    else:
        assert hasattr(mygrad, name)
        [plugin] = [plugin for plugin in mygrad.plugins() if plugin.name == name]
        assert plugin.distribution == distribution
        assert plugin.state == "loaded"


def test_unknown_names_are_ordinary_attribute_errors():
    with pytest.raises(AttributeError, match=r"^module 'mygrad' has no attribute 'no_such_thing'$"):
        _ = mygrad.no_such_thing
    assert not hasattr(mygrad, "no_such_thing")
    assert not hasattr(mygrad, "_no_such_thing")


def test_installed_while_running_is_found(monkeypatch):
    """As with `%pip install` in a notebook, after the message that says so."""
    installed = []

    class Later(importlib.metadata.Distribution):
        def read_text(self, filename):
            return "[mygrad.plugins]\nnnet = colorsys\n" if filename == "entry_points.txt" else None

        def locate_file(self, path):
            raise NotImplementedError

    monkeypatch.setattr(importlib.metadata, "distributions", lambda: installed)
    package = ModuleType("mygrad")
    monkeypatch.setattr(_plugins, "_mygrad", lambda: package)
    monkeypatch.setattr(_plugins, "find_spec", lambda name: None)
    _plugins._installed.cache_clear()
    try:
        with pytest.raises(AttributeError, match="pip install mygrad-nnet"):
            _plugins.get("nnet")
        installed.append(Later())
        assert _plugins.get("nnet") is importlib.import_module("colorsys")
    finally:
        _plugins._installed.cache_clear()


def test_lift_reads_no_file_when_it_is_entered_again(monkeypatch):
    with mygrad.lift:
        pass
    read = []
    monkeypatch.setattr(importlib.metadata.PathDistribution, "read_text", lambda self, name: read.append(name))
    with mygrad.lift:
        pass
    assert not read


def test_fine(site):
    site.install(
        "third-party",
        """
        tools = their_tools
        answer = their_tools:Question.answer
        """,
        version="1.2",
        their_tools="""
        print("imported")

        class Question:
            answer = 42
        """,
    )
    lines = site.run("""
        import mygrad
        def show():
            for plugin in mygrad.plugins():
                if plugin.distribution == "third-party":
                    print(plugin.name, plugin.value, plugin.version, plugin.state, plugin.error)
        show()
        print({"tools", "answer"} <= set(dir(mygrad)))
        print(mygrad.answer)
        show()
        print(mygrad.tools.Question.answer)
        show()
        from mygrad import tools
        print("answer" in vars(mygrad))
    """)
    assert lines == [
        "answer their_tools:Question.answer 1.2 available None",
        "tools their_tools 1.2 available None",
        "True",
        "imported",
        "42",
        "answer their_tools:Question.answer 1.2 loaded None",
        "tools their_tools 1.2 available None",
        "42",
        "answer their_tools:Question.answer 1.2 loaded None",
        "tools their_tools 1.2 loaded None",
        "True",
    ]


def test_nothing_is_looked_up_or_imported_before_it_is_used(site):
    site.install("third-party", "tools = their_tools", their_tools="")
    lines = site.run("""
        import sys
        import mygrad
        print("importlib.metadata" in sys.modules)
        mygrad.plugins(), dir(mygrad), hasattr(mygrad, "no_such_thing")
        print("importlib.metadata" in sys.modules, "their_tools" in sys.modules)
        mygrad.tools
        print("their_tools" in sys.modules)
    """)
    assert lines == ["False", "True False", "True"]


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        ("their_tools", "ZeroDivisionError"),
        ("no_such_module", "ModuleNotFoundError"),
        ("math:no_such_attribute", "AttributeError"),
    ],
)
def test_broken(site, value, cause):
    site.install("third-party", f"tools = {value}", version="1.2", their_tools="1 / 0")
    lines = site.run("""
        import mygrad
        print(*(p.state for p in mygrad.plugins() if p.name == "tools"))
        for attempt in range(2):
            try:
                hasattr(mygrad, "tools")
            except ImportError as error:
                print(type(error.__cause__).__name__)
                print(error)
        print(*(p.state + " " + type(p.error).__name__ for p in mygrad.plugins() if p.name == "tools"))
    """)
    message = (
        f"the plugin third-party 1.2 of mygrad.tools is installed but broken: importing '{value}' raised {cause}: "
    )
    assert lines[0] == "available"
    assert lines[1] == lines[3] == cause
    assert lines[2] == lines[4]
    assert lines[2].startswith(message)
    assert lines[5] == f"broken {cause}"


def test_a_mended_plugin_loads(site):
    site.install("third-party", "tools = their_tools", their_tools="import sys\nsys.mended")
    lines = site.run("""
        import sys
        import mygrad
        try:
            mygrad.tools
        except ImportError:
            sys.mended = True
        print(mygrad.tools.__name__, *(p.state for p in mygrad.plugins() if p.name == "tools"))
    """)
    assert lines == ["their_tools loaded"]


def test_registered_twice_is_refused(site):
    site.install("first", "tools = colorsys")
    site.install("second", "tools = colorsys")
    lines = site.run("""
        import mygrad
        try:
            mygrad.tools
        except ImportError as error:
            print(error)
        for plugin in mygrad.plugins():
            if plugin.name == "tools":
                print(plugin.distribution, plugin.state, plugin.error)
        print("tools" in dir(mygrad))
    """)
    message = "mygrad.tools is registered more than once, by first 1.0 and second 1.0: uninstall all but one"
    assert lines == [message, f"first broken {message}", f"second broken {message}", "False"]


@pytest.mark.parametrize("name", ["tensor", "sum", "linalg", "testing", "_plugins"])
def test_the_core_keeps_its_names(site, name):
    """Its attributes, its submodules, and its submodules that nobody has imported yet."""
    site.install("usurper", f"{name} = colorsys")
    lines = site.run(f"""
        import colorsys
        import mygrad
        [plugin] = [plugin for plugin in mygrad.plugins() if plugin.name == {name!r}]
        print(plugin.state, plugin.error)
        try:
            print(getattr(mygrad, {name!r}) is colorsys)
        except ImportError as error:
            print(False)
    """)
    assert lines == [
        f"broken usurper 1.0 registers a plugin as mygrad.{name}, but mygrad has that name already: "
        "the plugin must take another one",
        "False",
    ]


def test_what_cannot_be_a_name_is_reported(site):
    site.install("odd", "not-a-name = colorsys")
    lines = site.run("""
        import mygrad
        print(*(plugin.state for plugin in mygrad.plugins() if plugin.distribution == "odd"))
        print("not-a-name" in dir(mygrad))
    """)
    assert lines == ["broken", "False"]


BROKEN_ENTRY_POINTS = {
    "not-utf-8": b"[console_scripts]\nna\xefve = naive:main\n",
    "binary": bytes(range(128, 256)),
    "no-value": b"[mygrad.plugins]\ntools\n",
}


@pytest.mark.parametrize("content", BROKEN_ENTRY_POINTS.values(), ids=BROKEN_ENTRY_POINTS.keys())
def test_entry_points_that_cannot_be_read_are_reported_and_harm_nobody_else(site, tmp_path, content):
    site.install("sound", "answer = colorsys")
    site.install("damaged", "", version="0.1")
    (tmp_path / "damaged-0.1.dist-info" / "entry_points.txt").write_bytes(content)
    lines = site.run("""
        import mygrad
        print(hasattr(mygrad, "no_such_thing"), "answer" in dir(mygrad), mygrad.answer.__name__)
        [plugin] = [plugin for plugin in mygrad.plugins() if plugin.distribution == "damaged"]
        print(repr(plugin.name), plugin.version, plugin.state, isinstance(plugin.error, Exception))
        try:
            mygrad.tools
        except (AttributeError, ImportError) as error:
            print("fine")
        print([p.state for p in mygrad.plugins() if p.distribution == "sound"])
    """)
    assert lines == ["False True colorsys", "'' 0.1 broken True", "fine", "['loaded']"]


def test_first_party_names_say_whose_entry_points_cannot_be_read(site, tmp_path):
    site.install("damaged", "", version="0.1")
    (tmp_path / "damaged-0.1.dist-info" / "entry_points.txt").write_bytes(b"\xff")
    (message,) = site.run("""
        import mygrad
        from mygrad import _plugins
        _plugins.FIRST_PARTY["no_such_thing"] = "mygrad-nothing"
        try:
            mygrad.no_such_thing
        except AttributeError as error:
            print(error)
    """)
    assert message.endswith(
        "it is part of mygrad-nothing, which is not installed (`pip install mygrad-nothing`), or is among those whose "
        "entry points cannot be read (damaged)"
    )


@pytest.mark.parametrize("metadata", [None, b"", b"Name: \xff\xfe\n", b"Version: 1.0\n"])
def test_metadata_that_is_missing_or_cannot_be_read(site, tmp_path, metadata):
    site.install("nameless", "answer = colorsys")
    about = tmp_path / "nameless-1.0.dist-info" / "METADATA"
    about.unlink() if metadata is None else about.write_bytes(metadata)
    lines = site.run("""
        import mygrad
        print(mygrad.answer.__name__)
        print(["nameless" in p.distribution for p in mygrad.plugins() if p.name == "answer"])
    """)
    assert lines == ["colorsys", "[True]"]


def test_registered_twice_by_one_distribution(site):
    site.install("double", "answer = colorsys\nanswer = math")
    lines = site.run("""
        import mygrad
        try:
            mygrad.answer
        except ImportError as error:
            print(error)
    """)
    assert lines == ["mygrad.answer is registered more than once, by double 1.0 and double 1.0: uninstall all but one"]


def test_of_two_versions_the_first_on_the_path_counts(site, tmp_path):
    site.install("twice", "answer = colorsys", version="2.0")
    behind = tmp_path / "behind" / "Twice-1.0.dist-info"
    behind.mkdir(parents=True)
    (behind / "METADATA").write_text("Metadata-Version: 2.1\nName: Twice\nVersion: 1.0\n")
    (behind / "entry_points.txt").write_text("[mygrad.plugins]\nanswer = math\nquestion = math\n")
    lines = site.run(f"""
        import sys
        sys.path.append({str(tmp_path / "behind")!r})
        import mygrad
        print(mygrad.answer.__name__, hasattr(mygrad, "question"))
    """)
    assert lines == ["colorsys False"]


def test_threads_get_the_same_plugin(site):
    source = "import time; time.sleep(0.1); make = object()"
    site.install("third-party", "tools = their_tools:make", their_tools=source)
    lines = site.run("""
        import mygrad
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(8) as pool:
            print(len(set(pool.map(lambda _: mygrad.tools, range(8)))))
    """)
    assert lines == ["1"]


def test_the_older_mygrad_beside_this_one_is_refused(tmp_path):
    _folders.refuse_mygrad_2([str(tmp_path)])
    (tmp_path / "_utils").mkdir()
    (tmp_path / "_utils" / "lock_management.py").touch()
    with pytest.raises(ImportError, match="`pip uninstall mygrad mygrad-core`"):
        _folders.refuse_mygrad_2([str(tmp_path)])


def test_this_package_is_not_mistaken_for_the_older_one():
    _folders.refuse_mygrad_2(mygrad.__path__)


#: As where mygrad-scipy is not installed, which provides `mygrad.special`.
ALONE = """
import importlib.metadata as metadata
everything = metadata.distributions
metadata.distributions = lambda: [each for each in everything() if each.name != "mygrad-scipy"]
"""


def test_special_functions_of_the_array_namespace(site):
    """SciPy and others ask whether the namespace has them."""
    site.install("third-party", "special = their_special", their_special="print('imported'); erf = abs")
    lines = site.run(
        ALONE
        + dedent("""
        import mygrad
        xp = mygrad.tensor(1.0).__array_namespace__()
        print(hasattr(xp, "sum"))
        print(xp.special.erf(-1.0))
        print(xp.special is mygrad.special)
        """)
    )
    assert lines == ["True", "imported", "1.0", "True"]


def test_special_functions_that_are_not_installed_or_broken(site):
    lines = site.run(
        ALONE
        + dedent("""
        import mygrad.array_api as xp
        print(hasattr(xp, "special"))
        try:
            xp.special
        except AttributeError as error:
            print(error)
        """)
    )
    assert lines == [
        "False",
        "module 'mygrad.array_api' has no attribute 'special': it is part of mygrad-scipy, which is not installed "
        "(`pip install mygrad-scipy`)",
    ]
    site.install("third-party", "special = their_special", their_special="import no_such_module")
    lines = site.run(
        ALONE
        + dedent("""
        import mygrad.array_api as xp
        try:
            xp.special
        except ImportError as error:
            print(error)
        """)
    )
    assert "third-party" in lines[0]
    assert "no_such_module" in lines[0]


# --- rules ----------------------------------------------------------------------------------------------

#: A library whose function asks tensors by NumPy's protocols, and rules of it.
LIBRARY = """
import numpy as np
from mygrad._rules.rule import primitive
cube = np.frompyfunc(lambda x: x**3, 1, 1)
cube_of_arrays = primitive(lambda x: x**3)
"""
RULES = """
print("imported")
import optics
from mygrad.extend import defvjp
defvjp(optics.cube, lambda g, _y, x: g * 3 * x**2)
defvjp(optics.cube_of_arrays, lambda g, _y, x: g * 3 * x**2)
"""
#: `frompyfunc` makes ufuncs of objects: `dtype=object` computes with them, and what comes out is cast.
CALL = """
import mygrad, numpy as np, optics
x = mygrad.tensor([2.0, 3.0])
"""


@pytest.fixture
def optics(site, tmp_path):
    (tmp_path / "optics.py").write_text(dedent(LIBRARY))
    site.install("their-rules", "optics = their_rules", group="mygrad.rules", their_rules=RULES)
    return site


def test_rules_of_a_distribution_count_without_being_imported(optics):
    lines = optics.run(
        CALL
        + """
print(np.sin(x).constant)
for _ in range(2):
    optics.cube_of_arrays(x).backward(1.0)
    print(x.grad)
print(mygrad.extend.call(optics.cube_of_arrays, x))
print(optics.cube in mygrad.extend.rule.RULES)
"""
    )
    assert lines == ["False", "imported", "[12. 27.]", "[12. 27.]", "Tensor([ 8., 27.])", "True"]


@pytest.mark.parametrize("value", ["x", "mygrad.tensor([2.0, 3.0], constant=True)"])
@pytest.mark.parametrize("call", ["np.spacing(x)", "np.add(x, 1, dtype=float)", "np.sum(x)", "np.polyval(x, 2.0)"])
def test_functions_that_are_known_bring_nothing(optics, call, value):
    assert optics.run(f"{CALL}\nx = {value}\n{call}\nprint('done')") == ["done"]


def test_rules_wait_for_their_library(optics):
    lines = optics.run(
        """
import mygrad, numpy as np
def meet():
    try:
        np.frompyfunc(abs, 1, 1)(mygrad.tensor(1.0))
    except TypeError:
        print("refused")
meet()
import optics
meet()
meet()
"""
    )
    assert lines == ["refused", "imported", "refused", "refused"]


def test_rules_are_brought_by_a_ufunc(optics):
    lines = optics.run(
        CALL
        + """
try:
    optics.cube(x)
except TypeError as error:  # its results are objects, of which there are no tensors
    print("no derivative" in str(error))
try:
    np.frompyfunc(abs, 1, 1)(x)
except TypeError as error:
    print("no derivative for it" in str(error))
"""
    )
    assert lines == ["imported", "False", "True"]


def test_a_programs_own_rule_counts(optics):
    lines = optics.run(
        CALL
        + """
mygrad.extend.defvjp(optics.cube_of_arrays, lambda g, _y, _x: 7 * g)
print(mygrad.extend.rule.RULES.get(optics.cube))
try:
    optics.cube(x)
except TypeError:
    pass
optics.cube_of_arrays(x).backward(1.0)
print(x.grad)
"""
    )
    assert lines == ["None", "imported", "[7. 7.]"]


def test_of_two_distributions_the_first_by_name_counts(optics):
    other = RULES.replace("g * 3 * x**2", "-g").replace('"imported"', '"also"')
    optics.install("another", "optics = another_rules", group="mygrad.rules", another_rules=other)
    lines = optics.run(CALL + "optics.cube_of_arrays(x).backward(1.0)\nprint(x.grad)")
    assert lines == ["also", "imported", "[-1. -1.]"]


def test_rules_that_are_broken_are_reported_once_and_harm_nothing(optics):
    optics.install("damaged", "optics = damaged_rules", group="mygrad.rules", damaged_rules="1 / 0", version="0.2")
    optics.install("absent", "optics = no_such_module", group="mygrad.rules")
    lines = optics.run(
        CALL
        + """
import warnings
for _ in range(2):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        optics.cube_of_arrays(x).backward(1.0)
    print(x.grad, len(caught))
    for warning in caught:
        print(warning.category.__name__, warning.message)
print([plugin.state for plugin in mygrad.plugins() if plugin.distribution in ("damaged", "absent")])
"""
    )
    assert lines == [
        "imported",
        "[12. 27.] 2",
        "RuntimeWarning absent 1.0 has derivatives for optics, but importing 'no_such_module' raised "
        "ModuleNotFoundError: No module named 'no_such_module'",
        "RuntimeWarning damaged 0.2 has derivatives for optics, but importing 'damaged_rules' raised "
        "ZeroDivisionError: division by zero",
        "[12. 27.] 0",
        "[]",
    ]


def test_threads_that_meet_rules_at_the_same_time(optics, tmp_path):
    (tmp_path / "their_rules.py").write_text("import time; time.sleep(0.1)" + RULES)
    lines = optics.run(
        CALL
        + """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
barrier = Barrier(8)
def slope(_):
    x = mygrad.tensor([2.0])
    barrier.wait()
    optics.cube_of_arrays(x).backward()
    return x.grad.item()
with ThreadPoolExecutor(8) as pool:
    print(set(pool.map(slope, range(8))))
"""
    )
    assert lines == ["imported", "{12.0}"]


def test_has_rule_knows_what_is_brought(optics):
    lines = optics.run(CALL + "print(mygrad.extend.has_rule(np.floor), mygrad.extend.has_rule(optics.cube))")
    assert lines == ["imported", "False True"]
