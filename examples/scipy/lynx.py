"""
Hares and lynx, by a differential equation
==========================================

How many pelts of snowshoe hares and of Canadian lynx the Hudson's Bay Company took in from 1900 to 1920, in thousands,
goes up and down as in the equations of Lotka and Volterra. Their four rates and the two numbers at the beginning are
fitted by way of the solution: the gradient goes back through the steps of the solver.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

import mygrad as mg
from mygrad.scipy.integrate import solve_ivp

years = np.arange(1900, 1921)
hares = "30 47.2 70.2 77.4 36.3 20.6 18.1 21.4 22 25.4 27.1 40.3 57 76.6 52.3 19.5 11.2 7.6 14.6 16.2 24.7"
lynx = "4 6.1 9.8 35.2 59.4 41.7 19 13 8.3 9.1 7.4 8 12.3 19.5 45.7 51.1 29.7 15.8 9.7 10.1 8.6"
pelts = np.array([hares.split(), lynx.split()], dtype=float)


def slopes(t, logs, rates):
    """Of the logarithms of both numbers, which therefore stay positive."""
    return np.stack([rates[0] - rates[1] * np.exp(logs[1]), rates[2] * np.exp(logs[0]) - rates[3]])


def solution(p, times, tolerance=1e-4):
    how = {"t_eval": times, "rtol": tolerance, "atol": tolerance}
    return solve_ivp(slopes, (1900.0, 1920.0), p[:2], args=(np.exp(p[2:]),), **how).y


def misfit(p):
    return np.sum((solution(p, years) - np.log(pelts)) ** 2)


start = np.log([30.0, 4.0, 0.5, 0.03, 0.03, 0.8])
found = minimize(mg.value_and_grad(misfit), start, jac=True, method="BFGS", options={"gtol": 1e-2})
first, rates = np.exp(found.x[:2]), np.exp(found.x[2:])
print(f"the misfit is {found.fun:.3f}, and was {misfit(start):.1f}")
print("hares grow by {:.3f} and are caught by {:.4f}; lynx grow by {:.4f} and die by {:.3f}".format(*rates))

# %%
# Another question to the same derivatives: by how much does each parameter change the number of lynx in 1920, if it is
# one percent larger?


def last(p):
    return np.exp(solution(p, [1920.0], 1e-8)[1, 0])


names = ["hares in 1900", "lynx in 1900", "growth of hares", "catch", "growth of lynx", "death of lynx"]
for name, slope in zip(names, mg.grad(last)(found.x), strict=True):
    print(f"{name:16} {slope / 100:+.2f} thousand")

# %%
moments = np.linspace(1900, 1920, 300)
plt.figure(figsize=(7, 3), layout="constrained", num="Pelts, and the solution that fits best")
for name, seen, computed, color in zip(["hares", "lynx"], pelts, np.exp(solution(found.x, moments)), "bg", strict=True):
    plt.plot(moments, computed, color, label=name)
    plt.plot(years, seen, f"{color}.")
plt.ylabel("thousand pelts")
plt.legend(frameon=False)
plt.show()
