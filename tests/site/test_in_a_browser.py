"""The site, opened in Chromium: on a phone and on a large screen nothing sticks out, and the search finds things."""

from __future__ import annotations

import json
import re

import pytest


def addresses(site):
    """All pages but those of single functions, and of these the ones with the longest words and lines."""
    of_functions = sorted((site / "reference/pages").glob("*.html"), key=longest_word, reverse=True)
    others = [path for path in site.rglob("*.html") if "_static" not in path.parts and path.parent.name != "pages"]
    assert len(others) > 60
    return [f"/{path.relative_to(site)}" for path in [*others, *of_functions[:15]]]


def longest_word(path):
    text = re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8"))
    return max(map(len, text.split()))


@pytest.mark.parametrize("width", [390, 1400])
def test_no_page_is_wider_than_the_screen(site, look, width):
    script = f"""
        const wide = [];
        for (const address of {json.dumps(addresses(site))}) {{
            const {{document}} = await frame(address, {width});
            const {{scrollWidth, clientWidth}} = document.scrollingElement;
            const parts = document.querySelectorAll("main :is(h1, h2, h3, p, li, dt, dd, img, table.names)");
            const sticks = [...parts].filter(e => e.clientWidth > 0 && !e.closest("table:not(.names), .sd-row")
                && (e.scrollWidth > e.clientWidth + 1 || e.getBoundingClientRect().right > {width} + 1));
            const tables = document.querySelectorAll("main table:not(:has(tr > :nth-child(3)))");  // others may scroll
            sticks.push(...[...tables].filter(e => e.scrollWidth > e.clientWidth + 1));
            if (scrollWidth > clientWidth || sticks.length)
                wide.push(address + sticks.slice(0, 3).map(e => e.outerHTML.slice(0, 80)).join(" "));
        }}
        return wide;
    """
    assert look(script) == []


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("lost gradient", "lost-gradients.html"),
        ("read-only", "questions.html"),
        ("svd", "reference/pages/mygrad.linalg.svd.html"),
    ],
)
def test_search_finds(look, words, page):
    script = f"""
        const {{document}} = await frame("/search.html?q=" + encodeURIComponent({words!r}), 1400);
        const said = () => document.querySelector("#search-results").innerText;
        for (let i = 0; i < 100 && !/found|did not match/.test(said()); i++)
            await wait(100);
        return [...document.querySelectorAll("#search-results li a")].map(a => a.getAttribute("href"));
    """
    assert page in [address.partition("?")[0].partition("#")[0] for address in look(script)][:10]


def test_light_and_dark(look):
    script = """
        const colours = [];
        for (const mode of ["light", "dark"]) {
            localStorage.setItem("mode", mode);
            const seen = await frame("/index.html", 1400);
            const {backgroundColor, color} = seen.getComputedStyle(seen.document.body);
            colours.push([backgroundColor, color].map(rgb => rgb.match(/[\\d.]+/g).slice(0, 3).map(Number)));
        }
        return colours;
    """
    light, dark = look(script)
    for paper, ink in (light, dark):
        assert abs(sum(paper) - sum(ink)) > 400
    assert sum(light[0]) > sum(dark[0])
