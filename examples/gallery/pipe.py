"""
How rough is a pipe?
====================

Water is pumped through a pipe, and the loss of pressure is measured at some rates of flow. How wide is the pipe inside,
by now, and how rough is its wall? The physics - Reynolds numbers, friction factors - is that of the package ``fluids``,
which was written for numbers, with Python's ``math``. Under :obj:`mygrad.lift` it takes tensors.
"""

import fluids
import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import least_squares

import mygrad as mg

DENSITY, VISCOSITY, LENGTH = 998.0, 1.0e-3, 25.0
FLOWS = np.array([0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0]) * 1e-3  # cubic metres per second


def drop(flow, diameter, roughness):
    """The loss of pressure, in pascals, by the functions of others."""
    velocity = flow / (np.pi * diameter**2 / 4)
    reynolds = fluids.Reynolds(velocity, diameter, DENSITY, VISCOSITY)
    friction = fluids.friction_factor(reynolds, eD=roughness / diameter)
    return friction * LENGTH / diameter * DENSITY * velocity**2 / 2


@mg.lift
def drops(logarithms):
    """Of all flows, for the logarithms of diameter and roughness, which are positive and of different sizes."""
    diameter, roughness = np.exp(logarithms[0]), np.exp(logarithms[1])
    return np.stack([drop(flow, diameter, roughness) for flow in FLOWS])


# %%
# The measurements are made up: a pipe of 50 mm with a roughness of 0.2 mm, and errors of two per cent.

truth = np.log([0.050, 0.2e-3])
errors = 1.0 + 0.02 * np.random.default_rng(3).normal(size=FLOWS.size)
measured = drops(truth) * errors

# %%
# Without ``lift``, the gradient would end where ``fluids`` takes a plain number: that is said, and can be made an
# error.

with mg.lost_gradients("raise"):
    try:
        drop(FLOWS[0], mg.tensor(0.05), mg.tensor(0.2e-3))
    except mg.errors.GradientLostError as error:
        print(str(error)[:96], "...")

# %%
# With it, SciPy gets an exact Jacobian.


def residuals(logarithms):
    return drops(logarithms) / measured - 1.0


jacobian = mg.jacobian(residuals)
found = least_squares(residuals, np.log([0.06, 0.02e-3]), jac=jacobian)
diameter, roughness = np.exp(found.x) * 1e3
covariance = np.linalg.inv(found.jac.T @ found.jac) * 2 * found.cost / (FLOWS.size - 2)
relative = np.sqrt(np.diag(covariance))
print(f"diameter  {diameter:.2f} mm +- {100 * relative[0]:.1f} %")
print(f"roughness {roughness:.3f} mm +- {100 * relative[1]:.0f} %")
print("evaluations:", found.nfev, "of the function,", found.njev, "of the Jacobian")

# %%

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ax.loglog(FLOWS * 1e3, measured / 1e3, "ko", markersize=5, label="measured")
ax.loglog(FLOWS * 1e3, drops(np.log([0.06, 0.02e-3])) / 1e3, "C1--", label="first guess")
ax.loglog(FLOWS * 1e3, drops(found.x) / 1e3, "C0", label="fitted through fluids")
ax.set(xlabel="flow / litres per second", ylabel="loss of pressure / kPa", title="Loss of pressure in a pipe")
ax.legend(frameon=False)
plt.show()
