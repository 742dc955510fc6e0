"""Every link within the site leads somewhere, every picture has a text, and every public name has a page."""

from __future__ import annotations

import inspect
import re
from html import unescape
from importlib import import_module
from urllib.parse import unquote, urldefrag

import pytest

import mygrad as mg

OUTSIDE = ("http:", "https:", "mailto:", "data:", "javascript:")


@pytest.fixture(scope="module")
def pages(site):
    found = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html") if "_static" not in path.parts}
    assert len(found) > 500
    return found


def test_links_and_anchors(pages):
    ids = {path: set(map(unescape, re.findall(r'\s(?:id|name)="([^"]*)"', text))) for path, text in pages.items()}
    broken = set()
    for path, text in pages.items():
        for link in set(re.findall(r'<(?:a|link|img|script|source|iframe)\b[^>]*?\s(?:href|src)="([^"]*)"', text)):
            address, anchor = map(unquote, urldefrag(unescape(link)))
            if link.startswith(OUTSIDE):
                continue
            target = (path.parent / address.partition("?")[0]).resolve() if address else path
            if not target.is_file() or (anchor and target in ids and anchor not in ids[target]):
                broken.add((path.name, link))
    assert not broken


def test_every_picture_has_a_text(pages):
    pictures = [(path.name, tag) for path, text in pages.items() for tag in re.findall(r"<img\b[^>]*>", text)]
    assert len(pictures) > 20
    assert not [(page, tag) for page, tag in pictures if not re.search(r'\salt="[^"]{8,}"', tag)]


def test_no_page_asks_other_places_for_scripts_or_styles(pages):
    asked = r'<(?:script|img|iframe)\b[^>]*?\ssrc="(?:https?:)?//|<link\b[^>]*rel="stylesheet"[^>]*href="(?:https?:)?//'
    assert not [path.name for path, text in pages.items() if re.search(asked, text)]


@pytest.mark.parametrize(
    "name", ["mygrad", "mygrad.linalg", "mygrad.fft", "mygrad.nnet.optimizers", "mygrad.scipy.linalg"]
)
def test_every_public_function_has_a_page_with_its_docstring(site, name):
    module = import_module(name)
    described = {}
    for path in (site / "reference" / "pages").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        described.update(dict.fromkeys(re.findall(r'<dt[^>]*\sid="(mygrad[^"]*)"', text), text))
    functions = [f for f in module.__all__ if callable(getattr(module, f)) and not inspect.ismodule(getattr(module, f))]
    assert {f"{name}.{f}" for f in functions} <= set(described)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("mygrad.sin", "defvjp(np.sin, lambda g, _y, x: g * np.cos(x))"),
        ("mygrad.matmul", "return np.matmul(g, transposed(b))"),
        ("mygrad.nnet.softplus", "defvjp(log_one_plus_exp, lambda g, _y, x: g * logistic(x), elementwise=True"),
        ("mygrad.scipy.linalg.expm", "defvjp(_expm, lambda g, _y, A: _corner(_expm, transposed(A), g))"),
    ],
)
def test_pages_show_derivatives(site, name, line):
    text = unescape(re.sub(r"<[^>]*>", "", (site / f"reference/pages/{name}.html").read_text(encoding="utf-8")))
    assert line in text


def test_a_page_tells_through_what_gradients_flow(site):
    text = unescape(re.sub(r"<[^>]*>", "", (site / "reference/pages/mygrad.multiply.html").read_text(encoding="utf-8")))
    assert "Gradients flow through x1, x2." in text
    assert mg.multiply.__doc__.splitlines()[2].replace("``", "") in text
