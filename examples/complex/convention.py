"""
The convention
==============

The gradient of a real number L by a complex one, z = x + iy, is dL/dx + i dL/dy. It is the way that L grows: who goes
against it goes down. PyTorch has the same convention.
"""

import matplotlib.pyplot as plt
import numpy as np

import mygrad as mg

values = {
    "abs(z)**2": lambda z: np.abs(z) ** 2,
    "real(z)": np.real,
    "imag(z)": np.imag,
    "real(z**2)": lambda z: (z**2).real,
    "imag(z**2)": lambda z: (z**2).imag,
    "real(1 / z)": lambda z: (1 / z).real,
    "real(exp(z))": lambda z: np.exp(z).real,
    "abs(z)": np.abs,
    "angle(z)": np.angle,
    "log(abs(z))": lambda z: np.log(np.abs(z)),
}
z, h = 1 + 2j, 1e-6
print("L             dL/dx + i dL/dy    by differences")
for name, f in values.items():
    by_differences = (f(z + h) - f(z - h)) / (2 * h) + 1j * (f(z + 1j * h) - f(z - 1j * h)) / (2 * h)
    print(f"{name:13} {mg.grad(f)(z):<18.4f} {by_differences:.4f}")

# %%
# JAX and autograd return the conjugate of that: there, descent goes against the conjugate of the gradient. Code that
# comes from there loses the conjugation, or goes up in the imaginary part. At 1 + 2i:
#
# | | here | PyTorch | JAX | autograd |
# |---|---|---|---|---|
# | gradient of abs(z)**2 | 2 + 4i | 2 + 4i | 2 - 4i | 2 - 4i |
# | gradient of real(z**2) | 2 - 4i | 2 - 4i | 2 + 4i | 2 + 4i |
# | gradient of a complex number, as z**3 | raises | raises | raises | raises |
# | its derivative, as of a holomorphic function | -9 + 12i | has none | -9 + 12i | -9 + 12i |
# | that of exp(ix) by a real x, of 0.7 | -0.644 + 0.765i | has none | raises | -0.644, and warns |
# | gradient of angle(z) at 0 | 0 | 0 | nan | nan |
# | gradient of what depends on the phase of an eigenvector | raises | raises | a number | another one |
#
# A holomorphic function has a derivative that is a complex number itself, whichever way one goes. It is no gradient,
# and has to be asked for, as it has in JAX and autograd, which return the same. A complex number has no gradient
# otherwise, for it is two real ones.

print(mg.grad(lambda z: z**3, holomorphic=True)(1 + 2j), "is", 3 * (1 + 2j) ** 2)
try:
    mg.grad(lambda z: z**3)(1 + 2j)
except TypeError as error:
    print("TypeError:", str(error).split(". ")[0])

# %%
# Of real numbers, the gradient is real, whatever complex numbers there are between them and L. By a seed, a complex
# result is pulled back: by 1 comes the gradient of its real part, by 1j that of its imaginary part.

x = mg.tensor([1.0, 2.0])
np.sum(np.abs(np.fft.fft(np.exp(1j * x))) ** 2 * [1.0, 3.0]).backward()
print(x.grad.round(5))

z = mg.tensor(1 + 2j)
for seed in (1, 1j):
    np.exp(z).backward(seed)
    print(z.grad.round(5))

# %%
# On a branch cut, the derivative is that of the side on which NumPy is. The sign of a zero tells which.

root = mg.grad(np.sqrt, holomorphic=True)
print(root(complex(-4.0, 0.0)), "above the cut,", root(complex(-4.0, -0.0)), "below it")

# %%
# Second derivatives of L by complex numbers are those by their parts, as ``z.view(float)`` has them: the matrix is
# real, and Newton's step one of the parts.


def off_the_roots(z):
    return np.sum(np.abs(z**2 - 1) ** 2)


z = np.array([0.8 + 0.3j])
print(mg.hessian(off_the_roots)(z).round(2))
for _ in range(5):
    z -= np.linalg.solve(mg.hessian(off_the_roots)(z), mg.grad(off_the_roots)(z).view(float)).view(complex)
print("Newton's method comes to", z.round(6) + 0.0)

# %%
# Eigenvectors and singular vectors of complex matrices may be multiplied by any phase: LAPACK chooses one. What depends
# on that choice has no derivative, and raises; what does not, has. So ask for absolute values, or for projections.

matrix = np.array([[2.0, 1j], [-1j, 3.0]])


def first_entries(a):
    return np.linalg.eigh(a).eigenvectors[0]


print(mg.grad(lambda a: np.abs(first_entries(a)[1]) ** 2)(matrix).round(4) + 0.0)
try:
    mg.grad(lambda a: first_entries(a)[1].imag)(matrix)
except mg.errors.InvalidBackprop as error:
    print("InvalidBackprop:", str(error).split(", and")[0])

# %%
# The arrows are minus the gradient of abs(z**2 - 1)**2, whose zeros are 1 and -1; the lines are ways down.
# ``docs/conventions.md`` has the rest: kinks, cuts, powers, sorting, rules of one's own.


def distance(z):
    return np.abs(z**2 - 1) ** 2


down = mg.elementwise_grad(lambda z: -distance(z))
plt.figure(figsize=(6, 4), layout="constrained", num="Ways down to the zeros of a polynomial, against the gradient")
x, y = np.meshgrid(np.linspace(-1.6, 1.6, 61), np.linspace(-1.1, 1.1, 41))
plt.contour(x, y, distance(x + 1j * y), [0.1, 0.4, 1, 2, 4, 8], colors="0.8", linewidths=0.7)
arrows = down((x + 1j * y)[::5, ::5])
arrows /= np.maximum(np.abs(arrows), 1e-9)
plt.quiver(x[::5, ::5], y[::5, ::5], arrows.real, arrows.imag, color="C0", width=0.003, scale=28)
z = np.array([1.4 + 0.9j, 0.1 + 0.9j, -0.05 - 0.8j, -1.3 - 0.9j])
path = [z]
for _ in range(60):
    z = z + 0.03 * down(z)
    path.append(z)
plt.plot(np.real(path), np.imag(path), "C1.-", markersize=3)
plt.plot([-1, 1], [0, 0], "k*", markersize=9)
plt.gca().set(xlabel="Re z", ylabel="Im z", aspect="equal")
plt.show()
