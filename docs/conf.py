"""How the site is made: ``nox -s docs``."""

import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_extensions"))

from mygrad import __version__  # noqa: E402

project = "mygrad"
author = copyright = "the mygrad developers"
version = release = __version__

extensions = [
    "sphinx.ext.intersphinx",
    "myst_nb",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "reference",
]
exclude_patterns = ["_*", "gallery/*.ipynb", "gallery/*.py", "gallery/*.json", "gallery/index.rst"]
default_role = "py:obj"
highlight_language = "python"
toc_object_entries = False
python_maximum_signature_line_length = 88

# NumPy's and SciPy's pages can be linked to without asking them: scripts/inventories.py made these.
intersphinx_mapping = {
    "numpy": ("https://numpy.org/doc/stable/", "_inventories/numpy.inv"),
    "scipy": ("https://docs.scipy.org/doc/scipy/", "_inventories/scipy.inv"),
}

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

sphinx_gallery_conf = {
    "examples_dirs": [str(HERE.parent / "examples" / "gallery")],
    "gallery_dirs": ["gallery"],
    "filename_pattern": r"\.py$",
    "plot_gallery": True,
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 1e9,
    "write_computation_times": False,
    "remove_config_comments": True,
    "image_scrapers": ("matplotlib",),
}

copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go, .gt"

html_theme = "pydata_sphinx_theme"
html_title = "mygrad"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_domain_indices = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "mygrad"},
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_prev_next": False,
    "navigation_depth": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"reference/pages/*": [], "index": [], "recipes": []}


def without_mathjax(app, env):
    """There are no formulas, and what draws them would be loaded from another place for every notebook."""
    env.domains["math"].data["has_equations"].clear()


def setup(app):
    # The notebook of examples/ is a page of the site.
    shutil.copyfile(HERE.parent / "examples" / "graphs.ipynb", HERE / "graph-gallery.ipynb")
    app.connect("env-updated", without_mathjax)
