"""Draw the pictures of docs/how-it-works.md and graphs.md: ``python scripts/pictures.py`` writes them to docs/images/.

The graphs in them are those that the library made: what is drawn is asked of `mygrad.inspection` and
`np.shares_memory`, or drawn by `mygrad.computational_graph` (where there is the font DejaVu Sans, which is wide: in a
browser with another one, the texts still fit into their boxes).
With ``examples``, it runs those programs of examples/ whose pictures are shown elsewhere: that takes a minute.
"""

from __future__ import annotations

import contextlib
import io
import json
import runpy
import sys
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

import mygrad as mg
from mygrad.inspection import graph_of

PICTURES = Path(__file__).parents[1] / "docs" / "images"
VALUE, RESULT, GRADIENT, LOCKED = "#d8e6f5", "#fbe3c6", "#cdeccf", "#f6caca"

plt.rcParams.update(
    {
        "svg.hashsalt": "mygrad",
        "svg.fonttype": "none",
        "font.size": 11,
        "path.simplify_threshold": 1.0,
    }
)


def save(figure, name):
    figure.savefig(PICTURES / f"how-{name}.svg", metadata={"Date": None}, bbox_inches="tight", pad_inches=0.1)
    plt.close(figure)


def canvas(width, height, columns=1, titles=("",)):
    figure, axes = plt.subplots(1, columns, figsize=(width, height), layout="constrained", squeeze=False)
    for ax, title in zip(axes[0], titles, strict=True):
        ax.set_axis_off()
        ax.set_title(title, fontsize=11)
    return figure, axes[0]


def box(ax, where, text, color, width=1.5, height=0.7):
    x, y = where
    ax.add_patch(
        FancyBboxPatch((x - width / 2, y - height / 2), width, height, boxstyle="round,pad=0.05", fc=color, ec="0.3")
    )
    ax.text(x, y, text, ha="center", va="center", fontsize=10)


def arrow(ax, start, end, **style):
    style = {"arrowstyle": "-|>", "mutation_scale": 13, "color": "0.3", "shrinkA": 17, "shrinkB": 17} | style
    ax.add_patch(FancyArrowPatch(start, end, **style))


def nodes():
    """A program, the nodes that it leaves, their order, and the way back."""
    x, w = mg.tensor(2.0), mg.tensor(3.0)
    p = x * w
    s = np.sin(x)
    f = p + s
    graph = graph_of(f)
    names = {id(node): name for node, name in zip(graph, "xwpsf", strict=True)}
    places = {"x": (0.8, 4), "w": (3.2, 4), "p": (2.6, 2.3), "s": (0.5, 2.3), "f": (1.6, 0.6)}
    texts = {"x": "x = 2", "w": "w = 3", "p": "p = x · w", "s": "s = sin x", "f": "f = p + s"}
    f.backward()
    gradients = {"f": "1", "s": "1", "p": "1", "w": f"{w.grad:.0f}", "x": f"{x.grad:.2f}\n(3 + cos 2)"}
    figure, axes = canvas(
        9.5,
        4.2,
        3,
        ("each operation leaves a node", "nodes are numbered as they are made", "in reverse: the chain rule"),
    )
    for column, ax in enumerate(axes):
        ax.set(xlim=(-0.6, 4.6), ylim=(-0.1, 5.0))
        for node in graph:
            name = names[id(node)]
            text = texts[name] if column < 2 else f"∂f/∂{name} = {gradients[name]}"
            color = GRADIENT if column == 2 else VALUE if node.operation is None else RESULT
            box(ax, places[name], text, color, 1.75 if column == 2 else 1.5, 0.85 if column == 2 else 0.7)
            if column == 1:
                ax.text(places[name][0] - 0.95, places[name][1] + 0.45, f"{node.number}", weight="bold", color="C3")
            for parent in node.parents:
                start, end = places[names[id(parent)]], places[name]
                arrow(ax, *((end, start) if column == 2 else (start, end)), color="C2" if column == 2 else "0.3")
    save(figure, "nodes")


def cells(ax, corner, values, colors, label):
    for i, (value, color) in enumerate(zip(values, colors, strict=True)):
        x, y = corner[0] + i, corner[1]
        ax.add_patch(Rectangle((x, y), 1, 0.8, fc=color, ec="0.3"))
        ax.text(x + 0.5, y + 0.4, f"{value:g}", ha="center", va="center")
    ax.text(corner[0] - 0.15, corner[1] + 0.4, label, ha="right", va="center", family="monospace", fontsize=10)


def views():
    """A view shares memory and gradient with its base."""
    x = mg.tensor([1.0, 2.0, 3.0, 4.0])
    y = x[1:3]
    (x * x).sum().backward()
    assert np.shares_memory(x, y)
    assert np.shares_memory(x.grad, y.grad)
    figure, (ax,) = canvas(8, 2.8)
    ax.set(xlim=(-2.2, 10.6), ylim=(-0.3, 3.3))
    part = [VALUE, RESULT, RESULT, VALUE]
    cells(ax, (0, 2.2), x.data, part, "x")
    cells(ax, (1, 0.6), y.data, part[1:3], "y = x[1:3]")
    cells(ax, (6, 2.2), x.grad, [GRADIENT, "#9fd8a4", "#9fd8a4", GRADIENT], "x.grad")
    cells(ax, (7, 0.6), y.grad, ["#9fd8a4"] * 2, "y.grad")
    for left in (1, 7):
        for edge in (left, left + 2):
            ax.plot([edge, edge], [1.4, 2.2], ":", color="0.4")
    ax.text(2, 0.1, "the same memory", ha="center", color="0.3")
    ax.text(8, 0.1, "the same memory", ha="center", color="0.3")
    save(figure, "views")


