"""An interpreter for each peer: given by the user, or in a venv that is built once and kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

__all__ = ["interpreter"]

REQUIREMENTS = {
    "torch": ["torch==2.13.0"],
    "mygrad": ["mygrad==2.5.0"],
    "autograd": ["autograd>=1.8"],
    "jax": ["jax==0.10.2", "jaxlib==0.10.2"],
}


def interpreter(peer: str, folder: Path, numpy: str) -> Path:
    """The Python of the venv of `peer` in `folder`, which has the same version of NumPy as ours has.

    Raises
    ------
    RuntimeError
        If the venv cannot be built, with pip's last words.
    """
    wanted = "\n".join([sys.version, *REQUIREMENTS[peer], f"numpy=={numpy}"])
    home = folder / peer
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = home / "requirements.txt"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    print(f"building {home}", file=sys.stderr)
    _run(sys.executable, "-m", "venv", "--clear", str(home))
    _run(str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS[peer], f"numpy=={numpy}")
    stamp.write_text(wanted)
    return python


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError((done.stderr or done.stdout).strip().splitlines()[-1])
