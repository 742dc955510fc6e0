"""A tensor shows itself as NumPy shows its array, under the name of Tensor."""

from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import mygrad as mg


def as_numpy_would(array):
    class Tensor(np.ndarray):
        pass

    return repr(array.view(Tensor))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (2.3, "Tensor(2.3)"),
        (2, "Tensor(2)"),
        (True, "Tensor(True)"),
        ([1.0, 2.0], "Tensor([1., 2.])"),
        ([[1.0, 2.0], [3.0, 4.5]], "Tensor([[1. , 2. ],\n        [3. , 4.5]])"),
        (np.float32([1, 2]), "Tensor([1., 2.], dtype=float32)"),
        (np.int8([[1], [2]]), "Tensor([[1],\n        [2]], dtype=int8)"),
        ([True, False], "Tensor([ True, False])"),
        ([], "Tensor([], dtype=float64)"),
        (np.zeros((0, 3)), "Tensor([], shape=(0, 3), dtype=float64)"),
        ([np.nan, -np.inf], "Tensor([ nan, -inf])"),
    ],
)
def test_repr(value, shown):
    t = mg.tensor(value)
    assert repr(t) == shown
    assert str(t) == shown


OPTIONS = [
    {},
    {"precision": 2},
    {"threshold": 3, "edgeitems": 1},
    {"linewidth": 30},
    {"suppress": True},
    {"sign": "+"},
    {"floatmode": "fixed"},
    {"formatter": {"float": "<{:g}>".format}},
]


@given(
    hnp.arrays(
        dtype=st.sampled_from([np.float64, np.float32, np.float16, np.int64, np.uint8, np.bool_]),
        shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
    ),
    st.sampled_from(
        [
            {},
            {"precision": 2},
            {"threshold": 3, "edgeitems": 1},
            {"linewidth": 30},
            {"suppress": True},
            {"sign": "+"},
            {"floatmode": "fixed"},
            {"formatter": {"float": "<{:g}>".format}},
        ]
    ),
)
def test_repr_is_numpys_under_every_option(array, options):
    with np.printoptions(**options):
        assert repr(mg.tensor(array)) == as_numpy_would(array)
        assert repr(mg.tensor(array).T) == as_numpy_would(array.T)


def test_words_in_the_data_do_not_matter():
    assert repr(mg.tensor(np.arange(2000))) == as_numpy_would(np.arange(2000))


def test_numpys_own_functions_take_tensors():
    t = mg.tensor([1.0, 2.0])
    assert np.array2string(t, precision=1) == "[1. 2.]"
    assert np.array_str(t) == "[1. 2.]"


def test_format():
    t = mg.tensor(2.54)
    assert f"{t:.1f}" == "2.5"
    assert f"{t}" == f"{np.array(2.54)}" == "2.54"
    assert f"{mg.tensor(np.float32(0.1))}" == f"{np.float32(0.1)}"
    assert f"{mg.tensor(3):03d}" == "003"
    x = mg.tensor([1.0, 2.0])
    assert f"{x}" == "Tensor([1., 2.])"
    assert "{}".format(x) == str(x)  # noqa: UP032
    with pytest.raises(TypeError, match="unsupported format string"):
        f"{x:.1f}"


class Rows(HTMLParser):
    """The text of every <pre>, and the cells of the table."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.pre, self.cells = [], "", []
        self.feed(html)
        self.close()
        assert not self.open, "a tag was not closed"
        self.facts = dict(zip(self.cells[::2], self.cells[1::2], strict=True))

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        if tag in ("th", "td"):
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open == ["pre"]:
            self.pre += data
        else:
            self.cells[-1] += data


def test_html():
    x = mg.tensor([[1.0, 2.0]])
    rows = Rows(x._repr_html_())
    assert rows.pre == repr(x)
    assert rows.facts == {
        "shape": "(1, 2)",
        "dtype": "float64",
        "is a": "variable",
        "creator": "None",
        "grad": "None",
    }
    y = x * x
    assert Rows(y._repr_html_()).facts["creator"] == "multiply"
    assert Rows(x[0]._repr_html_()).facts["creator"] == "getitem"
    y.backward()
    assert Rows(x._repr_html_()).facts["grad"] == "array([[2., 4.]])"
    assert Rows(x[0]._repr_html_()).facts["grad"] == "array([2., 4.])"
    assert Rows(mg.tensor(1)._repr_html_()).facts["is a"] == "constant"


def test_html_of_a_large_gradient_is_short():
    x = mg.zeros(100_000)
    x.backward()
    html = x._repr_html_()
    assert len(html) < 1000
    assert Rows(html).facts["grad"] == repr(x.grad)


def test_html_names_operations_of_users_and_is_escaped():
    class Twice(mg.Operation):
        def __call__(self, x):
            self.variables = (x,)
            return 2 * x.data

        def backward_var(self, grad, index, **kwargs):
            return 2 * grad

    y = mg.execute_op(Twice, mg.tensor(1.0))
    assert Rows(y._repr_html_()).facts["creator"] == "Twice"
    with np.printoptions(formatter={"float": "<b>{:g}".format}):
        html = mg.tensor([1.0])._repr_html_()
        assert "<b>" not in html
        assert Rows(html).pre == "Tensor([<b>1])"


def test_looking_does_not_expose_or_disturb():
    x = mg.tensor([1.0, 2.0])
    y = x * x
    repr(x), str(y), x._repr_html_(), f"{y.sum()}"
    assert x._escaped is None
    assert y._escaped is None
    y.backward()
    repr(x), x._repr_html_()
    np.testing.assert_array_equal(x.grad, [2.0, 4.0])
