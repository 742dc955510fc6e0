"""
A stack of thin films
=====================

What a coating reflects is computed by products of complex matrices, one for each film. The package tmm does that, for
one wavelength at a time. It makes arrays of what it is given, and writes into others: where tensors are given, under
``mg.lift``, these are tensors, too.
"""

import matplotlib.pyplot as plt
import numpy as np
import tmm
from scipy.optimize import minimize

import mygrad as mg

indices = np.array([1.0, 1.38, 2.1, 1.38, 2.1, 1.52])  # air, four films, glass
wavelengths = np.linspace(420.0, 680.0, 9)  # in nanometres, as all lengths


def reflected(films, wavelengths=wavelengths):
    """The share of the light that comes back, at each wavelength."""
    stack = [np.inf, *films, np.inf]
    return np.stack([tmm.coh_tmm("s", indices, stack, 0.0, w)["R"] for w in wavelengths])


def loss(films):
    return np.mean(reflected(films))


# %%
# The gradient by the thicknesses is that by differences, and leads down.

films = np.array([90.0, 120.0, 60.0, 30.0])
gradient = mg.grad(mg.lift(loss))
by_differences = [(loss(films + e) - loss(films - e)) / 2e-4 for e in 1e-4 * np.eye(4)]
print("gradient:      ", gradient(films).round(7))
print("by differences:", np.array(by_differences).round(7))

best = minimize(mg.value_and_grad(mg.lift(loss)), films, jac=True, method="L-BFGS-B", bounds=[(5.0, 200.0)] * 4).x
print("thicknesses:", best.round(1))
print(f"reflected: {loss(np.zeros(4)):.2%} without films, {loss(films):.2%} at first, {loss(best):.2%} at last")

# %%
# A film is never as thick as it should be. Errors of 1 nm, independent of one another, raise the mean by half of the
# trace of the Hessian, to second order. So does chance.

hessian = mg.hessian(mg.lift(loss))(best)
rng = np.random.default_rng(0)
trials = [loss(best + rng.normal(size=4)) - loss(best) for _ in range(400)]
print(f"by the Hessian: {np.trace(hessian) / 2:.4%}, of 400 trials: {np.mean(trials):.4%}")
print("shares of the films:", (np.diag(hessian) / np.trace(hessian)).round(2))

# %%
# The phase of what is let through has derivatives as well: that by the frequency is how long the light takes.

LIGHT = 299.792458  # nanometres in a femtosecond


def phase(frequency, films):
    stack = [np.inf, *films, np.inf]
    return np.angle(tmm.coh_tmm("s", indices, stack, 0.0, 2 * np.pi * LIGHT / frequency)["t"])


frequency = 2 * np.pi * LIGHT / 550.0
delay = mg.grad(mg.lift(phase))
print(f"delay: {delay(frequency, best):.3f} fs")
print(f"its slope: {mg.grad(delay)(frequency, best):.3f} fs^2")

# %%
plt.figure(figsize=(6, 3.4), layout="constrained", num="What the coating reflects, before and after")
x = np.linspace(380.0, 740.0, 91)
for name, thicknesses in {"no films": np.zeros(4), "at first": films, "at last": best}.items():
    plt.plot(x, 100 * reflected(thicknesses, x), label=name)
plt.legend(frameon=False)
plt.gca().set(xlabel="wavelength in nm", ylabel="reflected, in %", ylim=(0, 12))
plt.show()
