"""NumPy's functions that are made of others. Importing this registers them, but for those that wait."""

from mygrad._compositions import creation, picking  # noqa: F401
