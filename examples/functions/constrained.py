"""
A constrained fit
=================

A response that cannot decrease has been measured with noise. A polynomial of the seventh degree follows the noise, up
and down. That its slope is nowhere negative is a constraint: on a derivative of the model, whose own derivatives the
optimiser wants.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

import mygrad as mg

rng = np.random.default_rng(3)
dose = np.linspace(-1.0, 1.0, 15)  # its logarithm
response = 1 / (1 + np.exp(-5.0 * dose)) + rng.normal(scale=0.06, size=dose.size)

model = np.polyval  # of coefficients and doses
slope = mg.elementwise_grad(model, argnums=1)
grid = np.linspace(-1.0, 1.0, 25)


def misfit(coefficients):
    return np.mean((model(coefficients, dose) - response) ** 2)


def slopes(coefficients):
    return slope(coefficients, grid)


def ends(coefficients):
    return model(coefficients, np.array([-1.0, 1.0])) - np.array([0.0, 1.0])


def fit(constraints):
    return minimize(
        mg.value_and_grad(misfit),
        np.zeros(8),
        jac=True,
        method="SLSQP",
        constraints=constraints,
        options={"ftol": 1e-12, "maxiter": 500},
    )


free = fit([])
monotone = fit(
    [
        {"type": "ineq", "fun": slopes, "jac": mg.jacobian(slopes)},
        {"type": "eq", "fun": ends, "jac": mg.jacobian(ends)},
    ]
)
print("          deviation  least slope  at the ends")
for name, found in {"free": free, "monotone": monotone}.items():
    deviation, least = np.sqrt(misfit(found.x)), slopes(found.x).min()
    first, last = np.abs(model(found.x, np.array([-1.0, 1.0])))
    print(f"{name:>8} {deviation:10.3f} {abs(least) if abs(least) < 1e-6 else least:12.2f} {first:6.2f}, {last:.2f}")

# %%

figure, (curves, derivatives) = plt.subplots(
    1, 2, figsize=(8, 3.2), layout="constrained", num="The fitted curves, and their slopes"
)
fine = np.linspace(-1.0, 1.0, 201)
curves.plot(dose, response, "k.", label="measured")
for name, found, style in (("free", free, "--"), ("monotone, from 0 to 1", monotone, "-")):
    curves.plot(fine, model(found.x, fine), style, label=name)
    derivatives.plot(fine, slope(found.x, fine), style)
derivatives.axhline(0.0, color="0.7", linewidth=0.8)
derivatives.set(xlabel="logarithm of the dose", ylabel="slope")
curves.set(xlabel="logarithm of the dose", ylabel="response")
curves.legend(frameon=False)
plt.show()
