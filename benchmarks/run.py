"""Measure ours and its peers in turn, and print the figures side by side.

Each peer has a process of its own, so that they can take turns: each row is done in many short rounds, in every one
of which all of them do it, one after the other. What disturbs the machine disturbs all alike.

``python -m benchmarks.run --help`` tells what can be chosen.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from benchmarks import document
from benchmarks.environments import interpreter
from benchmarks.process import ROOT, Failure, Worker
from benchmarks.report import COLUMNS, Result, table
from benchmarks.workloads import GROUPS, Row, load

SUMMARY = "Measure mygrad and its peers in turn, and print the figures side by side."
SOURCES = [ROOT / f"packages/mygrad-{part}/src" for part in ("core", "nnet")]
ENVIRONMENTS = ROOT / ".nox/bench-peers"
JSON = ROOT / "build/bench.json"
#: The environment variable with interpreters that have the peers: ``"torch=/path/to/python mygrad=..."``.
PYTHONS = "MYGRAD_BENCH_PYTHONS"
#: The process in which the figures of a column are taken.
PEER_OF = {column: column for column in COLUMNS} | {"unguarded": "ours"}
#: The environment in which a peer lives.
HOME_OF = {column: column for column in COLUMNS} | {"numpy": "ours", "eager": "ours", "jax-jit": "jax"}
#: Who is measured if nothing is said.
PEERS = [column for column in COLUMNS if column not in ("ours", "before")]
#: After so many rounds, no new one is begun once a row has taken so many seconds.
FEWEST_ROUNDS, LONGEST = 5, 20.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=SUMMARY)
    add = parser.add_argument
    add("--only", nargs="+", choices=GROUPS, default=GROUPS, metavar="GROUP", help=", ".join(GROUPS))
    add("--match", default="", metavar="TEXT", help="only the rows whose titles have TEXT in them")
    add("--peers", nargs="+", choices=COLUMNS[1:], default=[], metavar="PEER", help=", ".join(PEERS))
    add("--against", type=Path, nargs="+", default=[], metavar="WHEEL", help="measure another build of ours: `before`")
    add("--rounds", type=int, help="how often each row is measured (25; single-shot rows: 3)")
    add("--quick", action="store_true", help="2 short rounds without the long rows: a first look")
    add("--least", action="store_true", help="the least time of all rounds, not the median: what a quiet machine takes")
    add("--check", action="store_true", help="list the targets that are missed")
    add("--strict", action="store_true", help="the same, and fail if there are any")
    add("--python", action="append", default=[], metavar="PEER=PATH", help=f"its interpreter (also {PYTHONS})")
    add("--source", type=Path, nargs="*", metavar="FOLDER", help="ours as it is in FOLDER; by default, here")
    add("--environments", type=Path, default=ENVIRONMENTS, metavar="FOLDER", help="of the peers' venvs")
    add("--document", type=Path, metavar="FILE", help="write the tables into this page, in place of those that it has")
    add("--json", type=Path, default=JSON, metavar="FILE", help="where the figures go for machines")
    options = parser.parse_args()
    if options.document and (options.only != GROUPS or options.match or options.quick):
        parser.error("--document writes the tables of all groups: leave out --only, --match and --quick")
    if options.source == []:
        options.source = SOURCES
    if options.against:
        options.peers.append("before")
    options.peers = options.peers or PEERS
    return options


class Bench:
    """The workers, and what was asked of them."""

    def __init__(self, options: argparse.Namespace, stack: ExitStack) -> None:
        self.options = options
        self.notes: list[str] = []
        self.workers: dict[str, Worker] = {}
        self.about: dict[str, Any] = {}
        chosen = os.environ.get(PYTHONS, "").split() + options.python
        self.pythons = {peer: Path(path) for peer, _, path in (choice.partition("=") for choice in chosen)}
        for peer in dict.fromkeys(PEER_OF[column] for column in ("ours", *options.peers)):
            try:
                worker = stack.enter_context(self.worker(peer))
                self.about[peer] = worker.ask(do="describe")
                self.workers[peer] = worker
            except (Failure, RuntimeError, OSError) as failure:
                if peer == "ours":
                    raise
                self.note(f"{peer} is left out: {failure}")
        self.columns = [c for c in COLUMNS if c in ("ours", *options.peers) and PEER_OF[c] in self.workers]

    def worker(self, peer: str, timed: bool = True) -> Worker:
        home = HOME_OF[peer]
        python = self.pythons.get(home, Path(sys.executable) if home == "ours" else None)
        if python is None:
            numpy = self.about["ours"]["numpy"]
            python = self.pythons[home] = interpreter(home, self.options.environments, numpy, self.options.against)
        return Worker(peer, python, (self.options.source or ()) if home == "ours" else (), timed)

    def note(self, text: str) -> None:
        self.notes.append(text)
        print("note:", text, file=sys.stderr)

    def able(self, row: Row) -> list[str]:
        """The columns that do the work of `row`, and agree on its result."""
        columns, reference = [], None
        for column in self.columns:
            if PEER_OF[column] in row.without:
                continue
            try:
                found = self.ask(column, row, do="check")
            except Failure as failure:
                self.note(f"{row.group}: {row.title}: {column}: {failure}")
                continue
            if found is None:
                continue
            reference = reference or found
            if not agree(found, reference):
                self.note(f"{row.group}: {row.title}: {column} computes something else than {columns[0]}")
                continue
            columns.append(column)
        return columns

    def ask(self, column: str, row: Row, **request: Any) -> Any:
        worker = self.workers[PEER_OF[column]]
        return worker.ask(group=row.group, title=row.title, guard=column != "unguarded", **request)

    def time(self, rows: list[Row]) -> list[Result]:
        """Rounds for each row, in each of which the columns take turns."""
        results = []
        for row in rows:
            columns = self.able(row)
            result = Result(row.group, row.title, "s", row.targets, least=self.options.least)
            results.append(result)
            begun = monotonic()
            for done in range(self.options.rounds or (2 if self.options.quick else 25)):
                if done >= FEWEST_ROUNDS and monotonic() - begun > LONGEST:
                    break
                for column in list(columns):
                    try:
                        seconds = self.ask(column, row, do="time")
                    except Failure as failure:
                        self.note(f"{row.group}: {row.title}: {column}: {failure}")
                        columns.remove(column)
                    else:
                        result.samples.setdefault(column, []).append(seconds)
        return results

    def probe(self, rows: list[Row]) -> list[Result]:
        """The same for what needs a fresh process each time."""
        results: dict[tuple[str, str], Result] = {}
        for _ in range(self.options.rounds or (1 if self.options.quick else 3)):
            for row in rows:
                for column in self.columns:
                    if column == "unguarded" or column in row.without:
                        continue
                    try:
                        with self.worker(column, timed=False) as worker:
                            found = worker.ask(do="probe", group=row.group, title=row.title)
                    except Failure as failure:
                        self.note(f"{row.group}: {row.title}: {column}: {failure}")
                        continue
                    for measure, (value, unit) in (found or {}).items():
                        title = f"{row.title}: {measure}"
                        new = Result(row.group, title, unit, row.targets.get(measure, {}))
                        result = results.setdefault((row.title, measure), new)
                        result.samples.setdefault(column, []).append(value)
        # A measure that only some peers give comes last; the lines of a row belong together all the same.
        order = [row.title for row in rows]
        return [results[key] for key in sorted(results, key=lambda key: order.index(key[0]))]


def agree(a: list[list[float]], b: list[list[float]]) -> bool:
    """Whether two fingerprints are those of the same arrays, rounding aside."""
    if len(a) != len(b):
        return False
    for p, q in zip(a, b, strict=True):
        tolerance = 1e-4 if q[0] < 8 else 1e-8
        if len(p) != len(q) or not np.allclose(p, q, rtol=tolerance, atol=tolerance * (1 + max(map(abs, q)))):
            return False
    return True


def machine() -> str:
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{model}, {os.cpu_count()} cores (one is used), {platform.platform()}, {load}".rstrip(", ")


def main() -> int:
    options = arguments()
    with ExitStack() as stack:
        bench = Bench(options, stack)
        print(machine())
        for peer, about in bench.about.items():
            print("{:9} {version}: Python {python}, NumPy {numpy}, {blas}, {threads} thread".format(peer, **about))
        print(flush=True)
        results: list[Result] = []
        for name in options.only:
            rows = [r for r in load(name).rows.values() if options.match in r.title and not (r.long and options.quick)]
            if rows:
                probes = [r for r in rows if r.mode == "probe"]
                found = bench.time([r for r in rows if r not in probes]) + (bench.probe(probes) if probes else [])
                print(table(found), end="\n\n", flush=True)
                results += found

    for note in bench.notes:
        print("note:", note)
    missed = [f"{result.group}: {result.title}: {phrase}" for result in results for phrase in result.missed()]
    if options.check or options.strict:
        print(f"{len(missed)} targets missed", *missed, sep="\n  ")
    options.json.parent.mkdir(parents=True, exist_ok=True)
    report = {
        "machine": machine(),
        "peers": bench.about,
        "notes": bench.notes,
        "results": [result.as_json() for result in results],
    }
    options.json.write_text(json.dumps(report, indent=1))
    if options.document:
        document.write(report, options.document)
    return 1 if options.strict and missed else 0


if __name__ == "__main__":
    sys.exit(main())