def writes():
    """A write makes a new node of the tensor, and what was computed from the old one stays."""
    y = mg.tensor([1.0, 2.0]) * 1.0
    s = y * y
    y[0] = 9.0
    np.testing.assert_array_equal(s, [1.0, 4.0])
    figure, (ax,) = canvas(8, 2.8)
    ax.set(xlim=(-0.8, 11.4), ylim=(-0.2, 3.4))
    box(ax, (1, 2.6), "y = [1, 2]", VALUE, 2)
    box(ax, (5.2, 0.6), "s = y · y\n= [1, 4]", RESULT, 2)
    box(ax, (5.2, 2.6), "y[0] = 9", RESULT, 2)
    box(ax, (9.6, 2.6), "y = [9, 2]", VALUE, 2)
    arrow(ax, (1, 2.6), (5.2, 0.6), shrinkA=45, shrinkB=45)
    arrow(ax, (1, 2.6), (5.2, 2.6), shrinkA=48, shrinkB=48)
    arrow(ax, (5.2, 2.6), (9.6, 2.6), shrinkA=48, shrinkB=48)
    ax.text(6.5, 0.6, "keeps a copy of what y was:\nits gradient is 2 · [1, 2]", va="center", color="0.3")
    save(figure, "writes")


def guard():
    """From the operation until the graph is cleared, an array that it relies on is read-only."""
    weights = np.array([1.0, 2.0])
    states = [weights.flags.writeable]
    x = mg.tensor([3.0, 4.0])
    y = (x * weights).sum()
    states.append(weights.flags.writeable)
    y.backward()
    states.append(weights.flags.writeable)
    assert states == [True, False, True]
    figure, (ax,) = canvas(8.5, 1.9)
    ax.set(xlim=(-1.4, 10), ylim=(-0.9, 1.5))
    for start, end, state in zip((0, 3, 7), (3, 7, 10), states, strict=True):
        ax.add_patch(Rectangle((start, 0), end - start, 0.8, fc=GRADIENT if state else LOCKED, ec="0.3"))
        ax.text((start + end) / 2, 0.4, "writeable" if state else "read-only", ha="center", va="center")
    ax.text(-0.15, 0.4, "weights", ha="right", va="center", family="monospace")
    for where, code in (3, "y = (x * weights).sum()"), (7, "y.backward()"):
        ax.annotate(
            code,
            (where, 0),
            (where, -0.75),
            ha="center",
            family="monospace",
            fontsize=10,
            arrowprops={"arrowstyle": "-", "color": "0.4"},
        )
    ax.text(5, 1.0, "the gradient of x will need it", ha="center", color="0.3")
    save(figure, "guard")


def graphs():
    """What the first cells of examples/graphs.ipynb draw."""
    notebook = json.loads((PICTURES.parents[1] / "examples" / "graphs.ipynb").read_text())
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    names = {}
    exec(cells[0], names)
    for name, cell in zip(("first", "writes", "net"), cells[1:], strict=False):
        program, _, drawing = cell.rpartition("\n")
        exec(program, names)
        (PICTURES / f"graphs-{name}.svg").write_bytes(eval(drawing, names).pipe("svg"))


def text():
    """What the recurrent net writes, and the losses on the way there."""
    sys.argv[1:] = []
    example = runpy.run_path(str(PICTURES.parents[1] / "examples" / "text_gru.py"))
    train, losses = example["train"], []

    def recorded(*args):
        losses.extend(train(*args))
        return np.array(losses)

    example["main"].__globals__["train"] = recorded
    with contextlib.redirect_stdout(io.StringIO()) as out:
        example["main"]()
    written = out.getvalue().partition("\n\n")[2].strip()
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(9, 3.2), layout="constrained", gridspec_kw={"width_ratios": [2, 3]}
    )
    left.plot(losses)
    left.set(xlabel="step", ylabel="loss per character", ylim=(0, None))
    right.set_axis_off()
    lines = [line if len(line) < 60 else f"{line[:57]}..." for line in written.splitlines()]
    right.text(0, 1, "\n".join(lines[:10]), va="top", family="monospace", fontsize=9)
    figure.savefig(PICTURES / "text.svg", metadata={"Date": None})


def gallery():
    """What the programs of examples/gallery/ show in the end."""
    for path in (PICTURES.parents[1] / "examples" / "gallery").glob("*.py"):
        plt.show = lambda name=path.stem: plt.savefig(PICTURES / f"gallery-{name}.svg", metadata={"Date": None})
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(str(path))


def fits():
    for name, picture in ("fit_heartbeat", "heartbeat.svg"), ("digits", "digits.svg"), ("diffusion", "diffusion.png"):
        sys.argv[1:] = ["--plot", str(PICTURES / picture)]
        runpy.run_path(str(PICTURES.parents[1] / "examples" / f"{name}.py"), run_name="__main__")


def main():
    for draw in (gallery, fits, text) if sys.argv[1:] == ["examples"] else (nodes, views, writes, guard, graphs):
        draw()


if __name__ == "__main__":
    main()
