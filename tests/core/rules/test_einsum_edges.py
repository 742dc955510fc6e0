"""Einsum of every kind. It is linear in each operand, so a vjp can be checked without differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mygrad as mg
from mygrad._rules import einsum as module
from mygrad._rules.einsum import contract, einsum_of_diagonal, einsum_of_many, einsum_of_one, spread
from mygrad._rules.rule import RULES


def einsum(*operands: Any) -> Any:
    return mg.einsum(*operands).data


def random_einsum(rng: np.random.Generator) -> tuple[str, list[np.ndarray]]:
    """Subscripts with repeated labels, labels of one operand alone, ellipses, broadcasting - and operands."""
    sizes = dict(zip("abcD", rng.integers(1, 4, 4).tolist(), strict=True))
    dots = rng.integers(1, 4, rng.integers(0, 3)).tolist()
    terms, arrays = [], []
    with_dots = False
    for _ in range(rng.integers(1, 4)):
        labels = "".join(rng.choice(list(sizes), rng.integers(0, 4)))
        own = {k: 1 if rng.random() < 0.15 else n for k, n in sizes.items()}
        shape = [own[k] for k in labels]
        if rng.random() < 0.4:
            cut = rng.integers(0, len(labels) + 1)
            own_dots = [1 if rng.random() < 0.2 else n for n in dots[rng.integers(0, len(dots) + 1) :]]
            labels = labels[:cut] + "..." + labels[cut:]
            shape[cut:cut] = own_dots
            with_dots = True
        terms.append(labels)
        arrays.append(rng.normal(size=shape))
    subscripts = ",".join(terms)
    if rng.random() < 0.75:
        used = [k for k in sizes if k in subscripts]
        output = "".join(rng.permutation(used)[: rng.integers(0, len(used) + 1)])
        cut = rng.integers(0, len(output) + 1)
        subscripts += " -> " + output[:cut] + ("..." if with_dots else "") + output[cut:]
    return subscripts, arrays


def unbroadcast(g: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    assert g.ndim == len(shape)
    axes = tuple(i for i, n in enumerate(shape) if n == 1)
    return np.sum(g, axis=axes, keepdims=True)


@pytest.mark.parametrize("seed", range(300))
def test_vjp_is_the_transpose(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed % 2:  # also where BLAS would not pay
        monkeypatch.setattr(module, "_SMALL", 0)
        module._steps.cache_clear()
    rng = np.random.default_rng(seed)
    subscripts, arrays = random_einsum(rng)
    primitive = einsum_of_many if len(arrays) > 1 else einsum_of_diagonal if seed % 3 else einsum_of_one
    out = np.asarray(np.einsum(subscripts, *arrays))
    value = einsum(subscripts, *arrays)
    assert value.shape == out.shape
    np.testing.assert_allclose(value, out, rtol=1e-12, atol=1e-12)  # BLAS adds up in an order of its own
    g = rng.normal(size=out.shape)
    for i, a in enumerate(arrays):
        r = RULES[primitive].vjp(i)(g, out, *arrays, subscripts=subscripts)
        r = unbroadcast(np.asarray(r), a.shape)
        v = rng.normal(size=a.shape)
        pushed = np.einsum(subscripts, *arrays[:i], v, *arrays[i + 1 :])
        assert np.isclose(np.sum(g * pushed), np.sum(r * v)), (subscripts, [a.shape for a in arrays])
    module._steps.cache_clear()


@pytest.mark.parametrize("seed", range(150))
def test_contraction_in_pairs_is_einsum(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SMALL", 0)
    module._steps.cache_clear()
    rng = np.random.default_rng(1000 + seed)
    sizes = dict(zip("abcde", rng.integers(0 if seed % 10 == 0 else 1, 4, 5).tolist(), strict=True))
    terms = ["".join(rng.choice(list(sizes), rng.integers(0, 4))) for _ in range(rng.integers(2, 5))]
    used = sorted(set("".join(terms)))
    output = "".join(rng.permutation(used)[: rng.integers(0, len(used) + 1)])
    arrays = [rng.normal(size=[sizes[k] for k in term]) for term in terms]
    subscripts = ",".join(terms) + "->" + output
    expected = np.asarray(np.einsum(subscripts, *arrays))
    out = np.asarray(contract(*arrays, subscripts=subscripts))
    assert out.shape == expected.shape
    assert np.allclose(out, expected), subscripts
    assert np.asarray(contract(*[a.astype("f4") for a in arrays], subscripts=subscripts)).dtype == np.float32
    module._steps.cache_clear()


def test_operands_that_matmul_could_not_give_to_blas_are_copied() -> None:
    """A batch in the last axis leaves matrices without unit stride."""
    a, b = np.random.default_rng(0).normal(size=(2, 30, 30, 4))
    out = contract(a, b, subscripts="ijb,jkb->ikb")
    assert np.allclose(out, np.einsum("ijb,jkb->ikb", a, b))


def test_views_stay_views() -> None:
    x = np.arange(9.0).reshape(3, 3)
    for subscripts in ("ii->i", "ij->ji", "...", "i...->...i"):
        assert np.shares_memory(einsum(subscripts, x), x)
    assert RULES[einsum_of_one].view
    assert RULES[einsum_of_diagonal].view
    assert not np.shares_memory(einsum("ij->i", x), x)


@pytest.mark.parametrize("subscripts", ["ii->i", "ii", "ij->j", "ij->ji", "iij->ji", "...i->..."])
def test_adding_to_a_buffer_in_place(subscripts: str) -> None:
    shape = (3,) * max(2, len(subscripts.split("->")[0].replace("...", "ab")))
    x = np.zeros(shape)
    g = np.random.default_rng(0).normal(size=np.shape(np.einsum(subscripts, x)))
    rule = RULES[einsum_of_one]
    buffer = np.full(shape, 10.0)
    rule.add_into(buffer, g, subscripts=subscripts)
    assert np.allclose(buffer, 10.0 + rule.vjp(0)(g, None, x, subscripts=subscripts))


def test_what_is_off_the_diagonal_counts_as_masked() -> None:
    assert RULES[einsum_of_diagonal].masks
    assert not RULES[einsum_of_one].masks
    for subscripts in ("ii", "ii->i", "i...i->..."):
        x = mg.tensor(np.ones((2, 2)))
        (np.einsum(subscripts, x) * np.inf).sum().backward()
        assert np.array_equal(x.grad, [[np.inf, 0.0], [0.0, np.inf]])


def test_spread_is_zero_off_the_diagonal() -> None:
    assert np.array_equal(spread(np.array([1.0, 2.0]), "ii", (2, 2)), np.diag([1.0, 2.0]))
    assert spread(np.ones(2, np.float32), "ii", (2, 2)).dtype == np.float32


def test_products_with_zeros_and_infinities_do_not_divide() -> None:
    a, b, c = np.array([0.0, 2.0]), np.array([3.0, 0.0]), np.array([5.0, 7.0])
    vjp = RULES[einsum_of_many].vjp(0)
    assert np.array_equal(vjp(np.ones(2), None, a, b, c, subscripts="i,i,i->i"), [15.0, 0.0])


def test_the_same_array_twice() -> None:
    x = np.random.default_rng(0).normal(size=(3, 4))
    rule = RULES[einsum_of_many]
    total = sum(rule.vjp(i)(np.ones(()), None, x, x, subscripts="ij,ij->") for i in (0, 1))
    assert np.allclose(total, 2 * x)


@pytest.mark.parametrize(
    "operands",
    [
        (np.ones((2, 3)), [0, 1], np.ones((3, 4)), [1, 2]),
        (np.ones((2, 3)), [0, 51], np.ones((3, 4)), [51, 30], [30, 0]),
        (np.ones((2, 3)), [30, 2]),
        (np.ones((2, 3)), [2, 30], []),
        (np.ones((2, 3, 3)), [..., 1, 1], [1, ...]),
        (np.ones((2, 3)), np.array([1, 0])),
    ],
)
def test_sublists(operands: Any) -> None:
    arrays = [a * np.random.default_rng(0).normal(size=a.shape) if np.ndim(a) > 1 else a for a in operands]
    assert np.array_equal(einsum(*arrays), np.einsum(*arrays))


@pytest.mark.parametrize(
    ("error", "operands"),
    [
        (ValueError, (np.ones((2, 2)), [0, 52])),
        (TypeError, (np.ones((2, 2)), [0, "a"])),
        (ValueError, ("ij->k", np.ones((2, 2)))),
        (ValueError, ("i,j", np.ones(2))),
        (ValueError, ("ij", np.ones(2))),
        (ValueError, ("i,i", np.ones(2), np.ones(3))),
        (ValueError, ("i;", np.ones(2))),
        (ValueError, ()),
    ],
)
def test_bad_subscripts_get_numpys_errors(error: type[Exception], operands: Any) -> None:
    with pytest.raises(error):
        np.einsum(*operands)
    with pytest.raises(error):
        einsum(*operands)


def test_numbers_and_lists_as_operands() -> None:
    out = einsum("i,->i", [1.0, 2.0], 3.0)
    assert np.array_equal(out, [3.0, 6.0])


@pytest.mark.parametrize(
    ("subscripts", "repeats", "shape"),
    [
        ("ij,ij->i", 2, (3, 4)),
        ("ij,ji->", 2, (4, 4)),
        ("ij,jk->ik", 2, (4, 4)),
        ("ij,kj->ik", 2, (3, 4)),
        ("i,i,i->", 3, (5,)),
        ("ij,ik,ij->jk", 3, (3, 3)),
        ("...i,...i", 2, (2, 1, 3)),
    ],
)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_repeated_operands(subscripts: str, repeats: int, shape: tuple[int, ...], dtype: type) -> None:
    """What `a` gets, all its places added up, is what as many different tensors get."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=shape).astype(dtype)
    weights = rng.normal(size=np.shape(np.einsum(subscripts, *[values] * repeats))).astype(dtype)
    apart = [mg.tensor(values) for _ in range(repeats)]
    np.einsum(subscripts, *apart).backward(weights)
    a = mg.tensor(values)
    np.einsum(subscripts, *[a] * repeats).backward(weights)
    assert a.grad.dtype == dtype
    np.testing.assert_allclose(a.grad, sum(t.grad for t in apart), rtol=1e-5 if dtype == np.float32 else 1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_large_products_agree_with_numpy(dtype: type) -> None:
    """They are left to BLAS, in any order of axes and of memory."""
    rng = np.random.default_rng(1)
    a, b = (np.asfortranarray(rng.normal(size=(40, 50)).astype(dtype)), rng.normal(size=(50, 30)).astype(dtype))
    for subscripts, operands in {
        "ij,jk->ik": (a, b),
        "ij,jk": (a, b),
        "ji,kj->ki": (b[:, ::-1], a),
        "aij,ajk->ik": (np.stack([a, -2 * a]), np.stack([b, b])),
        "...ij,jk->...ki": (np.stack([a, a]), b),
    }.items():
        expected = np.einsum(subscripts, *operands)
        result = np.einsum(subscripts, *map(mg.tensor, operands))
        assert (result.shape, result.dtype) == (expected.shape, dtype)
        np.testing.assert_allclose(result.data, expected, rtol=1e-3 if dtype == np.float32 else 1e-11)
    with pytest.raises(ValueError):
        np.einsum("ij,jk->ik", mg.tensor(a), b.T)
    with pytest.raises(ValueError):
        np.einsum("ij,jk->iz", mg.tensor(a), b)


@pytest.mark.parametrize("seed", range(200))
def test_three_operands_and_more_are_contracted_in_pairs(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SMALL", 0)
    module._steps.cache_clear()
    module._for_contraction.cache_clear()
    rng = np.random.default_rng(seed)
    labels = "ijklm"
    terms = ["".join(rng.choice(list(labels), rng.integers(1, 4), replace=False)) for _ in range(rng.integers(3, 5))]
    output = "".join(k for k in labels if rng.random() < 0.5 and any(k in term for term in terms))
    sizes = dict(zip(labels, rng.integers(2, 5, 5).tolist(), strict=True))
    arrays = [rng.normal(size=[sizes[k] for k in term]) for term in terms]
    tensors = [mg.tensor(a) for a in arrays]
    if rng.random() < 0.5:  # one of them twice
        terms, arrays, tensors = [*terms, terms[0]], [*arrays, arrays[0]], [*tensors, tensors[0]]
    subscripts = ",".join(terms) + "->" + output
    y = np.einsum(subscripts, *tensors)
    np.testing.assert_allclose(y.data, np.einsum(subscripts, *arrays), rtol=1e-12, atol=1e-12)
    g = rng.normal(size=y.shape)
    y.backward(g)
    expected = [np.zeros_like(a) for a in arrays]
    for i, term in enumerate(terms):
        others = [a for j, a in enumerate(arrays) if j != i]
        found = "".join(k for k in term if k in output or any(k in t for j, t in enumerate(terms) if j != i))
        backward = ",".join([output, *[t for j, t in enumerate(terms) if j != i]]) + "->" + found
        part = np.einsum(backward, g, *others).reshape([sizes[k] if k in found else 1 for k in term])
        first = next(j for j, t in enumerate(tensors) if t is tensors[i])
        expected[first] += part
    for i, t in enumerate(tensors):
        if not any(t is u for u in tensors[:i]):
            np.testing.assert_allclose(t.grad, expected[i], rtol=1e-11, atol=1e-11)
    module._steps.cache_clear()
    module._for_contraction.cache_clear()
