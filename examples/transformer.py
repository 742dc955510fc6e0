"""Learn to write like the reference of Python: a transformer of two blocks reads it, character by character.

The text is that of Python's own module ``pydoc_data.topics``, which ``help("while")`` shows.
"""

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # so small matrices are not worth a second thread

from pydoc_data.topics import topics

import numpy as np
from tqdm import trange

import mygrad as mg
from mygrad.nnet import (
    Dropout,
    Embedding,
    LayerNorm,
    Linear,
    Module,
    MultiHeadAttention,
    Sequential,
    gelu,
    softmax,
    softmax_crossentropy,
    summary,
)
from mygrad.nnet.optimizers import AdamW, Groups, OneCycle, clip_gradients_by_norm
from mygrad.nnet.training import EMA

WIDTH, HEADS, BLOCKS = 64, 4, 2
BATCH, LENGTH = 16, 64


class Block(Module):
    """Attention, by which tokens look at those before them, and a net that each of them goes through by itself."""

    def __init__(self, width, heads, rng):
        self.norm1 = LayerNorm(width)
        self.attention = MultiHeadAttention(width, heads, rng=rng)
        self.norm2 = LayerNorm(width)
        self.mlp = Sequential(
            Linear(width, 4 * width, rng=rng), gelu, Linear(4 * width, width, rng=rng), Dropout(0.1, rng=rng)
        )

    def __call__(self, x):
        x = x + self.attention(self.norm1(x), causal=True)
        return x + self.mlp(self.norm2(x))


class Writer(Module):
    """Given numbers of characters, of shape (N, T), scores for the one that follows each: of shape (N, T, C)."""

    def __init__(self, characters, rng):
        self.token = Embedding(characters, WIDTH, init=small, rng=rng)
        self.position = Embedding(LENGTH, WIDTH, init=small, rng=rng)
        self.blocks = Sequential(*[Block(WIDTH, HEADS, rng) for _ in range(BLOCKS)])
        self.norm = LayerNorm(WIDTH)
        self.scores = Linear(WIDTH, characters, bias=False, rng=rng)
        self.scores.weight = self.token.weight  # tied: what a character is, and what predicts it

    def __call__(self, text):
        x = self.token(text) + self.position(np.arange(text.shape[1]))
        return self.scores(self.norm(self.blocks(x)))


def small(*shape, dtype, rng):
    return mg.tensor(rng.normal(0, 0.02, shape), dtype=dtype)


def optimizer_of(model, steps):
    """AdamW, which lets matrices decay, but not what is added, nor the factors of norms."""
    schedule = OneCycle(4e-3, steps)
    matrices = [t for t in model.parameters() if t.ndim > 1]
    others = [t for t in model.parameters() if t.ndim == 1]
    return Groups(AdamW(matrices, schedule, weight_decay=0.1), AdamW(others, schedule, weight_decay=0.0))


def excerpts(text, n, rng):
    """Random ones, of shape (N, T), and the characters that follow each of theirs."""
    starts = rng.integers(len(text) - LENGTH, size=n)
    found = text[starts[:, None] + np.arange(LENGTH + 1)]
    return found[:, :-1], found[:, 1:]


def loss_of(model, text, following):
    scores = model(text)
    return softmax_crossentropy(scores.reshape(-1, scores.shape[-1]), following.ravel())


def train(model, text, steps, rng):
    """Train; return the losses of all steps, and the moving average of the model."""
    optimizer, average = optimizer_of(model, steps), EMA(model, decay=0.95)
    losses = []
    progress = trange(steps, unit="step", mininterval=1)
    for _ in progress:
        loss = loss_of(model, *excerpts(text, BATCH, rng))
        loss.backward()
        clip_gradients_by_norm(optimizer, 1.0)
        optimizer.step()
        average.update()
        losses.append(loss.item())
        progress.set_postfix(loss=f"{losses[-1]:.3f}", refresh=False)
    return np.array(losses), average.model


def write(model, start, length, temperature, rng):
    """Go on after the numbers of characters `start`, each time with a character drawn by its probability."""
    text = list(start)
    with mg.no_autodiff:
        while len(text) < length:
            scores = model(np.array([text[-LENGTH:]]))[0, -1]
            p = softmax(scores / temperature).data.astype(float)
            text.append(rng.choice(len(p), p=p / p.sum()))
    return text


def main():
    parser = argparse.ArgumentParser(description="A character-level transformer of the reference of Python.")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--quick", action="store_true", help="stop after forty steps")
    parser.add_argument("--temperature", type=float, default=0.5, help="the higher, the more adventurous")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    rng = np.random.default_rng(options.seed)
    characters, text = np.unique(list("\n".join(topics.values())), return_inverse=True)
    known, held_back = np.split(text, [len(text) * 9 // 10])
    model = Writer(len(characters), rng)
    print(f"{len(text)} characters, {len(characters)} different ones\n")
    print(model, "\n")
    print(summary(model, (BATCH, LENGTH), dtype=int), "\n")

    steps, goal = (40, 3.5) if options.quick else (options.steps, 2.2)
    losses, average = train(model, known, steps, rng)
    with mg.no_autodiff:
        test = loss_of(average, *excerpts(held_back, 200, rng)).item()
    print(f"loss per character: {losses[0]:.2f} at first, {losses[-10:].mean():.2f} at last, {test:.2f} on a new text")

    sample = write(average, text[:1], 60 if options.quick else 600, options.temperature, rng)
    print("\n" + "".join(characters[sample]))
    if test > goal:
        raise SystemExit(f"that is too much: at most {goal} was expected")


if __name__ == "__main__":
    main()
