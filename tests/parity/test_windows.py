"""Convolution and pooling with random shapes and options, against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from mygrad.nnet import layers

torch = pytest.importorskip("torch")
F = torch.nn.functional
AXES = pytest.mark.parametrize("axes", [1, 2, 3])
SEEDS = pytest.mark.parametrize("seed", range(8))


class Draw:
    """Random numbers, one for each axis."""

    def __init__(self, axes: int, seed: int) -> None:
        self.axes, self.rng = axes, np.random.default_rng([axes, seed])

    def lengths(self, low: int, high: int) -> tuple[int, ...]:
        return tuple(self.rng.integers(low, high + 1, self.axes).tolist())

    def normal(self, *shape: int) -> np.ndarray:
        return self.rng.normal(size=shape)


def padded(x: Any, sides: tuple[tuple[int, int], ...], value: float = 0) -> Any:
    return F.pad(x, [n for pair in reversed(sides) for n in pair], value=value)


@AXES
@SEEDS
def test_conv_nd(agree, axes, seed):
    """What the stride leaves over at the end is left out, as PyTorch does."""
    draw = Draw(axes, seed)
    groups, kernel, dilation = int(draw.rng.integers(1, 4)), draw.lengths(1, 3), draw.lengths(1, 2)
    stride, sides = draw.lengths(1, 3), tuple(zip(draw.lengths(0, 3), draw.lengths(0, 3), strict=True))
    x = draw.normal(2, 2 * groups, *[n + 2 for n in draw.lengths(3, 7)])
    w = draw.normal(3 * groups, 2, *kernel)
    options: dict[str, Any] = {"stride": stride, "dilation": dilation, "groups": groups}
    theirs = (F.conv1d, F.conv2d, F.conv3d)[axes - 1]
    agree(
        "conv_nd, options",
        lambda x, w: layers.conv_nd(x, w, padding=sides, floor=True, **options),
        lambda x, w: theirs(padded(x, sides), w, **options),
        x,
        w,
    )


@AXES
@pytest.mark.filterwarnings("ignore:Using padding='same'")  # PyTorch copies then, and says so
@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
def test_conv_nd_same(agree, axes, kernel):
    draw = Draw(axes, kernel)
    x, w = draw.normal(2, 2, *draw.lengths(3, 7)), draw.normal(3, 2, *[kernel] * axes)
    theirs = (F.conv1d, F.conv2d, F.conv3d)[axes - 1]
    agree(
        "conv_nd, same",
        lambda x, w: layers.conv_nd(x, w, stride=1, padding="same", dilation=1 + kernel % 2),
        lambda x, w: theirs(x, w, padding="same", dilation=1 + kernel % 2),
        x,
        w,
    )


@AXES
@SEEDS
def test_conv_transpose_nd(agree, axes, seed):
    draw = Draw(axes, seed)
    groups, kernel, dilation = int(draw.rng.integers(1, 4)), draw.lengths(2, 3), draw.lengths(1, 2)
    stride, padding = draw.lengths(1, 3), draw.lengths(0, 1)
    options: dict[str, Any] = {
        "stride": stride,
        "padding": padding,
        "output_padding": tuple(int(draw.rng.integers(0, s)) for s in stride),
        "dilation": dilation,
        "groups": groups,
    }
    x, w = draw.normal(2, 2 * groups, *draw.lengths(2, 5)), draw.normal(2 * groups, 3, *kernel)
    theirs = (F.conv_transpose1d, F.conv_transpose2d, F.conv_transpose3d)[axes - 1]
    agree(
        "conv_transpose_nd, options",
        lambda x, w: layers.conv_transpose_nd(x, w, **options),
        lambda x, w: theirs(x, w, **options),
        x,
        w,
    )


@AXES
@SEEDS
@pytest.mark.parametrize("kind", ["max_pool", "average_pool"])
def test_pooling(agree, kind, axes, seed):
    draw = Draw(axes, seed)
    pool, stride = draw.lengths(2, 4), draw.lengths(1, 3)
    padding = tuple(k // 2 for k in pool)
    x = draw.normal(2, 2, *[n + 3 for n in draw.lengths(1, 5)])
    counted = bool(seed % 2)
    name = {"max_pool": "max_pool", "average_pool": "avg_pool"}[kind] + f"{axes}d"
    options: dict[str, Any] = {} if kind == "max_pool" else {"count_padding": counted}
    theirs: dict[str, Any] = {} if kind == "max_pool" else {"count_include_pad": counted}
    agree(
        f"{kind}, options",
        lambda x: getattr(layers, kind)(x, pool, stride, padding=padding, floor=True, **options),
        lambda x: getattr(F, name)(x, pool, stride, padding, **theirs),
        x,
    )


@AXES
@SEEDS
@pytest.mark.parametrize("kind", ["avg", "max"])
def test_adaptive_pooling(agree, kind, axes, seed):
    draw = Draw(axes, seed)
    x, shape = draw.normal(2, 2, *draw.lengths(1, 7)), draw.lengths(1, 5)
    agree(
        f"adaptive_{kind}_pool, options",
        lambda x: getattr(layers, f"adaptive_{kind}_pool")(x, shape),
        lambda x: getattr(F, f"adaptive_{kind}_pool{axes}d")(x, shape),
        x,
    )
