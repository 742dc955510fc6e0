"""
Newton's method
===============

At a minimum the gradient is zero. Newton's method takes the gradient for a linear function, whose slope is the
Hessian, and goes where that would be zero. Both are made of the function itself.
"""

import matplotlib.pyplot as plt
import numpy as np

import mygrad as mg


def rosenbrock(x):
    return (1.0 - x[0]) ** 2 + 100.0 * (x[1] - x[0] ** 2) ** 2


gradient, hessian = mg.grad(rosenbrock), mg.hessian(rosenbrock)


def newton(x, steps):
    path = [x]
    for _ in range(steps):
        x = x - np.linalg.solve(hessian(x), gradient(x))
        path.append(x)
    return np.array(path)


path = newton(np.array([-1.2, 1.0]), 6)
for step, x in enumerate(path[:6]):
    print(step, f"({x[0]:8.5f}, {x[1]:8.5f})", f"{rosenbrock(x):8.1e}")

# %%
# Close to the minimum, each step doubles the number of digits that are right. Gradient descent is still in the valley
# after a thousand steps.


def descend(x, steps, rate=0.002):
    path = [x]
    for _ in range(steps):
        x = x - rate * gradient(x)
        path.append(x)
    return np.array(path)


slow = descend(np.array([-1.2, 1.0]), 1000)
print("after 1000 steps down:", slow[-1].round(2))

# %%

figure, (valley, errors) = plt.subplots(
    1, 2, figsize=(8, 3.6), layout="constrained", num="The paths of both methods, and their distances to the minimum"
)
x, y = np.meshgrid(np.linspace(-1.6, 1.4, 81), np.linspace(-3.4, 1.8, 81))
valley.contour(x, y, np.log10(rosenbrock(np.stack([x, y])) + 1e-3), 9, colors="0.75", linewidths=0.7)
valley.plot(*slow[::20].T, ".-", color="C1", markersize=3, label="gradient descent")
valley.plot(*path.T, "o-", color="C0", markersize=4, label="Newton")
valley.plot(1, 1, "k*", markersize=9)
valley.legend(frameon=False, loc="lower left")
for name, points in {"Newton": path, "gradient descent": slow[:21]}.items():
    errors.semilogy(np.linalg.norm(points - 1.0, axis=1), "o-", markersize=4, label=name)
errors.set(xlabel="step", ylabel="distance to the minimum", ylim=(1e-17, 10))
errors.legend(frameon=False)
plt.show()
