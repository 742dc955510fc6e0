"""Options of the third-party suite, and the counts at its end."""

from __future__ import annotations

from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--sample", action="store_true", help="only the functions of third_party.report.sample")
    parser.addoption("--update", action="store_true", help="record the outcomes and their table in docs/drop-in.md")
    parser.addoption("--with-scipy", action="store_true", help="try the core with mygrad-scipy, which is installed")


def pytest_configure(config: pytest.Config) -> None:
    from third_party.worker import has_plugin

    if has_plugin() != config.getoption("--with-scipy", default=has_plugin()):
        raise pytest.UsageError("--with-scipy has to be given if mygrad-scipy is installed, and only then")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):  # a worker of pytest-xdist: it knows of some tests only
        return
    from third_party.report import table, write_table
    from third_party.worker import record, recorded

    found = {}
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        found.update(dict(report.user_properties).get("outcomes", {}))
    if not found:
        return
    terminalreporter.section("functions that others wrote for NumPy")
    terminalreporter.write_line(table(found))
    before = recorded()
    for name, modes in sorted(found.items()):
        for mode, outcome in modes.items():
            was = before.get(name, {}).get(mode)
            if was is not None and was != outcome:
                terminalreporter.write_line(f"{name}, {mode}: {was} -> {outcome}")
    if config.getoption("--update"):
        record(found)
        write_table()
