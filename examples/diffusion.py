"""Make noise into a spiral: a diffusion model in two dimensions, small enough to look at.

Points of a spiral are mixed with ever more noise, step by step, until nothing else is left. A net learns to tell the
noise in a mixture; so noise can be taken away, step by step, until a point of the spiral is left.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # so small matrices are not worth a second thread

import matplotlib.pyplot as plt
import numpy as np
from scipy.spatial.distance import cdist
from tqdm import trange

import mygrad as mg
from mygrad.nnet import Embedding, Linear, Module, Sequential, mean_squared_error, silu
from mygrad.nnet.optimizers import Adam, Cosine, WarmUp
from mygrad.nnet.training import EMA

LEVELS = 50  # of noise
WIDTH, BATCH = 128, 256

#: What part of the signal is left at each level, as that of the variance: nearly all of it, down to nearly nothing.
SIGNAL = np.cos(np.linspace(0.02, 0.99, LEVELS) * np.pi / 2) ** 2


class Layer(Module):
    """A layer that adds to what it is given, by the level of noise."""

    def __init__(self, rng):
        self.level = Embedding(LEVELS, WIDTH, rng=rng)
        self.net = Sequential(silu, Linear(WIDTH, WIDTH, rng=rng), silu, Linear(WIDTH, WIDTH, rng=rng))

    def __call__(self, x, level):
        return x + self.net(x + self.level(level))


class Denoiser(Module):
    """The noise in mixtures of shape (N, 2), given the level of each."""

    def __init__(self, rng):
        self.first = Linear(2, WIDTH, rng=rng)
        self.layers = [Layer(rng) for _ in range(3)]
        self.last = Linear(WIDTH, 2, rng=rng)

    def __call__(self, x, level):
        x = self.first(x)
        for layer in self.layers:
            x = layer(x, level)
        return self.last(silu(x))


def spiral(n, rng):
    """Points of shape (n, 2), of variance 1 or so."""
    angle = 3 * np.pi * np.sqrt(rng.uniform(0.05, 1, n))
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1) * angle[:, None] / 5
    return (points + rng.normal(scale=0.03, size=points.shape)).astype(np.float32)


def train(model, steps, rng):
    """Train; return the losses of all steps, and the moving average of the model."""
    optimizer, average = Adam(model.parameters(), WarmUp(Cosine(3e-3, steps), steps=20)), EMA(model, decay=0.98)
    losses = []
    progress = trange(steps, unit="step", mininterval=1)
    for _ in progress:
        points, level = spiral(BATCH, rng), rng.integers(LEVELS, size=BATCH)
        noise = rng.normal(size=points.shape).astype(np.float32)
        signal = SIGNAL[level, None].astype(np.float32)
        loss = mean_squared_error(model(np.sqrt(signal) * points + np.sqrt(1 - signal) * noise, level), noise)
        loss.backward()
        optimizer.step()
        average.update()
        losses.append(loss.item())
        progress.set_postfix(loss=f"{losses[-1]:.3f}", refresh=False)
    return np.array(losses), average.model


def generate(model, n, rng):
    """Points at all levels, from noise to spiral: of shape (LEVELS + 1, n, 2)."""
    x = rng.normal(size=(n, 2)).astype(np.float32)
    found = [x]
    with mg.no_autodiff:
        for level in reversed(range(LEVELS)):
            before = SIGNAL[level - 1] if level else 1.0
            noise = model(x, np.full(n, level)).data
            points = (x - np.sqrt(1 - SIGNAL[level]) * noise) / np.sqrt(SIGNAL[level])
            # A part of the noise is replaced by new noise, which corrects what has gone wrong so far.
            fresh = (1 - before) * (1 - SIGNAL[level] / before) / (1 - SIGNAL[level])
            x = np.sqrt(before) * points + np.sqrt(1 - before - fresh) * noise
            x = (x + np.sqrt(fresh) * rng.normal(size=x.shape)).astype(np.float32)
            found.append(x)
    return np.array(found)


def energy_distance(a, b):
    """How far apart two samples are: 0 for those of one distribution, but for chance."""
    return 2 * cdist(a, b).mean() - cdist(a, a).mean() - cdist(b, b).mean()


def plot(path, data, found):
    figure, axes = plt.subplots(1, 5, figsize=(13, 3), layout="constrained", sharex=True, sharey=True)
    levels = [0, LEVELS // 2, LEVELS * 4 // 5, LEVELS]
    titles = [*(f"after {level} steps" for level in levels), "data"]
    for ax, points, title in zip(axes, [*found[levels], data], titles, strict=True):
        ax.scatter(*points.T, s=2, alpha=0.5, color="C1" if title == "data" else "C0")
        ax.set(title=title, aspect="equal", xlim=(-3, 3), ylim=(-3, 3))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description="A diffusion model of points in two dimensions.")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--quick", action="store_true", help="stop after a hundred and fifty steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plot", type=Path, default=Path("build/examples/diffusion.png"))
    options = parser.parse_args()

    rng = np.random.default_rng(options.seed)
    model = Denoiser(rng)
    print(model)
    steps, goal = (150, 0.04) if options.quick else (options.steps, 0.01)
    losses, average = train(model, steps, rng)
    print(f"mean square of what is left of the noise: {losses[0]:.2f} at first, {losses[-50:].mean():.2f} at last")

    data, found = spiral(1000, rng), generate(average, 1000, rng)
    plot(options.plot, data, found)
    before, after = energy_distance(found[0], data), energy_distance(found[-1], data)
    print(f"distance from the data: {before:.4f} of noise, {after:.4f} of what has become of it")
    print(f"plot: {options.plot.resolve()}")
    if after > goal:
        raise SystemExit(f"that is too much: at most {goal} was expected")


if __name__ == "__main__":
    main()
