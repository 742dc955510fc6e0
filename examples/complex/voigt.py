"""
A Voigt fit
===========

A spectral line that is broadened by heat and by collisions is a Voigt profile: the real part of the Faddeeva function
w, of a complex number made of position, centre and widths. lmfit has it, and takes w from SciPy, which computes it in
compiled code. So it needs a rule: w'(z) = 2i / sqrt(pi) - 2 z w(z). Since w is holomorphic, that is written as if for
real numbers. ``lifts`` puts the function with the rule in the place of SciPy's, for all code that runs under
``mg.lift``.
"""

import matplotlib.pyplot as plt
import numpy as np
from lmfit.lineshapes import voigt
from scipy.optimize import least_squares
from scipy.special import wofz

import mygrad as mg
from mygrad.extend import defvjp, lifts, primitive

faddeeva = primitive(wofz)
defvjp(faddeeva, lambda g, w, z: g * (2j / np.sqrt(np.pi) - 2 * z * w))
lifts("scipy.special.wofz")(faddeeva)

# %%
# Two lines that overlap, with noise. Each has an amplitude, a centre and two widths; beside them there is a background.

rng = np.random.default_rng(1)
x = np.linspace(-6.0, 6.0, 241)
true = np.array([8.0, -0.8, 0.5, 0.3, 5.0, 1.1, 0.4, 0.7, 0.5])


def model(p):
    return voigt(x, *p[:4]) + voigt(x, *p[4:8]) + p[8]


noise = 0.05
data = model(true) + rng.normal(scale=noise, size=x.size)


def residuals(p):
    return (model(p) - data) / noise


# %%
# The Jacobian is that of lmfit's function. It takes the optimiser to the minimum, and the inverse of its square at the
# minimum is the covariance of what was found.

start = np.array([5.0, -1.5, 0.7, 0.5, 5.0, 1.5, 0.7, 0.5, 0.0])
bounds = (np.array([0.0, -6.0, 0.05, 0.0] * 2 + [-1.0]), np.inf)
derivatives = mg.jacobian(mg.lift(residuals))
fit = least_squares(residuals, start, derivatives, bounds)
jacobian = derivatives(fit.x)
errors = np.sqrt(np.diag(np.linalg.inv(jacobian.T @ jacobian)))
names = [f"{name} {line}" for line in (1, 2) for name in ("amplitude", "centre", "sigma", "gamma")] + ["background"]
for name, value, error, expected in zip(names, fit.x, errors, true, strict=True):
    print(f"{name:12} {value:6.2f} +- {error:.2f}   (true: {expected:.2f})")
print(f"squares of the residuals, per datum: {2 * fit.cost / x.size:.2f}")

# %%
# How far is it from differences? As far as these are from the truth.

step = 1e-6
by_differences = np.stack(
    [(residuals(fit.x + e) - residuals(fit.x - e)) / (2 * step) for e in step * np.eye(9)], axis=1
)
apart = np.max(np.abs(by_differences - jacobian)) / np.max(np.abs(jacobian))
print("apart by less than 1e-8 of the largest entry:", bool(apart < 1e-8))

# %%
figure, (upper, lower) = plt.subplots(
    2, 1, figsize=(6, 4.4), height_ratios=[3, 1], sharex=True, layout="constrained", num="Two Voigt lines, fitted"
)
upper.plot(x, data, ".", color="0.6", markersize=3, label="data")
upper.plot(x, model(fit.x), "C1", label="fit")
for line in (fit.x[:4], fit.x[4:8]):
    upper.fill_between(x, voigt(x, *line) + fit.x[8], fit.x[8], color="C0", alpha=0.2)
upper.legend(frameon=False)
lower.plot(x, residuals(fit.x), ".", color="0.6", markersize=3)
lower.set(xlabel="position", ylabel="residual")
plt.show()
