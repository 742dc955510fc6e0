"""
A physics-informed residual
===========================

A net can be fitted to an equation in the place of data: what is made small is by how much the net fails to fulfil it.
Here this is ``u'' + 3 * exp(u)``, for the temperature ``u`` in a slab that reacts, the faster the hotter it is, and
whose sides are kept cool (Bratu's problem). So there is a second derivative by the place in what is differentiated by
the weights.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import brentq, least_squares

import mygrad as mg
from mygrad.functional import ravel_pytree

rng = np.random.default_rng(0)
vector, unravel = ravel_pytree(
    {
        "rates": rng.normal(scale=3.0, size=8),
        "shifts": rng.normal(scale=2.0, size=8),
        "weights": np.zeros(8),
    }
)


def temperature(x, net):
    """It is zero at the sides, whatever the weights."""
    hidden = np.tanh(np.multiply.outer(x, net["rates"]) + net["shifts"])
    return x * (1.0 - x) * (hidden @ net["weights"])


curvature = mg.elementwise_grad(mg.elementwise_grad(temperature))


def imbalance(x, net):
    """Of the heat that is conducted away and the heat that the reaction gives."""
    return curvature(x, net) + 3.0 * np.exp(temperature(x, net))


places = np.linspace(0.0, 1.0, 30)


def residuals(vector):
    return imbalance(places, unravel(vector))


fit = least_squares(residuals, vector, jac=mg.jacobian(residuals), xtol=1e-10, ftol=1e-10, max_nfev=60)
net = unravel(fit.x)
print("imbalance before:", np.abs(residuals(vector)).max())
print("a thousandth of that after, or less:", np.abs(fit.fun).max() < 3e-3)

# %%
# Nobody has told it the solution, which can be written down in this case.

fine = np.linspace(0.0, 1.0, 201)
theta = brentq(lambda theta: theta - np.sqrt(6.0) * np.cosh(theta / 4), 0.0, 4.0)
exact = -2 * np.log(np.cosh((fine - 0.5) * theta / 2) / np.cosh(theta / 4))
error = np.abs(temperature(fine, net) - exact).max() / exact.max()
print("right to four digits:", error < 1e-4)

# %%

figure, (profile, remainder) = plt.subplots(
    1, 2, figsize=(8, 3.2), layout="constrained", num="The temperature in the slab, and the imbalance that is left"
)
profile.plot(fine, temperature(fine, net), color="C0", label="net, fitted to the equation")
profile.plot(fine[::10], exact[::10], "k.", label="solution")
profile.set(xlabel="place", ylabel="temperature")
profile.legend(frameon=False)
remainder.plot(fine, imbalance(fine, net), linewidth=1)
remainder.plot(places, fit.fun, ".", markersize=4)
remainder.set(xlabel="place", ylabel="imbalance")
plt.show()
