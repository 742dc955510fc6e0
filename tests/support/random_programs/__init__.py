"""Random NumPy programs, run on arrays and on tensors side by side.

A program is a list of lines of source code. It is written line by line (`generator`), and every line is run at once
on arrays and on tensors, which have to agree (`program`). What its gradients are to be compared with comes from running
it anew on complex numbers (`worlds`).
"""

from random_programs.program import Line, Program, replay, run_random_program, write_random_program
from random_programs.worlds import Tensors, look

__all__ = ["Line", "Program", "Tensors", "look", "replay", "run_random_program", "write_random_program"]
