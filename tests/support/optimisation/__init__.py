"""What SciPy's optimisers and solvers do with derivatives of ours, and with the differences that they take themselves.

`problems` has what they are given, and its solutions; `runs` every method that takes derivatives, each on a problem;
`report` the table of docs/scipy.md.
"""
