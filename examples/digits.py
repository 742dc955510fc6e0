"""Classify handwritten digits by a small convolutional net.

The data is that of ``sklearn.datasets.load_digits``: 1797 images of 8x8 pixels, a quarter of them kept for the test.
"""

import argparse
import os
from functools import partial
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # so small matrices are not worth a second thread

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import mygrad as mg
from mygrad.nnet import Conv, Flatten, Linear, MaxPool, Sequential, he_normal, relu, softmax_crossentropy, summary
from mygrad.nnet.optimizers import AdamW, Cosine, WarmUp
from mygrad.nnet.training import Batches, accuracy, confusion_matrix

BATCH = 32


def net(rng):
    init = partial(he_normal, gain=2**0.5)
    return Sequential(
        Conv(1, 16, (3, 3), padding="same", init=init, rng=rng),
        relu,
        MaxPool((2, 2)),
        Conv(16, 32, (3, 3), padding="same", init=init, rng=rng),
        relu,
        MaxPool((2, 2)),
        Flatten(),
        Linear(32 * 2 * 2, 10, rng=rng),
    )


def load(rng):
    """Images of shape (1, 8, 8), with pixels from 0 to 1, and labels: to train with, and to test with."""
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    seed = int(rng.integers(2**31))
    return train_test_split(images, labels, test_size=0.25, random_state=seed, stratify=labels)


def evaluate(model, images, labels):
    """The scores, the mean loss, and the share of images whose digit the net finds."""
    model.eval()
    with mg.no_autodiff:
        scores = model(images)
        loss = softmax_crossentropy(scores, labels)
    model.train()
    return scores, loss.item(), accuracy(scores, labels)


def train(model, images, labels, test_images, test_labels, epochs, rng):
    """Train the net; return the losses of all steps, and loss and accuracy on the test images after each epoch."""
    batches = Batches(images, labels, size=BATCH, drop_last=True, rng=rng)
    schedule = WarmUp(Cosine(4e-3, epochs * len(batches)), steps=len(batches))
    optimizer = AdamW(model.parameters(), schedule, weight_decay=0.05)
    losses, tests = [], []
    with tqdm(total=epochs * len(batches), unit="step", mininterval=1) as progress:
        for _ in range(epochs):
            for batch, right in batches:
                loss = softmax_crossentropy(model(batch), right)
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
                progress.update()
            tests.append(evaluate(model, test_images, test_labels)[1:])
            progress.set_postfix(loss=f"{losses[-1]:.4f}", test=f"{tests[-1][1]:.2%}", refresh=False)
    return np.array(losses), np.array(tests)


def plot(path, losses, tests):
    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    epochs = np.arange(1, len(tests) + 1)
    steps = np.arange(1, len(losses) + 1) * len(tests) / len(losses)
    axes.semilogy(steps, losses, color="C0", alpha=0.3, linewidth=0.7, label="training loss, each batch")
    axes.semilogy(epochs, tests[:, 0], color="C0", label="test loss")
    axes.set(xlabel="epoch", ylabel="cross-entropy")
    right = axes.twinx()
    right.plot(epochs, 100 * tests[:, 1], color="C1", label="test accuracy")
    right.set(ylabel="accuracy in %", ylim=(None, 100))
    figure.legend(loc="outside upper center", ncols=3, frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


def main():
    parser = argparse.ArgumentParser(description="Classify handwritten digits by a small convolutional net.")
    parser.add_argument("--epochs", type=int, default=25)
    parser.add_argument("--quick", action="store_true", help="stop after three epochs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plot", type=Path, default=Path("build/examples/digits.png"))
    options = parser.parse_args()

    rng = np.random.default_rng(options.seed)
    images, test_images, labels, test_labels = load(rng)
    model = net(rng)
    print(f"{len(images)} images to train with, {len(test_images)} to test with")
    print(summary(model, images[:BATCH].shape))

    epochs, goal = (3, 0.85) if options.quick else (options.epochs, 0.975)
    losses, tests = train(model, images, labels, test_images, test_labels, epochs, rng)
    plot(options.plot, losses, tests)
    scores, _, right = evaluate(model, test_images, test_labels)
    print("which digit (row) was taken for which (column):")
    print(confusion_matrix(scores, test_labels))
    print(f"accuracy on the test images: {right:.2%}")
    print(f"plot: {options.plot.resolve()}")
    if right < goal:
        raise SystemExit(f"that is too little: at least {goal:.1%} were expected")


if __name__ == "__main__":
    main()
