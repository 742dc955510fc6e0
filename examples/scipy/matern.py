"""
A Gaussian process whose smoothness is fitted
=============================================

Matern's kernel has a length and an order, which says how smooth the functions are: half an order is Brownian motion,
and infinity the bell. The order is one of a Bessel function, and for want of its derivative it is usually chosen
by hand. Here both are fitted, and the noise too: by the likelihood of what was seen.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, kv

import mygrad as mg
from mygrad.scipy.linalg import cho_factor, cho_solve

rng = np.random.default_rng(4)
x = np.sort(rng.uniform(0, 10, 60))
distances = np.abs(x[:, None] - x)


def matern(r, order, length):
    """The correlation at distances, of which those that are zero are left out."""
    z = np.sqrt(2 * order) * np.where(r == 0, 1.0, r) / length
    return np.where(r == 0, 1.0, np.exp((1 - order) * np.log(2) - gammaln(order) + order * np.log(z)) * kv(order, z))


truth = np.log([1.5, 1.0, 1.0, 0.1])  # order, length, height and noise


def covariance(logs):
    order, length, height, noise = np.exp(logs)
    return height**2 * matern(distances, order, length) + noise**2 * np.eye(len(x))


y = np.linalg.cholesky(covariance(truth)) @ rng.standard_normal(len(x))


def misfit(logs):
    """Minus the logarithm of the likelihood, but for a constant."""
    factor = cho_factor(covariance(logs), lower=True)
    return y @ cho_solve(factor, y) / 2 + np.sum(np.log(np.diag(factor[0])))


bounds = np.log([(0.3, 8.0), (0.1, 10.0), (0.1, 10.0), (0.01, 1.0)])
found = minimize(mg.value_and_grad(misfit), np.log([0.7, 0.5, 2.0, 0.3]), jac=True, bounds=bounds)
order, length, height, noise = np.exp(found.x)
print(f"order {order:.2f}, length {length:.2f}, height {height:.2f}, noise {noise:.3f}")

# %%
# Is the derivative by the order right? At the truth, beside a difference:

h = 1e-5 * np.array([1.0, 0.0, 0.0, 0.0])
difference = (misfit(truth + h) - misfit(truth - h)) / 2e-5
print(f"by the order: {mg.grad(misfit)(truth)[0]:.6f}, by a difference: {difference:.6f}")

# %%
# How well the data tell the order, the Hessian says: its inverse is the covariance of the estimates.

deviations = np.sqrt(np.diag(np.linalg.inv(mg.jacobian(mg.grad(misfit))(found.x))))
low, high = np.exp(found.x[0] + np.array([-2, 2]) * deviations[0])
print(f"two standard deviations: the order is between {low:.1f} and {high:.1f}")

# %%
places = np.linspace(0, 10, 400)
across = height**2 * matern(np.abs(places[:, None] - x), order, length)
factor = cho_factor(covariance(found.x))
mean = across @ cho_solve(factor, y)
spread = np.sqrt(height**2 - np.sum(across * cho_solve(factor, across.T).T, axis=1))

plt.figure(figsize=(7, 3), layout="constrained", num="The process that was fitted, and what was seen of it")
plt.fill_between(places, mean - 2 * spread, mean + 2 * spread, color="0.9")
plt.plot(places, mean)
plt.plot(x, y, "k.", markersize=4)
plt.xlabel("x")
plt.show()
