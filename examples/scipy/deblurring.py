"""
One sharp image out of four blurred ones
========================================

A camera that shakes took four images of one thing. Its lens blurs them all by what is known of it; but each is shifted
by an unknown part of a pixel or two, and noisy. What was the thing? It is found together with the shifts, by gradients
through the blur and the shifts, the way that the light took.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize

import mygrad as mg
from mygrad.scipy.ndimage import gaussian_filter, shift

rng = np.random.default_rng(2)
rows, columns = np.indices((32, 32))
thing = 1.0 * (np.hypot(rows - 16, columns - 16) < 12)
thing[(np.hypot(rows - 11, columns - 11) < 2.5) | (np.hypot(rows - 11, columns - 21) < 2.5)] = 0.0
thing[(np.abs(np.hypot(rows - 13, columns - 16) - 9) < 1.2) & (rows > 17)] = 0.0

MODE = {"mode": "nearest"}
true_shifts = rng.uniform(-2, 2, (3, 2))


def seen(image, shifts):
    """The images. The first is not shifted: that says where the thing is."""
    blurred = gaussian_filter(image, 1.3, **MODE)
    return np.stack([blurred, *[shift(blurred, by, **MODE) for by in shifts]])


images = seen(thing, true_shifts) + 0.02 * rng.standard_normal((4, 32, 32))


def misfit(image, shifts):
    """The squared differences, and a little of how much the image varies, which keeps the noise out."""
    steps = np.diff(image[:-1], axis=1) ** 2 + np.diff(image[:, :-1], axis=0) ** 2
    deviations = (seen(image, shifts) - images) / 0.02
    return np.sum(deviations**2) / 2 + 10 * np.sum(np.sqrt(steps + 1e-4))


start = (np.mean(images, axis=0), np.zeros((3, 2)))
vector, unravel = mg.ravel_pytree(start)
by_vector = mg.value_and_grad(lambda v: misfit(*unravel(v)))
found = minimize(by_vector, vector, jac=True, method="L-BFGS-B", options={"maxiter": 50})
image, shifts = unravel(found.x)
print(f"{vector.size} unknowns; the shifts are off by {np.max(np.abs(shifts - true_shifts)):.2f} pixels at most")
for name, other in {"first image": images[0], "mean": start[0], "what was found": image}.items():
    print(f"{name:15} is off by {np.sqrt(np.mean((other - thing) ** 2)):.3f}")

# %%
figure, axes = plt.subplots(
    1, 4, figsize=(8, 2.2), layout="constrained", num="Two images, what was found, and the thing"
)
for axis, shown in zip(axes, [images[0], images[1], image, thing], strict=True):
    axis.imshow(shown, cmap="gray", vmin=-0.1, vmax=1.1)
    axis.axis("off")
plt.show()
