"""
A Laplace approximation
=======================

A posterior density is often close to a normal one, whose mean is the peak, and whose covariance is the inverse of the
Hessian, at the peak, of minus the logarithm of the density. So it takes a gradient to find the peak, and a Hessian to
know how sure one may be of it.

The data are of 23 flights of the space shuttle: the temperature at the launch, in degrees Fahrenheit, and whether seals
of the boosters, the O-rings, were damaged (Dalal, Fowlkes and Hoadley, 1989). At the launch of the Challenger, in
January 1986, it was 31 degrees.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

import mygrad as mg

temperature = np.array(
    [66, 70, 69, 68, 67, 72, 73, 70, 57, 63, 70, 78, 67, 53, 67, 75, 70, 81, 76, 79, 75, 76, 58]
)  # fmt: skip
damaged = np.array([0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1])


def logit(w, temperature):
    return w[0] + w[1] * (temperature - 70.0) / 10.0


def energy(w):
    """Minus the logarithm of likelihood and prior, the weights being normal with a deviation of 3."""
    margins = (2 * damaged - 1) * logit(w, temperature)
    return np.sum(np.logaddexp(0.0, -margins)) + np.sum(w**2) / 18.0 + np.log(2 * np.pi * 9.0)


peak = minimize(mg.value_and_grad(energy), np.zeros(2), jac=True).x
covariance = np.linalg.inv(mg.hessian(energy)(peak))
for name, mean, deviation in zip(("offset", "slope"), peak, np.sqrt(np.diag(covariance)), strict=True):
    print(f"{name:>6}: {mean:5.2f} +- {deviation:.2f}")

# %%
# How good is it? Two weights are few enough to compute the density itself on a grid; its integral is the evidence.

offsets, slopes = np.meshgrid(np.linspace(-4.0, 2.0, 121), np.linspace(-6.0, 1.0, 141))
density = np.exp([[-energy(np.array(w)) for w in zip(*row, strict=True)] for row in zip(offsets, slopes, strict=True)])
by_grid = np.log(density.sum() * 0.05 * 0.05)
by_laplace = -energy(peak) + np.log(2 * np.pi) + np.linalg.slogdet(covariance)[1] / 2
print(f"log evidence: {by_laplace:.3f}, on the grid {by_grid:.3f}")

# %%
# What follows from the weights is uncertain, too: by the gradient of the logit, for each temperature.

range_ = np.linspace(31.0, 85.0, 55)
by_weights = mg.jacobian(logit)(peak, range_)
center, spread = logit(peak, range_), np.sqrt(np.sum((by_weights @ covariance) * by_weights, axis=1))
risk, low, high = (1 / (1 + np.exp(-x)) for x in (center, center - 2 * spread, center + 2 * spread))
print(f"at 31 degrees: {risk[0]:.3f}, from {low[0]:.2f} to {high[0]:.3f}")

# %%

figure, (posterior, prediction) = plt.subplots(
    1, 2, figsize=(8, 3.4), layout="constrained", num="The posterior and its approximation, and the risk by temperature"
)
levels = density.max() * np.exp([-4.5, -2.0, -0.5])
posterior.contour(offsets, slopes, density, levels, colors="0.5")
from_peak = np.stack([offsets - peak[0], slopes - peak[1]])
normal = density.max() * np.exp(-np.einsum("iab,ij,jab->ab", from_peak, np.linalg.inv(covariance), from_peak) / 2)
posterior.contour(offsets, slopes, normal, levels, colors="C0", linestyles="--")
posterior.plot([], color="0.5", label="posterior")
posterior.plot([], "--", color="C0", label="Laplace")
posterior.set(xlabel="offset", ylabel="slope")
posterior.legend(frameon=False)
prediction.fill_between(range_, low, high, alpha=0.2, linewidth=0)
prediction.plot(range_, risk)
prediction.plot(temperature, damaged, "k|", markersize=8)
prediction.set(xlabel="temperature, in degrees Fahrenheit", ylabel="probability of damage")
plt.show()
