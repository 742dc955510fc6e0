"""Learn to write like Tim Peters: a gated recurrent unit reads the Zen of Python, character by character.

The text is that of Python's own module ``this``. It is short, so that the net comes to know most of it by heart.
"""

import argparse
import contextlib
import io
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # so small matrices are not worth a second thread

import numpy as np
from tqdm import trange

import mygrad as mg
from mygrad import nnet
from mygrad.nnet.optimizers import Adam, Cosine, clip_gradients_by_norm

HIDDEN = 128
BATCH, LENGTH = 32, 48


def zen():
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        import this  # noqa: F401  (it prints itself)
    return printed.getvalue()


class Writer(nnet.Module):
    """Given the characters so far, scores for the one that follows."""

    def __init__(self, characters, rng):
        self.gru = nnet.GRU(characters, HIDDEN, rng=rng)
        self.scores = nnet.Linear(HIDDEN, characters, rng=rng)
        self.one_hot = np.eye(characters, dtype=np.float32)

    def __call__(self, text, state=None):
        """Scores of shape (T, N, C) and the last state, given numbers of characters of shape (T, N)."""
        states, state = self.gru(self.one_hot[text], state)
        return self.scores(states), state


def train(writer, text, steps, rng):
    """Train with random excerpts; return the loss per character of each step."""
    optimizer = Adam(writer.parameters(), Cosine(5e-3, steps))
    losses = []
    progress = trange(steps, unit="step", mininterval=1)
    for _ in progress:
        starts = rng.integers(len(text) - LENGTH, size=BATCH)
        excerpts = text[starts + np.arange(LENGTH + 1)[:, None]]
        scores, _ = writer(excerpts[:-1])
        loss = nnet.softmax_crossentropy(scores.reshape(-1, scores.shape[-1]), excerpts[1:].ravel())
        loss.backward()
        clip_gradients_by_norm(writer.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        progress.set_postfix(loss=f"{losses[-1]:.3f}", refresh=False)
    return np.array(losses)


def write(writer, start, length, temperature, rng):
    """Go on after the numbers of characters `start`, each time with a character drawn by its probability."""
    text = list(start)
    with mg.no_autodiff:
        scores, state = writer(np.array(text)[:, None])
        while len(text) < length:
            p = nnet.softmax(scores[-1, 0] / temperature).data.astype(float)
            text.append(rng.choice(len(p), p=p / p.sum()))
            scores, state = writer(np.array([[text[-1]]]), state)
    return text


def main():
    parser = argparse.ArgumentParser(description="A character-level language model of the Zen of Python.")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--quick", action="store_true", help="stop after sixty steps")
    parser.add_argument("--temperature", type=float, default=0.5, help="the higher, the more adventurous")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    rng = np.random.default_rng(options.seed)
    characters, text = np.unique(list(zen()), return_inverse=True)
    writer = Writer(len(characters), rng)
    size = sum(parameter.size for parameter in writer.parameters())
    print(f"{len(text)} characters, {len(characters)} different ones, {size} parameters")

    losses = train(writer, text, 60 if options.quick else options.steps, rng)
    first, last = losses[:10].mean(), losses[-10:].mean()
    print(f"loss per character: {first:.2f} at first, {last:.2f} at last")

    sample = write(writer, text[:4], 400, options.temperature, rng)
    print("\n" + "".join(characters[sample]))
    if last > 0.9 * first:
        raise SystemExit("the loss has hardly fallen")


if __name__ == "__main__":
    main()
