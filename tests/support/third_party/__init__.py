"""Functions that others wrote for NumPy, and what becomes of them when they are given tensors."""
