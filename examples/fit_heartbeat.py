"""Fit a recorded heartbeat by gradient descent, through code that others wrote for NumPy.

The data is the electrocardiogram that ships with PyWavelets. The model is made of the shapes in
``lmfit.lineshapes``: plain NumPy functions, whose authors never heard of mygrad. Given tensors, they compute
with tensors, and can be differentiated.

One beat is a train of waves that cardiologists call P, Q, R, S and T: each becomes a Gaussian, on a baseline
that drifts (a parabola) and drops (a step).
"""

import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pywt.data
from lmfit.lineshapes import gaussian, parabolic, step
from scipy.optimize import least_squares
from tqdm import trange

import mygrad as mg

BEAT = slice(420, 750)  # the second of the three beats on the record
WAVES = "PQRST"

# The first guess, by eye, in samples and in units of the record; and how much each parameter may well be off.
GUESS = {
    "area": [500.0, -100.0, 2200.0, 300.0, 1200.0],
    "center": [467.0, 511.0, 517.0, 526.0, 625.0],
    "width": [8.0, 3.0, 3.0, 5.0, 15.0],
    "baseline": [-50.0, 0.0, 0.0],  # level, slope, curvature
    "step": [-30.0, 525.0, 3.0],  # height, center, width
}
SCALE = {
    "area": 100.0,
    "center": 1.0,
    "width": 1.0,
    "baseline": [10.0, 0.1, 0.001],
    "step": [10.0, 3.0, 1.0],
}


def parameters(change):
    """The model's parameters, if they differ from the guess by `change` times their scales."""
    values, start = {}, 0
    for name, guess in GUESS.items():
        stop = start + len(guess)
        values[name] = np.array(guess) + np.array(SCALE[name]) * change[start:stop]
        start = stop
    return values


def model(x, change):
    """The beat, made of lmfit's functions: nothing in here knows whether it works on arrays or on tensors."""
    p = parameters(change)
    level, slope, curvature = p["baseline"]
    beat = parabolic(x - x.mean(), curvature, slope, level) + step(x, *p["step"], form="atan")
    for area, center, width in zip(p["area"], p["center"], p["width"], strict=True):
        beat = beat + gaussian(x, area, center, width)
    return beat


def loss(change, x, y):
    return np.mean((model(x, change) - y) ** 2)


def loss_and_gradient(change, x, y):
    change = mg.tensor(change)
    value = loss(change, x, y)
    value.backward()
    return value.item(), change.grad


def gradient_by_differences(change, x, y, step=1e-5):
    """The gradient as it is had without mygrad: from the same functions, on plain arrays."""
    steps = step * np.eye(change.size)
    return np.array([(loss(change + h, x, y) - loss(change - h, x, y)) / (2 * step) for h in steps])


def descend(change, x, y, steps, rate=0.05):
    """Adam's way down (Kingma and Ba, 2015)."""
    mean = np.zeros_like(change)
    mean_square = np.zeros_like(change)
    progress = trange(1, steps + 1, desc="gradient descent", unit="step", mininterval=0.5)
    for count in progress:
        value, gradient = loss_and_gradient(change, x, y)
        mean += 0.1 * (gradient - mean)
        mean_square += 0.001 * (gradient**2 - mean_square)
        pace = np.sqrt(mean_square / (1 - 0.999**count))
        change = change - rate * mean / (1 - 0.9**count) / (pace + 1e-12)
        if count % 100 == 0 or count == steps:
            progress.set_postfix(deviation=f"{np.sqrt(value):.3f}")
    return change


def check_gradient(x, y, size, points=10):
    """The largest relative deviation between the two gradients, at points around the guess."""
    around = np.random.default_rng(0).normal(scale=0.5, size=(points, size))
    worst = 0.0
    for change in around:
        _, by_mygrad = loss_and_gradient(change, x, y)
        by_differences = gradient_by_differences(change, x, y)
        worst = max(worst, np.abs(by_mygrad - by_differences).max() / np.abs(by_differences).max())
    return worst


def plot(path, x, y, start, fitted):
    figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
    beat = model(x, fitted)
    axes.plot(x, y, ".", color="0.5", markersize=4, label="recorded")
    axes.plot(x, model(x, start), "--", color="C1", linewidth=1, label="first guess")
    axes.plot(x, beat, color="C0", label="fitted by gradient descent")
    p = parameters(fitted)
    for wave, center, area in zip(WAVES, p["center"], p["area"], strict=True):
        where = (center, np.interp(center, x, beat))
        axes.annotate(wave, where, (0, 9 if area > 0 else -18), textcoords="offset points", ha="center")
    axes.margins(y=0.1)  # so that the names of the waves have room
    axes.set(xlabel="sample", ylabel="potential, in units of the record")
    axes.set_title("A heartbeat, fitted through lmfit.lineshapes")
    axes.legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description="Fit a recorded heartbeat by gradient descent.")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--plot", type=Path, default=Path("build/demo/heartbeat.png"))
    options = parser.parse_args()

    y = pywt.data.ecg()[BEAT].astype(float)
    x = np.arange(BEAT.start, BEAT.stop, dtype=float)
    start = np.zeros(sum(map(len, GUESS.values())))
    print(f"{y.size} samples, {start.size} parameters")

    deviation = check_gradient(x, y, start.size)
    print(f"gradient against finite differences: largest relative deviation {deviation:.1e}")
    if deviation > 1e-6:
        raise SystemExit("that is too much: the gradient is wrong")

    fitted = descend(start, x, y, options.steps)
    reference = least_squares(lambda change: model(x, change) - y, start).x

    print(f"\n{'wave':>4} {'center':>19} {'width':>18} {'area':>18}    first guess -> fitted")
    before, after = parameters(start), parameters(fitted)
    for i, wave in enumerate(WAVES):
        pairs = ((before[name][i], after[name][i]) for name in ("center", "width", "area"))
        print(f"{wave:>4}", *(f"{guess:8.1f} -> {value:7.1f}" for guess, value in pairs))

    print("\nroot mean square deviation from the record")
    for name, change in {
        "first guess": start,
        "gradient descent": fitted,
        "scipy.optimize.least_squares": reference,
    }.items():
        print(f"{np.sqrt(loss(change, x, y)):8.3f}  {name}")

    plot(options.plot, x, y, start, fitted)
    print(f"\nplot: {options.plot.resolve()}")


if __name__ == "__main__":
    main()
