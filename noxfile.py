"""What people and CI run: ``nox`` tests, ``nox -t gate`` does the rest of CI, ``nox -s NAME`` runs one session.

Sessions that judge what a user gets (types, doctests, isolation, the demo) install the built wheels; those
that test the code install it editable. Either way all five distributions are installed in ONE command: one
by one, a plugin would fetch its core from the index.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False  # in CI too: .ci/run says which are missing

ROOT = Path(__file__).parent
DIST = ROOT / "dist"
SITE = ROOT / "build" / "site"
TRY_IT = ROOT / "build" / "try-it"

# All that is downloaded stays in this folder, unless somebody has said where he wants it.
for tool in ("UV_CACHE_DIR", "MPLCONFIGDIR", "PYRIGHT_PYTHON_CACHE_DIR"):
    os.environ.setdefault(tool, str(ROOT / ".nox" / "cache" / tool.split("_")[0].lower()))

PARTS = ("core", "nnet", "viz", "io", "scipy")
GROUPS = nox.project.load_toml(ROOT / "pyproject.toml")
CORE = nox.project.load_toml(ROOT / "packages/mygrad-core/pyproject.toml")

# The Pythons that the classifiers promise, and the one that is here.
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
PYTHONS = sorted({*nox.project.python_versions(CORE), HERE}, key=lambda python: int(python.split(".")[1]))
LOWEST_PYTHON = CORE["project"]["requires-python"].removeprefix(">=")
LOWEST_NUMPY = CORE["project"]["dependencies"][0].removeprefix("numpy>=")
SCIPY = nox.project.load_toml(ROOT / "packages/mygrad-scipy/pyproject.toml")
[LOWEST_SCIPY] = [r.removeprefix("scipy>=") for r in SCIPY["project"]["dependencies"] if r.startswith("scipy>=")]

nox.options.sessions = [f"tests-{HERE}"]


def group(name: str) -> list[str]:
    return nox.project.dependency_groups(GROUPS, name)


def editable(*parts: str) -> list[str]:
    return [word for part in parts or PARTS for word in ("-e", f"packages/mygrad-{part}")]


def wheels(*parts: str, extra: str = "") -> list[str]:
    """The built wheels of `parts`, as requirements."""
    found = {part: list(DIST.glob(f"mygrad_{part}-*.whl")) for part in parts}
    return [f"mygrad-{part}{extra if part == 'core' else ''} @ {wheel.as_uri()}" for part, [wheel] in found.items()]


def pytest(session: nox.Session, *args: str, profile: str = "ci") -> None:
    """Run tests. What a session runs again, in other surroundings, it runs with the profile "again": fewer examples."""
    profile = os.environ.get("HYPOTHESIS_PROFILE", profile)
    unmarked = ["-m", "not once"] if profile == "again" else []
    env = {"HYPOTHESIS_PROFILE": profile}
    if "-n" in args:  # matrices are small: threads take several times as long, beside processes that have as many
        env["OPENBLAS_NUM_THREADS"] = "1"
    session.run("pytest", *args, *unmarked, *session.posargs, env=env)


@nox.session(tags=["gate", "sources"])
def lint(session: nox.Session) -> None:
    """Check the style and the format of the code, and that no room of the core imports one above it."""
    session.install(*group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    # It reads the imports, function-level ones too, and runs nothing.
    session.run("lint-imports", "--no-cache", env={"PYTHONPATH": "packages/mygrad-core/src"})


@nox.session(tags=["gate", "wheels"])
def build(session: nox.Session) -> None:
    """Build the sdist and, from it, the wheel of each distribution, into dist/; then inspect them."""
    shutil.rmtree(DIST, ignore_errors=True)
    session.install(*group("build"), *group("test"), *group("test-plugins"), "numpy")
    for part in PARTS:
        session.run(
            "python",
            "-m",
            "build",
            "--no-isolation",
            f"--outdir={DIST}",
            f"packages/mygrad-{part}",
            silent=True,
        )
    session.run("twine", "check", "--strict", *map(str, sorted(DIST.iterdir())))
    session.run("pytest", "-q", "tests/integration", env={"MYGRAD_DIST": str(DIST)})


@nox.session(requires=["build"], tags=["gate", "wheels"])
def typecheck(session: nox.Session) -> None:
    """Check the types of the installed wheels: inside, and as their users see them by mypy and pyright."""
    # Not editable: no type checker can follow extend_path through several folders.
    session.install(*wheels(*PARTS, extra="[testing]"), *group("typecheck"), *group("test"), *group("test-plugins"))
    session.run("mypy", "-p", "mygrad")
    pytest(session, "tests/typing")


@nox.session(requires=["build"], tags=["gate", "wheels"])
def doctest(session: nox.Session) -> None:
    """Run the examples in the docstrings of the installed wheels, in README.md and in docs/."""
    session.install(*wheels(*PARTS, extra="[testing]"), *group("test"), *group("test-plugins"), *group("doctest"))
    # By name: collected from their files, the portions of the package would be imported a second time.
    # What hypothesis warns of is what the examples of strategies are there for.
    quiet = "-Wignore::hypothesis.errors.NonInteractiveExampleWarning"
    session.run("pytest", "-q", "--doctest-modules", quiet, "--pyargs", "mygrad")
    session.run("pytest", "-q", "tests/docs")


@nox.session(python=LOWEST_PYTHON, tags=["gate", "sources"])
def docs(session: nox.Session) -> None:
    """Build the site into build/site; then test its links, its pictures and its search, and look at it in Chromium."""
    session.install(*editable(), *group("docs"), "pytest>=9", "hypothesis>=6.100")
    for folder in (SITE, ROOT / "docs" / "gallery"):  # or what is gone, or computed otherwise now, would still be there
        shutil.rmtree(folder, ignore_errors=True)
    session.run("sphinx-build", "-b", "html", "-j", "auto", "-W", "--keep-going", "-q", "docs", str(SITE))
    session.run(
        "pytest",
        "-q",
        "tests/site",
        "--ignore=tests/site/test_try_it.py",
        *session.posargs,
        env={"MYGRAD_SITE": str(SITE)},
    )
    session.log(f"the site: {SITE / 'index.html'}")


@nox.session(requires=["build"], name="try-it")
def try_it(session: nox.Session) -> None:
    """Build a JupyterLite site with the wheels and the notebooks inside, into build/try-it."""
    session.install(*group("try-it"), "pytest>=9", "hypothesis>=6.100")
    session.run("python", "scripts/try_it.py", str(DIST), str(TRY_IT))
    session.run("pytest", "-q", "tests/site/test_try_it.py", env={"MYGRAD_SITE": str(TRY_IT)})


@nox.session(python=HERE, tags=["night"])
def nightly(session: nox.Session) -> None:
    """Run the tests with many more examples, and with NumPy's next release where an index has it."""
    session.install(*editable(), *group("test"), *group("test-plugins"))
    # What needs a release of NumPy that is not there yet stays with the newest that there is.
    session.install("--pre", "--upgrade", "--only-binary=numpy", "numpy", success_codes=[0, 1, 2])
    session.run("python", "-m", "mygrad")
    pytest(session, "-n", "auto", *(f"tests/{part}" for part in PARTS), profile="nightly")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests of all five distributions with the newest NumPy for a Python: ``nox -s tests-3.13``."""
    session.install(*editable(), *group("test"), *group("test-plugins"))
    profile = "ci" if session.python == HERE else "again"
    pytest(session, "-n", "auto", *(f"tests/{part}" for part in PARTS), profile=profile)


@nox.session(requires=["build"], tags=["gate", "wheels"])
def notebook(session: nox.Session) -> None:
    """Run the notebook of examples/, and look at its pictures in Chromium, if that is there."""
    session.install(*wheels("core", "viz"), *group("test"), *group("test-plugins"), *group("notebook"))
    pytest(session, "tests/viz/test_notebook.py")


@nox.session(tags=["gate", "sources"])
def demo(session: nox.Session) -> None:
    """Fit a recorded heartbeat with model functions that others wrote for NumPy."""
    session.install("./packages/mygrad-core", *group("demo"))
    session.run("python", "examples/fit_heartbeat.py", *session.posargs, env={"MPLBACKEND": "agg"})


@nox.session(requires=["build"], tags=["gate", "wheels"])
def examples(session: nox.Session) -> None:
    """Train the nets of examples/, for a few steps, and run the gallery: ``nox -s examples -- --full`` trains on."""
    session.install(*wheels("core", "nnet", "scipy"), *group("examples"))
    options = [] if session.posargs == ["--full"] else ["--quick"]
    for example in ("digits.py", "text_gru.py", "transformer.py", "diffusion.py"):
        session.run("python", f"examples/{example}", *options, env={"MPLBACKEND": "agg"})
    session.run("python", "scripts/gallery.py", "--check")


@nox.session(python=LOWEST_PYTHON, requires=["build"], tags=["gate", "wheels"])
@nox.parametrize("part", PARTS, ids=PARTS)
def minimums(session: nox.Session, part: str) -> None:
    """Run the tests of a part, whose wheel has the core's beside it and the lowest Python, NumPy and SciPy promised."""
    lowest = [f"numpy=={LOWEST_NUMPY}.*"]
    if part != "core":
        lowest += [*group("test-plugins"), f"scipy=={LOWEST_SCIPY}.*"]
    session.install(*wheels(*{"core", part}, extra="[testing]"), *group("test"), *lowest)
    pytest(session, "-n", "auto", f"tests/{part}", profile="again")
    if part == "io":  # states of nets, too
        session.install(*wheels("core", "io", "nnet"), *lowest)
        pytest(session, "tests/io/test_states.py", "tests/io/test_safetensors.py", profile="again")


