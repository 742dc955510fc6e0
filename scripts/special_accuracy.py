"""Measure derivatives of `scipy.special` at extreme arguments against mpmath: ``python scripts/special_accuracy.py``.

The errors are written beside the catalogue in tests/support, from where `scripts/special_table.py` takes them. With
names of functions, those of these are printed.
"""

import json
import sys
from pathlib import Path

import scipy

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/support"))

from special_functions.extremes import EXTREMES, errors  # noqa: E402

RESULTS = ROOT / "tests/support/special_functions/accuracy.json"


def main():
    names = sys.argv[1:]
    found = {name: errors(name) for name in names or EXTREMES}
    if names:
        print(json.dumps(found, indent=1))
    else:
        RESULTS.write_text(json.dumps({"scipy": scipy.__version__, "functions": found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
