"""Classify handwritten digits by a small convolutional net.

The data is that of ``sklearn.datasets.load_digits``: 1797 images of 8x8 pixels, a quarter of them kept for the test.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # so small matrices are not worth a second thread

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import mygrad as mg
from mygrad import nnet
from mygrad.nnet.optimizers import AdamW, Cosine, WarmUp

BATCH = 32


class Conv(nnet.Module):
    """A convolution with windows of 3x3 pixels that keeps the size of the image."""

    def __init__(self, channels, filters, rng):
        self.filters = nnet.he_normal(filters, channels, 3, 3, gain=2**0.5, rng=rng)
        self.bias = mg.zeros((filters, 1, 1), dtype=np.float32)

    def __call__(self, x):
        return nnet.conv_nd(x, self.filters, stride=1, padding=1) + self.bias


class Dense(nnet.Module):
    def __init__(self, inputs, outputs, rng):
        self.weight = nnet.glorot_uniform(outputs, inputs, rng=rng)
        self.bias = mg.zeros(outputs, dtype=np.float32)

    def __call__(self, x):
        return x @ self.weight.T + self.bias


class Net(nnet.Module):
    def __init__(self, rng):
        self.convs = [Conv(1, 16, rng), Conv(16, 32, rng)]
        self.dense = Dense(32 * 2 * 2, 10, rng)

    def __call__(self, images):
        x = images
        for conv in self.convs:
            x = nnet.max_pool(nnet.relu(conv(x)), (2, 2), 2)
        return self.dense(x.reshape(len(images), -1))


def load(rng):
    """Images of shape (1, 8, 8), with pixels from 0 to 1, and labels: to train with, and to test with."""
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    seed = int(rng.integers(2**31))
    return train_test_split(images, labels, test_size=0.25, random_state=seed, stratify=labels)


def evaluate(net, images, labels):
    """The mean loss, and the share of images whose digit the net finds."""
    net.eval()
    with mg.no_autodiff:
        scores = net(images)
        loss = nnet.softmax_crossentropy(scores, labels)
    net.train()
    return loss.item(), float(np.mean(np.argmax(scores.data, axis=1) == labels))


def train(net, images, labels, test_images, test_labels, epochs, rng):
    """Train the net; return the losses of all steps, and loss and accuracy on the test images after each epoch."""
    per_epoch = len(images) // BATCH
    schedule = WarmUp(Cosine(4e-3, epochs * per_epoch), steps=per_epoch)
    optimizer = AdamW(net.parameters(), schedule, weight_decay=0.05)
    losses, tests = [], []
    with tqdm(total=epochs * per_epoch, unit="step", mininterval=1) as progress:
        for _ in range(epochs):
            for batch in rng.permutation(len(images))[: per_epoch * BATCH].reshape(-1, BATCH):
                loss = nnet.softmax_crossentropy(net(images[batch]), labels[batch])
                loss.backward()
                optimizer.step()
                losses.append(loss.item())
                progress.update()
            tests.append(evaluate(net, test_images, test_labels))
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
    net = Net(rng)
    size = sum(parameter.size for parameter in net.parameters())
    print(f"{len(images)} images to train with, {len(test_images)} to test with, {size} parameters")

    epochs, goal = (3, 0.85) if options.quick else (options.epochs, 0.975)
    losses, tests = train(net, images, labels, test_images, test_labels, epochs, rng)
    plot(options.plot, losses, tests)
    print(f"accuracy on the test images: {tests[-1, 1]:.2%}")
    print(f"plot: {options.plot.resolve()}")
    if tests[-1, 1] < goal:
        raise SystemExit(f"that is too little: at least {goal:.1%} were expected")


if __name__ == "__main__":
    main()
