"""
A water network, designed through its equations
===============================================

How much water flows through the pipes of a network, and how high it stands at the nodes, is the root of equations:
what comes to a node goes away from it or is used there, and a pipe takes height with the square of its flow. The pipes
should be thin, for thick ones are dear. But everywhere the water has to stand at 30 metres at least. Both the cost and
the heights are functions of the diameters, and so are their derivatives, through the root.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

import mygrad as mg
from mygrad.scipy.optimize import root

RESERVOIR = 60.0  # metres
places = np.array([(0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.5)])  # in kilometres
pipes = np.array([(0, 1), (1, 2), (1, 3), (3, 4), (2, 4), (2, 5), (4, 5)])
used = np.array([0.03, 0.04, 0.05, 0.04, 0.06])  # cubic metres a second, at all nodes but the first
lengths = 1000 * np.linalg.norm(places[pipes[:, 0]] - places[pipes[:, 1]], axis=1)
balance = np.array([(pipes[:, 1] == node) * 1.0 - (pipes[:, 0] == node) for node in range(1, 6)])


def equations(unknown, diameters):
    flows, heights = unknown[:7], np.concatenate([[RESERVOIR], unknown[7:]])
    lost = 0.0016 * lengths * flows * np.abs(flows) / diameters**5
    return np.concatenate([balance @ flows - used, heights[pipes[:, 0]] - heights[pipes[:, 1]] - lost])


def state(diameters):
    """The flows and the heights."""
    return root(equations, np.concatenate([np.full(7, 0.1), np.full(5, 50.0)]), args=(diameters,), tol=1e-10).x


def cost(diameters):
    return np.sum(lengths * diameters**1.5) / 1000


def heights(diameters):
    return state(diameters)[7:]


def designed(needed, start):
    """The cheapest diameters with which the water stands at `needed` metres everywhere."""
    enough = {"type": "ineq", "fun": lambda d: heights(d) - needed, "jac": mg.jacobian(heights)}
    how = {"method": "SLSQP", "bounds": [(0.1, 1.0)] * 7, "constraints": enough, "options": {"ftol": 1e-10}}
    return minimize(mg.value_and_grad(cost), start, jac=True, **how)


found = designed(30.0, np.full(7, 0.5))
print(f"cost {cost(np.full(7, 0.5)):.3f} at half a metre each, and designed {found.fun:.3f}")
print("diameters", np.round(found.x, 3))
print("heights  ", np.round(heights(found.x), 2))

# %%
# What would a metre more cost, everywhere? At the solution, the gradient of the cost is a sum of those of the heights
# that are no larger than they need be, times what each of these is worth. Their sum is the answer; and designing the
# network again, for half a metre more and less, says the same.

tight, free = heights(found.x) < 30.0 + 1e-4, found.x > 0.1 + 1e-6
by_diameters = mg.jacobian(heights)(found.x)[np.ix_(tight, free)]
worth = np.linalg.lstsq(by_diameters.T, mg.grad(cost)(found.x)[free])[0]
again = designed(30.5, found.x).fun - designed(29.5, found.x).fun
print(f"a metre more costs {np.sum(worth):.5f}, and designed again {again:.5f}")

# %%
plt.figure(figsize=(7, 2.8), layout="constrained", num="The network: as wide as the pipes, with heights at the nodes")
for (a, b), width in zip(pipes, found.x, strict=True):
    plt.plot(*places[[a, b]].T, color="C0", linewidth=20 * width, solid_capstyle="round", zorder=1)
plt.plot(*places.T, "ko", markersize=5)
for place, height in zip(places, [RESERVOIR, *heights(found.x)], strict=True):
    plt.annotate(f"{height:.0f} m", place, xytext=(0, 10), textcoords="offset points", ha="center")
plt.axis("off")
plt.ylim(-0.2, 1.3)
plt.show()
