"""Tensors of random numbers, drawn by NumPy's global generator: `numpy.random` under another name."""

from mygrad.random.sampling import rand, randint, randn, random, random_sample, ranf, sample, seed

__all__ = ["rand", "randint", "randn", "random", "random_sample", "ranf", "sample", "seed"]