@nox.session(requires=["build"])
@nox.parametrize("part", PARTS, ids=PARTS)
def isolated(session: nox.Session, part: str) -> None:
    """The same with the newest NumPy and SciPy, for when one distribution's tests are wanted alone."""
    others = [] if part == "core" else group("test-plugins")
    session.install(*wheels(*{"core", part}, extra="[testing]"), *group("test"), *others)
    pytest(session, "-n", "auto", f"tests/{part}", profile="again")


@nox.session(python=LOWEST_PYTHON, name="third-party")
def third_party(session: nox.Session) -> None:
    """Give tensors to functions that others wrote for NumPy: no outcome may get worse; ``-- --update`` records them.

    It is the core that is tried. What `mygrad-scipy` puts in the place of SciPy's functions would hide what it does:
    with it, they are tried by ``-- --with-scipy``, and recorded apart.
    """
    parts = ("core", "scipy") if "--with-scipy" in session.posargs else ("core",)
    session.install(*editable(*parts), *group("test"), *group("third-party"))
    pytest(session, "-n", "auto", "tests/third_party")


@nox.session(python=LOWEST_PYTHON, name="third-party-sample", tags=["gate", "sources"])
def third_party_sample(session: nox.Session) -> None:
    """The same with forty of them."""
    session.install(*editable("core"), *group("test"), *group("third-party-sample"))
    pytest(session, "-n", "auto", "tests/third_party", "--sample")


