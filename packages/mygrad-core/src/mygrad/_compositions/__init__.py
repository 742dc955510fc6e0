"""NumPy's functions that are made of others. Importing this registers those that do not wait."""

from mygrad._compositions import creation, picking  # noqa: F401
