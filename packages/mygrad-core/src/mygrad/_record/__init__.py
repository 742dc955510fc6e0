"""`mygrad.compile`: a function, recorded once as a program of NumPy calls, and run as such from then on.

What is recorded is not the graph, but NumPy: what stands in for an argument (`traced.py`, `methods.py`) looks like an
array, has no memory, and notes each call that it meets (`trace.py`), in the forward pass, in the rules, and in the
backward pass. So all that a result depends on is in the program (`program.py`), and whatever would get at a value, by
Python or by code in C, has to ask for it, and is refused where it does.
Passes (`passes.py`, `buffers.py`) make the program shorter, `source.py` writes it down, and `compiled.py` looks up
which program belongs to the arguments of a call, and checks new ones against the function itself (`checks.py`).
"""
