"""
A flight past the moon
======================

A probe is to be behind a moon at a given time. Its flight is computed as simulations do it: by velocity Verlet steps
that write positions and velocities in place, time after time, into the same arrays. Gradients go through all of these
writes.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

import mygrad as mg

PLANET, MOON = np.array([0.0, 0.0]), np.array([4.0, 0.0])
STEPS, DT = 160, 0.03


def acceleration(x):
    return sum(-mass * (x - body) / np.linalg.norm(x - body) ** 3 for mass, body in [(1.0, PLANET), (0.15, MOON)])


# %%
# The trap
# --------
#
# A Verlet step, written for arrays. It changes `x` and `v` in place, as one would for speed:


def flight(x, v):
    a = acceleration(x)
    for _ in range(STEPS):
        v += 0.5 * DT * a
        x += DT * v
        a = acceleration(x)
        v += 0.5 * DT * a
    return x


start = np.array([1.0, 0.0])
x, v = mg.tensor(start), mg.tensor([0.0, 1.32])
end = flight(x, v)
end[0].backward()
print("gradient by the velocity:", v.grad)

# %%
# There is none, and that is right: ``v`` is not any more what it was. The function has written into the very tensor
# that it was given, and a gradient is that of the *present* contents: of the velocity at the end, on which the flight
# does not depend. Arrays fare no better: whoever calls the function finds the end of the flight in ``x``, and the start
# is gone.

print("x is the end of the flight:", np.all(x == end))

# %%
# The way out is the same as for arrays: the function makes its own copy first. ``+x`` is one that is a part of the
# graph, and so is ``np.copy(x)``. (``x.copy()`` would be a new variable, and a warning says so.)


def safe_flight(x, v):
    return flight(+x, +v)


x, v = mg.tensor(start), mg.tensor([0.0, 1.32])
safe_flight(x, v)[0].backward()
h = 1e-6 * np.eye(2)
differences = [(safe_flight(start, v.data + e)[0] - safe_flight(start, v.data - e)[0]) / 2e-6 for e in h]
print("gradient by v:             ", v.grad.round(5))
print("by differences:            ", np.round(differences, 5))

# %%
# Of what the steps overwrite, only those values are kept that a derivative will read: each is copied just before it is
# overwritten. Nothing else in the program changes.
#
# The aim
# -------
#
# The functions of :mod:`mygrad.functional` give away copies, so there ``flight`` is fine as it is. This one writes down
# where the probe is after each step, into a tensor; and SciPy finds the velocity with which it is behind the moon at
# the end.


def path(v):
    x = mg.tensor(start)
    visited = mg.zeros((STEPS, 2))
    a = acceleration(x)
    for step in range(STEPS):
        v += 0.5 * DT * a
        x += DT * v
        a = acceleration(x)
        v += 0.5 * DT * a
        visited[step] = x
    return visited


TARGET = MOON + np.array([0.5, 0.0])


def miss(v):
    return np.sum((path(v)[-1] - TARGET) ** 2)


guess = np.array([0.4, 1.35])
found = minimize(mg.value_and_grad(miss), guess, jac=True, method="BFGS")
print(f"velocity {found.x.round(3)}, missed by {np.sqrt(found.fun):.0e} after {found.nfev} flights")

# %%

figure, ax = plt.subplots(figsize=(7, 4.2), layout="constrained")
for velocity, style, label in (guess, "C1--", "first guess"), (found.x, "C0", "found by gradients"):
    ax.plot(*path(mg.tensor(velocity)).data.T, style, label=label)
ax.plot(*PLANET, "o", markersize=22, color="#4477aa")
ax.plot(*MOON, "o", markersize=10, color="0.5")
ax.plot(*TARGET, "k+", markersize=12, label="where it is to be")
ax.set(aspect="equal", xlabel="x", ylabel="y", title="Two flights past a moon")
ax.legend(frameon=False, loc="upper right")
plt.show()
