"""`mygrad.compile`: a function, recorded once as a program of NumPy calls, and run as such from then on.

What is recorded is not the graph, but NumPy: an array that stands in for an argument (`traced.py`) notes each call that
it meets (`trace.py`), in the forward pass, in the rules, and in the backward pass. So all that a result depends on is
in the program (`program.py`), and what would make a number of a value for Python to see is refused where it happens.
Passes (`passes.py`, `buffers.py`) make the program shorter, `source.py` writes it down, and `compiled.py` looks up
which program belongs to the arguments of a call, and checks new ones against the function itself (`checks.py`).
"""