@nox.session(python=LOWEST_PYTHON, name="array-api", tags=["gate", "sources"])
def array_api(session: nox.Session) -> None:
    """Differentiate what others compute by the array API; ``-- --tables`` writes the tables of docs/array-api.md."""
    session.install(*editable(), *group("test"), *group("array-api"))
    if session.posargs == ["--tables"]:
        session.run("python", "-m", "array_api.report", env={"PYTHONPATH": "tests/support"})
    else:
        pytest(session, "tests/array_api")


@nox.session(python=LOWEST_PYTHON, tags=["gate", "sources"])
def optimisers(session: nox.Session) -> None:
    """Give derivatives to SciPy's optimisers and solvers; ``-- --table`` writes the table of docs/scipy.md."""
    session.install(*editable(), *group("test"), *group("array-api"))
    if session.posargs == ["--table"]:
        session.run("python", "-m", "optimisation.report", env={"PYTHONPATH": "tests/support"})
    else:
        pytest(session, "tests/optimisers")


# pip knows where this machine has PyTorch from; uv has settings of its own.
@nox.session(python=LOWEST_PYTHON, venv_backend="virtualenv", reuse_venv=True)
def parity(session: nox.Session) -> None:
    """Compare mygrad.nnet with PyTorch: values, gradients, and optimizers over a hundred steps."""
    session.install(*editable(), *group("test"), *group("parity"))
    pytest(session, "tests/parity")


# See above.
@nox.session(requires=["build"], venv_backend="virtualenv", reuse_venv=True)
def bench(session: nox.Session) -> None:
    """Measure mygrad side by side with its peers: ``nox -s bench -- --only small --quick``."""
    session.install("numpy")
    session.install("--force-reinstall", "--no-deps", *wheels("core", "nnet"))
    session.run("python", "-m", "benchmarks.run", *session.posargs)
