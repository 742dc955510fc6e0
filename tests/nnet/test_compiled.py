"""`mygrad.compile` of layers, activations and losses: those in NumPy are looked into, and other calls are made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad.nnet.activations import gelu, relu, selu, softmax
from mygrad.nnet.layers import batchnorm, conv_nd, dropout, embedding, gru, max_pool
from mygrad.nnet.losses import (
    cosine_embedding_loss,
    focal_loss,
    huber_loss,
    l1_loss,
    mean_squared_error,
    multiclass_hinge,
    negative_log_likelihood,
    softmax_crossentropy,
    softmax_focal_loss,
)
from mygrad.nnet.optimizers import SGD, Adam, Groups
from mygrad.nnet.training import EMA

LABELS = np.array([0, 2, 1, 1])


def numbers(*shapes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(7)
    return tuple(rng.normal(size=shape) for shape in shapes)


@pytest.mark.parametrize(
    ("f", "shapes"),
    [
        pytest.param(lambda x: np.sum(relu(x) * gelu(x) * selu(x)), [(4, 3)], id="activations"),
        pytest.param(lambda x: np.sum(softmax(x) ** 2), [(4, 3)], id="softmax"),
        pytest.param(lambda x: softmax_crossentropy(x, LABELS), [(4, 3)], id="softmax_crossentropy"),
        pytest.param(lambda x: multiclass_hinge(x, LABELS), [(4, 3)], id="multiclass_hinge"),
        pytest.param(lambda x, w: np.sum(conv_nd(x, w, stride=1) ** 2), [(2, 3, 5, 5), (4, 3, 2, 2)], id="conv_nd"),
        pytest.param(lambda x: np.sum(max_pool(x, (2, 2), 2) ** 2), [(2, 3, 6, 6)], id="max_pool"),
        pytest.param(
            lambda x, g, b: np.sum(batchnorm(x, gamma=g, beta=b, eps=1e-5) ** 3), [(6, 3), (3,), (3,)], id="batchnorm"
        ),
        pytest.param(lambda *args: np.sum(gru(*args) ** 2), [(3, 2, 4), *[(4, 3), (3, 3), (3,)] * 3], id="gru"),
    ],
)
def test_gradients(f: Callable[..., Any], shapes: list[tuple[int, ...]]) -> None:
    derivative = mg.value_and_grad(f, tuple(range(len(shapes))))
    compiled = mg.compile(derivative)
    arrays = numbers(*shapes)
    compiled(*arrays)
    arrays = tuple(0.5 - a for a in arrays)
    value, gradients = compiled(*arrays)
    expected_value, expected = derivative(*arrays)
    assert value == expected_value
    for found, gradient in zip(gradients, expected, strict=True):
        assert found.tobytes() == gradient.tobytes()


@pytest.mark.parametrize("activation", [relu, gelu, selu, softmax])
def test_of_arrays_and_of_second_order(activation: Callable[..., Any]) -> None:
    (x,) = numbers((4, 3))

    def f(x: Any) -> Any:
        return np.sum(activation(x) * x)

    for function in (f, lambda x: mg.hvp(f, x, np.cos(x))):
        compiled = mg.compile(function)
        compiled(x)
        expected, found = function(0.5 - x), compiled(0.5 - x)
        assert np.asarray(getattr(expected, "data", expected)).tobytes() == np.asarray(found).tobytes()


def test_what_is_dropped_at_random_is_refused() -> None:
    with pytest.raises(mg.errors.RecordingError, match=r"line .* computes with what changes from call to call"):
        mg.compile(mg.grad(lambda x: np.sum(dropout(x, 0.5))))(np.ones((4, 3)))


#: Losses of scores and of what belongs to a batch: labels, and numbers of classes or of data.
OF_LABELS: dict[str, Callable[..., Any]] = {
    "softmax_crossentropy": softmax_crossentropy,
    "weights": lambda x, y: softmax_crossentropy(x, y, weights=[1.0, 2.0, 0.5], reduction="weighted_mean"),
    "label_smoothing": lambda x, y: softmax_crossentropy(x, y, label_smoothing=0.1, reduction="sum"),
    "ignore_label": lambda x, y: softmax_crossentropy(x, y, ignore_label=1),
    "each": lambda x, y: np.sum(np.sin(softmax_crossentropy(x, y, reduction="none"))),
    "places": lambda x, y: softmax_crossentropy(np.stack([x, x * 2], axis=2), np.stack([y, 2 - y], axis=1)),
    "keyword": lambda x, y: softmax_crossentropy(x=x, y_true=y),
    "negative_log_likelihood": lambda x, y: negative_log_likelihood(x, y, weights=np.array([1.0, 2.0, 0.5])),
    "softmax_focal_loss": lambda x, y: np.sum(softmax_focal_loss(x, y, alpha=0.25, gamma=2)),
    "focal_loss": lambda x, y: np.sum(focal_loss(softmax(x), y, gamma=1.5)),
    "multiclass_hinge": multiclass_hinge,
    "embedding": lambda x, y: np.sum(embedding(np.stack([y, y]), x.T) ** 3),
    "cosine_embedding_loss": lambda x, y: cosine_embedding_loss(x, np.cos(x), 1 - 2 * (y % 2), 0.1),
    "l1_loss": lambda x, y: l1_loss(x[:, 0], y),
    "huber_loss": lambda x, y: huber_loss(x[:, 0], y > 1),
    "mean_squared_error": lambda x, y: mean_squared_error(y, x[:, 0]),
}


@pytest.mark.parametrize("f", [pytest.param(f, id=name) for name, f in OF_LABELS.items()])
def test_labels_among_the_arguments(f: Callable[..., Any]) -> None:
    x = numbers((3, 3))[0]
    derivative = mg.value_and_grad(f)
    compiled = mg.compile(derivative)
    compiled(x, np.array([0, 2, 1]))
    for labels in ([1, 1, 0], [2, 0, 2], [0, 0, 1]):
        x = 0.5 - x
        value, gradient = compiled(x, np.array(labels))
        expected_value, expected = derivative(x, np.array(labels))
        assert value == expected_value
        assert gradient.tobytes() == expected.tobytes()
    assert len(compiled.signatures) == 1


@pytest.mark.parametrize("dtype", [np.int32, np.uint8, list])
def test_labels_of_other_dtypes(dtype: Any) -> None:
    (x,) = numbers((4, 3))
    compiled = mg.compile(softmax_crossentropy)
    for labels in (LABELS, LABELS[::-1]):
        given = labels.tolist() if dtype is list else labels.astype(dtype)
        assert compiled(x, given) == softmax_crossentropy(x, labels)


def test_other_shapes_are_recorded_anew() -> None:
    (x,) = numbers((4, 3))
    compiled = mg.compile(mg.grad(softmax_crossentropy))
    for n in (4, 3):
        assert np.array_equal(compiled(x[:n], LABELS[:n]), mg.grad(softmax_crossentropy)(x[:n], LABELS[:n]))
    assert len(compiled.signatures) == 2


def test_options_among_the_arguments() -> None:
    (x,) = numbers((4, 3))

    def f(x: Any, weights: Any, smoothing: Any) -> Any:
        return softmax_crossentropy(x, LABELS, weights=weights, label_smoothing=smoothing)

    compiled = mg.compile(mg.grad(f))
    compiled(x, np.ones(3), 0.0)
    weights = np.array([0.5, 2.0, 1.0])
    assert compiled(x, weights, 0.25).tobytes() == mg.grad(f)(x, weights, 0.25).tobytes()


@pytest.mark.parametrize("f", [softmax_crossentropy, lambda x, y: np.sum(embedding(y, x.T))])
def test_what_is_no_label_raises_at_each_call(f: Callable[..., Any]) -> None:
    (x,) = numbers((4, 3))
    compiled = mg.compile(mg.grad(f))
    for labels in (LABELS + 2, LABELS, LABELS - 1, LABELS + 2):
        if labels is LABELS:
            compiled(x, labels)
        else:
            with pytest.raises(IndexError, match="go from 0 to"):
                compiled(x, labels)
    with pytest.raises((TypeError, ValueError), match=r"label|indices"):
        compiled(x, LABELS * 1.0)


class _Trained:
    """A parameter, and what is done with it in each step."""

    def __init__(self, make: Callable[[Any], Any], method: str) -> None:
        self.w = mg.tensor(np.ones((3, 3)))
        self.made = make([self.w])
        self.method = method

    def step(self, x: Any, labels: Any) -> Any:
        loss = softmax_crossentropy(x @ self.w, labels)
        loss.backward()
        getattr(self.made, self.method)()
        return loss.data


@pytest.mark.parametrize("method", ["step", "accumulate"])
@pytest.mark.parametrize(
    "make", [lambda p: SGD(p, 0.1, momentum=0.9), lambda p: Adam(p, 0.1), lambda p: Groups(SGD(p, 0.1))]
)
def test_optimizers_are_refused_before_they_change_anything(make: Callable[..., Any], method: str) -> None:
    trained = _Trained(make, method)
    before = trained.made.state_dict()
    with pytest.raises(mg.errors.RecordingError, match=r"(?s)line .* change parameters.*Outside.*make the step"):
        mg.compile(lambda x, labels: trained.step(x, labels))(*numbers((4, 3)), LABELS)
    assert np.array_equal(trained.w, np.ones((3, 3)))
    after = trained.made.state_dict()
    assert after.keys() == before.keys()
    assert all(np.array_equal(after[name], before[name]) for name in after)


def test_averages_are_refused() -> None:
    average = EMA(mg.nnet.Linear(3, 2))

    def f(x: Any) -> Any:
        average.update()
        return x

    with pytest.raises(mg.errors.RecordingError, match="average of parameters"):
        mg.compile(f)(1.0)


def test_a_step_with_the_optimizer_outside() -> None:
    (x,) = numbers((4, 3))
    gradient = mg.grad(lambda w, x, y: softmax_crossentropy(x @ w, y))
    found = []
    for f in (gradient, mg.compile(gradient)):
        w = mg.tensor(np.ones((3, 3)))
        optimizer = Adam([w], 0.1)
        for labels in (LABELS, LABELS[::-1], LABELS):
            w.grad = f(w.data, x, labels)
            optimizer.step()
        found.append(np.asarray(w.data).tobytes())
    assert found[0] == found[1]


@pytest.mark.parametrize(
    "derivative",
    [
        lambda f, x, y: mg.hvp(lambda x: np.sum(f(x, y)), x, np.cos(x)),
        lambda f, x, y: mg.hessian(lambda x: np.sum(f(x, y)))(x),
        lambda f, x, y: mg.jacobian(lambda x: f(x, y))(x),
    ],
)
def test_of_labels_among_the_arguments_there_are_gradients_alone(derivative: Callable[..., Any]) -> None:
    (x,) = numbers((4, 3))
    with pytest.raises(mg.errors.RecordingError, match=r"calls softmax_focal_loss, which .* Compile a gradient"):
        mg.compile(lambda x, y: derivative(softmax_focal_loss, x, y))(x, LABELS)


def test_second_derivatives_where_labels_are_constants() -> None:
    (x,) = numbers((4, 3))
    second = mg.hessian(lambda x: np.sum(softmax_focal_loss(x, LABELS)))
    compiled = mg.compile(second)
    compiled(x)
    assert compiled(1 - x).tobytes() == second(1 - x).tobytes()


def test_a_step_of_a_module() -> None:
    (x,) = numbers((4, 3))
    model = mg.nnet.Sequential(mg.nnet.Linear(3, 5), mg.nnet.Activation(relu), mg.nnet.Linear(5, 3))
    tensors, rebuild = model.__tree_flatten__()
    gradient = mg.grad(lambda w, x, y: softmax_crossentropy(rebuild(w)(x), y))
    compiled = mg.compile(gradient)
    for labels in (LABELS, 2 - LABELS):
        values = {name: t.data for name, t in tensors.items()}
        found, expected = compiled(values, x, labels), gradient(values, x, labels)
        for name, t in tensors.items():
            assert found[name].tobytes() == expected[name].tobytes()
            t.grad = found[name]
        SGD(model.parameters(), 0.1).step()
    assert len(compiled.signatures) == 1
