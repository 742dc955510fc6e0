"""An interpreter for each peer: given by the user, or in a venv that is built once and kept."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["interpreter"]

REQUIREMENTS = {
    "torch": ["torch==2.13.0"],
    "mygrad": ["mygrad==2.5.0"],
    "autograd": ["autograd>=1.8"],
    "jax": ["jax==0.10.2", "jaxlib==0.10.2"],
}


def interpreter(peer: str, folder: Path, numpy: str, wheels: Sequence[Path] = ()) -> Path:
    """The Python of the venv of `peer` in `folder`, which has the same version of NumPy as ours has.

    The venv of a peer that is not in the table is made of `wheels`, and anew each time.

    Raises
    ------
    RuntimeError
        If the venv cannot be built, with pip's last words.
    """
    requirements = [*REQUIREMENTS.get(peer, (str(wheel.resolve()) for wheel in wheels)), f"numpy=={numpy}"]
    wanted = "\n".join([sys.version, *requirements])
    home = folder / peer
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = home / "requirements.txt"
    if peer in REQUIREMENTS and stamp.exists() and stamp.read_text() == wanted:
        return python
    print(f"building {home}", file=sys.stderr)
    _run(sys.executable, "-m", "venv", "--clear", str(home))
    _run(str(python), "-m", "pip", "install", "--quiet", *requirements)
    stamp.write_text(wanted)
    return python


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip().splitlines()[-1])
