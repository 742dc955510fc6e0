"""
How long bearings last, and how well that is known
==================================================

Of 23 ball bearings it was noted after how many millions of revolutions they failed. Weibull's distribution is fitted by
maximum likelihood. How well its parameters are known, Fisher's information says: the Hessian of minus the logarithm of
the likelihood. And what is said with them, such as when a tenth will have failed, is known as well as its gradient lets
through.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

import mygrad as mg
from mygrad.scipy.stats import weibull_min

noted = """17.88 28.92 33.00 41.52 42.12 45.60 48.40 51.84 51.96 54.12 55.56 67.80 68.64 68.64 68.88 84.12 93.12 98.64
105.12 105.84 127.92 128.04 173.40"""
lasted = np.array(noted.split(), dtype=float)


def surprise(p):
    """Minus the logarithm of the likelihood of a shape and a scale."""
    return -np.sum(weibull_min.logpdf(lasted, p[0], scale=p[1]))


found = minimize(mg.value_and_grad(surprise), [1.0, 50.0], jac=True, method="BFGS", options={"gtol": 1e-8})
information = mg.hessian(surprise)(found.x)
covariance = np.linalg.inv(information)
for name, value, deviation in zip(["shape", "scale"], found.x, np.sqrt(np.diag(covariance)), strict=True):
    print(f"{name} {value:.3f}, standard deviation {deviation:.3f}")

# %%
# When will a tenth have failed? That is the inverse of the distribution function, and its gradient by the parameters
# makes their covariance a variance.


def tenth(p):
    return weibull_min.ppf(0.1, p[0], scale=p[1])


slopes = mg.grad(tenth)(found.x)
print(f"a tenth by {tenth(found.x):.1f}, standard deviation {np.sqrt(slopes @ covariance @ slopes):.1f}")

# %%
times = np.linspace(1, 200, 200)
failed = weibull_min.cdf(times, found.x[0], scale=found.x[1])
by_parameters = mg.jacobian(lambda p: weibull_min.cdf(times, p[0], scale=p[1]))(found.x)
spread = np.sqrt(np.sum((by_parameters @ covariance) * by_parameters, axis=1))

plt.figure(figsize=(7, 3), layout="constrained", num="How many have failed, and two standard deviations of that")
plt.fill_between(times, failed - 2 * spread, failed + 2 * spread, color="0.9")
plt.plot(times, failed)
plt.step(lasted, np.arange(1, 24) / 23, "k", where="post", linewidth=0.8)
plt.xlabel("million revolutions")
plt.show()
